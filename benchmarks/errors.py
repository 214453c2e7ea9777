class CannotRun(Exception):
    """The benchmark lacks something that it needs; the message says what."""
