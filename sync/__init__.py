"""Synchronisation: the stores, the fan-out to people's inboxes, and what devices talk to."""
