import hashlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from application.errors import LogUnavailable
from application.ports.log_encoder import LogEncoder
from domain.conversation import Conversation, Speaker, Utterance
from infrastructure.log_encoding.zstd_json import ZstdJsonLogEncoder
from tests.examples import STARTED, a_conversation

ENCODER: LogEncoder = ZstdJsonLogEncoder()

MOMENTS = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
UTTERANCES = st.builds(
    Utterance, turn_id=st.integers(1, 100_000), speaker=st.sampled_from(Speaker), text=st.text(), timestamp=MOMENTS
)
CONVERSATIONS = st.builds(Conversation, utterances=st.lists(UTTERANCES, max_size=20).map(tuple))


def _long_conversation(utterances: int = 5000) -> Conversation:
    return Conversation(
        utterances=tuple(
            Utterance(
                turn_id=number,
                speaker=Speaker.USER,
                text=hashlib.sha256(str(number).encode()).hexdigest(),
                timestamp=STARTED + timedelta(seconds=number),
            )
            for number in range(1, utterances + 1)
        )
    )


@given(CONVERSATIONS)
async def test_any_conversation_reads_back_as_it_was(conversation: Conversation) -> None:
    encoded = await ENCODER.encode(conversation)

    assert await ENCODER.decode(encoded.content) == conversation


async def test_a_large_conversation_reads_back_as_it_was_and_takes_less_room() -> None:
    conversation = _long_conversation()

    encoded = await ENCODER.encode(conversation)

    assert len(encoded.content) < encoded.size_bytes
    assert await ENCODER.decode(encoded.content) == conversation


async def test_equal_conversations_have_equal_digests_and_others_do_not() -> None:
    one, same, other = [await ENCODER.encode(a_conversation(said)) for said in ("pu pu", "pu pu", "pu up")]

    assert one == same
    assert one.digest != other.digest
    assert len(bytes.fromhex(one.digest)) == 32


async def test_an_empty_conversation_can_be_kept() -> None:
    encoded = await ENCODER.encode(Conversation())

    assert await ENCODER.decode(encoded.content) == Conversation()


async def test_what_was_encoded_by_the_first_release_can_still_be_read() -> None:
    stored = zstandard.ZstdCompressor().compress(
        b'{"utterances":[{"turn_id":1,"speaker":"pika","text":"Ch\xc3\xa0o b\xe1\xba\xa1n!",'
        b'"timestamp":"2025-11-26T10:00:00Z"}]}'
    )

    (utterance,) = (await ENCODER.decode(stored)).utterances

    assert utterance == Utterance(turn_id=1, speaker=Speaker.PIKA, text="Chào bạn!", timestamp=STARTED)


@given(st.binary(max_size=200))
async def test_bytes_that_nobody_encoded_are_no_log(content: bytes) -> None:
    with pytest.raises(LogUnavailable):
        await ENCODER.decode(content)


@given(data=st.data())
async def test_a_flipped_bit_never_changes_what_was_said(data: st.DataObject) -> None:
    content = bytearray((await ENCODER.encode(a_conversation())).content)
    position = data.draw(st.integers(0, len(content) - 1))
    content[position] ^= 1 << data.draw(st.integers(0, 7))

    with suppress(LogUnavailable):
        assert await ENCODER.decode(bytes(content)) == a_conversation()


@pytest.mark.parametrize("size", [1, 10, 100_000])
async def test_a_log_cut_short_is_no_log(size: int) -> None:
    content = (await ENCODER.encode(_long_conversation())).content

    with pytest.raises(LogUnavailable):
        await ENCODER.decode(content[:size])


@pytest.mark.parametrize("plain", [b"", b"not JSON", b"[]", b'{"utterances": 1}', b'{"utterances": [{}]}', b"\xff\xfe"])
async def test_something_else_compressed_is_no_log(plain: bytes) -> None:
    with pytest.raises(LogUnavailable):
        await ENCODER.decode(zstandard.ZstdCompressor().compress(plain))


async def test_a_small_content_that_would_fill_the_memory_is_no_log() -> None:
    compressor = zstandard.ZstdCompressor(write_content_size=True)
    bomb = compressor.compress(bytes(200 * 1024 * 1024))

    with pytest.raises(LogUnavailable):
        await ENCODER.decode(bomb)
