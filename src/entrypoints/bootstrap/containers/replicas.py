"""What replicas share, if they share anything."""

from dependency_injector import providers

from application.ports.call_limits import CallLimits
from application.ports.health import CacheProbe
from entrypoints.bootstrap import build_alerts, build_limits
from entrypoints.bootstrap.containers.foundation import Foundation
from infrastructure.redis.client import RedisClient


class Replicas(Foundation):
    redis: providers.Singleton[RedisClient | None] = providers.Singleton(build_alerts.redis, Foundation.settings)
    cache_probe: providers.Singleton[CacheProbe] = providers.Singleton(build_alerts.cache_probe, redis)
    call_limits: providers.Singleton[CallLimits] = providers.Singleton(build_limits.call_limits, redis)
