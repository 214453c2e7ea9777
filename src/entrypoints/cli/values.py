"""Values on the command line that click does not know."""

import re
from datetime import UTC, datetime

import click

SECONDS = {"s": 1, "min": 60, "h": 3600}


class Moment(click.ParamType[datetime]):
    """RFC 3339, or the beginning of it; without an offset it is meant in UTC."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no time like 2026-01-31 or 2026-01-31T08:00:00Z", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Rate(click.ParamType[float]):
    """A number per second (5/s), minute (30/min) or hour (100/h); the number alone means per second."""

    name = "rate"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        match = re.fullmatch(r"(\d+(?:\.\d+)?)(?:/(s|min|h))?", str(value))
        if not match or not float(match[1]):
            self.fail(f"{value!r} is no rate like 5/s, 30/min or 100/h", param, ctx)
        return float(match[1]) / SECONDS[match[2] or "s"]
