from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from tests.servers import sources
from tests.servers.databases import create_database, for_libpq
from tests.servers.object_store import PrivateObjectStore
from tests.servers.rabbitmq_endpoint import RabbitmqEndpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    postgres_url: str
    rabbitmq: RabbitmqEndpoint
    redis_url: str
    object_store: PrivateObjectStore

    def fresh(self) -> dict[str, str]:
        """Where the program finds an empty database, a vhost, a bucket and Redis."""
        return {
            "DATABASE_URL": for_libpq(create_database(self.postgres_url)),
            "RABBITMQ_URL": self.rabbitmq.new_vhost(),
            "REDIS_URL": self.redis_url,
            **self.object_store.new_bucket().settings,
        }


@contextmanager
def servers() -> Iterator[Servers]:
    with ExitStack() as stack:
        enter = stack.enter_context
        yield Servers(
            postgres_url=enter(sources.private_postgres(durable=False)).url,
            rabbitmq=enter(sources.private_rabbitmq()).endpoint,
            redis_url=enter(sources.private_redis()).url,
            object_store=enter(sources.private_object_store()),
        )


def together(*settings: Mapping[str, str]) -> dict[str, str]:
    """The later ones win."""
    return {name: value for given in settings for name, value in given.items()}
