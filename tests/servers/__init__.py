"""Real servers for tests and benchmarks, from wherever this machine can have them."""
