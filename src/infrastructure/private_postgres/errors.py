class PrivatePostgresError(Exception):
    """One sentence that says what is wrong and what to do about it."""


class BinariesMissingError(PrivatePostgresError):
    pass


class DirectoryUnusableError(PrivatePostgresError):
    pass


class DirectoryInUseError(PrivatePostgresError):
    pass


class ServerFailedError(PrivatePostgresError):
    """Carries the end of the server's own log."""


class AddressTakenError(ServerFailedError):
    """Somebody was quicker to take the port."""


class PredecessorLingersError(ServerFailedError):
    """The children of a server that was killed have not let go of its memory yet."""
