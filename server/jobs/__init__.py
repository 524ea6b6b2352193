"""Work that runs by the clock and not by a request."""
