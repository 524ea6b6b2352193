"""The rules of official correspondence, as pure functions: no I/O, no clock, no chance."""
