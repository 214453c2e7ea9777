from datetime import UTC, datetime


def utc(moment: datetime) -> datetime:
    """Times leave in UTC, whatever offset they came with."""
    return moment.astimezone(UTC)
