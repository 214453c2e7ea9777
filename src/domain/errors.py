class DomainError(Exception):
    """A rule of the business refuses; the caller can mend the request, repeating it unchanged is useless."""
