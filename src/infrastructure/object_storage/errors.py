import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from obstore.exceptions import BaseError

from application.errors import LogStoreUnavailable, LogUnavailable

# S3 says 404 for both; only one of them is about the object.
NO_BUCKET = "NoSuchBucket"
MOST_CHARACTERS = 300


@asynccontextmanager
async def answering(limit: timedelta, *, missing: type[LogUnavailable | LogStoreUnavailable]) -> AsyncIterator[None]:
    """Ends within the limit and lets no exception of the library out; ``missing`` is raised for a missing object."""
    try:
        async with asyncio.timeout(limit.total_seconds()):
            yield
    except FileNotFoundError as error:
        kind = LogStoreUnavailable if NO_BUCKET in str(error) else missing
        raise kind(_first_line(error)) from error
    except TimeoutError as error:
        raise LogStoreUnavailable(f"no answer within {limit.total_seconds():g} s") from error
    except (BaseError, OSError, ValueError) as error:
        raise LogStoreUnavailable(_first_line(error)) from error


def _first_line(error: Exception) -> str:
    """What follows is the library's debugging output."""
    return str(error).partition("\n")[0][:MOST_CHARACTERS]
