"""Congvan's server: the rules of official correspondence, the commands that change it, and the pages."""
