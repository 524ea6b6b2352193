"""Adapters: the ports of `server.ports` in terms of real things (files, stores, PDF)."""
