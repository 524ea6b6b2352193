"""Whole stories in a real browser, with the real server in a process of its own."""
