import asyncio

import pytest

from application.pacing import SLICE, read_in_slices
from domain.conversation_log import LogReader
from tests.examples import ENDED, STARTED
from tests.unit.application.world import log_items


@pytest.mark.parametrize("count", [0, 1, SLICE - 1, SLICE, SLICE + 1, 3 * SLICE])
async def test_every_item_is_read_once_and_in_order(count: int) -> None:
    reader = LogReader(start_time=STARTED, end_time=ENDED, raw_items=count)

    await read_in_slices(reader, log_items("p" * count))

    texts = [utterance.text for utterance in reader.conversation().utterances]
    assert texts == [f"line {number}" for number in range(1, count + 1)]


async def test_others_get_their_turn_between_two_slices() -> None:
    reader = LogReader(start_time=STARTED, end_time=ENDED, raw_items=4 * SLICE)
    turns_of_others = 0

    async def others() -> None:
        nonlocal turns_of_others
        while True:
            turns_of_others += 1
            await asyncio.sleep(0)

    busy = asyncio.create_task(others())
    await read_in_slices(reader, log_items("pu" * 2 * SLICE))
    busy.cancel()

    assert turns_of_others >= 3
