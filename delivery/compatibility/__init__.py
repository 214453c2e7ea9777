"""Whether callers of the last release would stumble: ``python -m delivery.compatibility``."""
