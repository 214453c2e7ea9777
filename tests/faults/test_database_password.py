"""The password of the database's role changes under the running service, as docs/secrets_rotation.md has it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from infrastructure.postgres.migrations import migrate
from tests.faults.backend import Backend
from tests.faults.checker import Checker
from tests.faults.forked import Nursery, nursery
from tests.faults.guarded_database import OWNER, GuardedDatabase, guarded_database
from tests.faults.patience import until
from tests.faults.rolling import addresses, assert_more_is_accepted, rolled, started
from tests.faults.settings import BRISK

pytestmark = pytest.mark.servers


@pytest.fixture
def database(directory: Path) -> Iterator[GuardedDatabase]:
    with guarded_database(directory, password="before") as guarded:
        migrate(guarded.url_as(OWNER, "before"))
        yield guarded


@pytest.fixture
def service(directory: Path, rabbitmq_url: str) -> Iterator[Nursery]:
    with nursery(directory, {**BRISK, "RABBITMQ_URL": rabbitmq_url}) as children:
        yield children


async def test_a_changed_password_of_the_database_loses_nothing(service: Nursery, database: GuardedDatabase) -> None:
    checker = Checker(database.url)
    old = {"DATABASE_URL": database.url_as(OWNER, "before")}
    api, consumer = service.serve(old), service.consume(old)
    await asyncio.to_thread(api.wait_until_up)
    await asyncio.to_thread(consumer.wait_until_up)
    async with Backend([api.url]) as backend:
        await backend.post_new(3)
        database.set_password(OWNER, "after")
        await backend.post_new(3)  # open connections stay
        database.hang_up_on(OWNER)
        refused = await backend.call("POST", "/v1/conversations/end", json=backend.next_body())
        assert refused is not None
        assert refused.status_code == 503
        assert refused.json()["error_code"] == "DATABASE_UNAVAILABLE"
        assert "before" not in refused.text
        assert (api.stop(), consumer.stop()) == (0, 0)

        new = {"DATABASE_URL": database.url_as(OWNER, "after")}
        service.serve(new, port=api.port)
        service.consume(new)
        await backend.post_new(3)
        assert await until(lambda: not checker.unfinished(backend.promises))
        checker.assert_all_counted(backend.promises)


async def test_posts_are_accepted_before_while_and_after_a_new_password_comes_into_force(
    service: Nursery, database: GuardedDatabase
) -> None:
    checker = Checker(database.url)
    running = await started(service, {"DATABASE_URL": database.url_as(OWNER, "before")})
    async with Backend(addresses(running)) as backend:
        async with backend.under_load(robots=2):
            await assert_more_is_accepted(backend)
            database.set_password(OWNER, "after")
            await assert_more_is_accepted(backend)
            running = await rolled(service, running, {"DATABASE_URL": database.url_as(OWNER, "after")})
            await assert_more_is_accepted(backend)
            database.hang_up_on(OWNER)  # as after a theft
            await assert_more_is_accepted(backend)

        assert (database.admits(OWNER, "before"), database.admits(OWNER, "after")) == (False, True)
        assert await until(lambda: not checker.unfinished(backend.promises))
        checker.assert_all_counted(backend.promises)
