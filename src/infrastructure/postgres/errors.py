from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from application.errors import Conflict, DependencyUnavailable, PoolExhausted, QueryTimedOut

SCHEMA_IS_BEHIND = ("42P01", "42703")  # undefined table, undefined column
TOOK_TOO_LONG = ("57014", "55P03")  # query canceled, lock not available
LOST_A_RACE = ("40001", "40P01")  # serialization failure, deadlock


@contextmanager
def translated() -> Iterator[None]:
    """Lets no driver's exception out; a statement that is wrong in itself stays a bug and stays loud."""
    try:
        yield
    except NoFreeConnection as error:
        raise PoolExhausted("no database connection became free in time") from error
    except (OperationalError, InterfaceError, InternalError) as error:
        if getattr(error.orig, "sqlstate", None) in LOST_A_RACE:
            raise Conflict("another transaction was in the way") from error
        if getattr(error.orig, "sqlstate", None) in TOOK_TOO_LONG:
            raise QueryTimedOut("a statement took too long and was ended") from error
        raise DependencyUnavailable("the database did not answer") from error
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) in SCHEMA_IS_BEHIND:
            raise DependencyUnavailable("the database has not been migrated to this version") from error
        raise
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DependencyUnavailable("the database connection broke") from error
        raise
