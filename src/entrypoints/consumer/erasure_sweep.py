from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from entrypoints.bootstrap.container import Container
from entrypoints.consumer.maintenance import Chore
from infrastructure.resilience.supervisor import supervised

SWEEP_EVERY = timedelta(minutes=1)


@asynccontextmanager
async def erasure_sweep(container: Container, *, every: timedelta = SWEEP_EVERY) -> AsyncIterator[None]:
    """Deletes the logs of erased users that the erasure itself could not delete."""
    delete = container.delete_erased_logs()
    chore = Chore(
        name="delete erased logs",
        work=delete,
        full_batch=delete.batch_size,
        dice=container.dice(),
        interval=every,
    )
    async with supervised(chore.name, chore.run, container.alerts()):
        yield
