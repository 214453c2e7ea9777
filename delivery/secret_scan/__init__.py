"""Whether a secret stands in a file of this repository: ``python -m delivery.secret_scan``."""
