"""How fast: `python -m tests.bench` measures each row beside its reference, in the same run."""
