from domain.errors import DomainError


class NoSuitableAgent(DomainError):
    """The catalogue holds no row that may be offered: no greeting up to the user's level, or no talk."""
