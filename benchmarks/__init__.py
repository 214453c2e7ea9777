"""A benchmark that anyone can run: ``python -m benchmarks``."""
