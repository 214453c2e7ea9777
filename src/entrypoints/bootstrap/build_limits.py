"""How often callers may call, as the settings say."""

from application.ports.call_limits import CallLimit, CallLimits
from infrastructure.call_limits.limits_with_fallback import CallLimitsWithFallback
from infrastructure.call_limits.process_limits import ProcessCallLimits
from infrastructure.redis.call_limits import RedisCallLimits
from infrastructure.redis.client import RedisClient

# A burst is as much as this many seconds allow.
BURST_SECONDS = 2


def call_limits(redis: RedisClient | None) -> CallLimits:
    own = ProcessCallLimits()
    return own if redis is None else CallLimitsWithFallback(shared=RedisCallLimits(redis=redis), own=own)


def call_limit(per_second: float) -> CallLimit | None:
    """None: as often as they like."""
    return CallLimit(per_second=per_second, burst=max(1, round(per_second * BURST_SECONDS))) if per_second else None
