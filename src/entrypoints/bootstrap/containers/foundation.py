"""What everything stands on: the settings, the database they mean, time and chance."""

from importlib.metadata import version

from dependency_injector import containers, providers

from entrypoints.bootstrap.settings import Settings
from infrastructure.log_encoding.zstd_json import ZstdJsonLogEncoder
from infrastructure.system.clock import SystemClock
from infrastructure.system.dice import RandomDiceFactory


class Foundation(containers.DeclarativeContainer):
    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)
    database_url: providers.Dependency[str] = providers.Dependency(instance_of=str)
    version: providers.Callable[str] = providers.Callable(version, "context-handling")
    clock: providers.Singleton[SystemClock] = providers.Singleton(SystemClock)
    dice: providers.Singleton[RandomDiceFactory] = providers.Singleton(RandomDiceFactory)
    encoder: providers.Singleton[ZstdJsonLogEncoder] = providers.Singleton(ZstdJsonLogEncoder)
