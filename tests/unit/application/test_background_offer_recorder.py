import asyncio
from datetime import timedelta

from domain.suggestion.offer import Offer
from infrastructure.announcing.background_offer_recorder import MAX_WAITING, BackgroundOfferRecorder
from infrastructure.in_memory.database import InMemoryDatabase
from infrastructure.in_memory.offers import InMemoryOffers
from infrastructure.resilience.supervisor import supervised
from tests.examples import ENDED, USER


def an_offer(seed: int) -> Offer:
    return Offer(
        user_id=USER, seed=seed, agents=(), catalogue_version=1, offered_at=ENDED + timedelta(milliseconds=seed)
    )


def a_recorder(database: InMemoryDatabase) -> BackgroundOfferRecorder:
    return BackgroundOfferRecorder(offers=InMemoryOffers(database=database), pause_seconds=0.001)


async def test_what_is_recorded_is_written_in_the_background() -> None:
    database = InMemoryDatabase()
    recorder = a_recorder(database)

    async with supervised("offers", recorder.run):
        for seed in range(500):
            recorder.record(an_offer(seed))
        assert database.tables.offers == []
        await asyncio.wait_for(recorder.drain(), 10)

    assert [offer.seed for offer in database.tables.offers] == list(range(500))


async def test_what_there_is_no_room_for_is_dropped_and_counted() -> None:
    recorder = a_recorder(InMemoryDatabase())

    for seed in range(MAX_WAITING + 3):
        recorder.record(an_offer(seed))

    assert recorder.dropped == 3


async def test_while_the_database_is_away_offers_wait_for_it() -> None:
    database = InMemoryDatabase(reachable=False)
    recorder = a_recorder(database)

    async with supervised("offers", recorder.run):
        recorder.record(an_offer(1))
        await asyncio.sleep(0.02)
        database.reachable = True
        await asyncio.wait_for(recorder.drain(), 10)

    assert [offer.seed for offer in database.tables.offers] == [1]
