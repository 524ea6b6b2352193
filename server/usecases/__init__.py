"""What the system does for people: one write path (`handle`), and reading (`read`)."""
