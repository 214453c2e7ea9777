from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from math import floor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.conversation import Conversation, Speaker
from domain.conversation_log import MAX_FAULTS_TOLD, InvalidConversationLog, LogFault, LogReader
from tests.examples import ENDED, STARTED

BOT, CHILD = "BOT_RESPONSE_CONVERSATION", "USER_RESPONSE_CONVERSATION"


def reader_of(items: Sequence[object], *, start: datetime = STARTED, end: datetime = ENDED) -> LogReader:
    reader = LogReader(start_time=start, end_time=end, raw_items=len(items))
    reader.read(items)
    return reader


def conversation_of(items: Sequence[object]) -> Conversation:
    return reader_of(items).conversation()


def attempted(reader: LogReader) -> tuple[Conversation, tuple[LogFault, ...]]:
    """What was read, or else why not."""
    try:
        return reader.conversation(), ()
    except InvalidConversationLog as refused:
        return Conversation(), refused.faults


def said(conversation: Conversation) -> list[tuple[int, str, str]]:
    return [(utterance.turn_id, utterance.speaker.value, utterance.text) for utterance in conversation.utterances]


def test_an_empty_log_is_valid() -> None:
    assert conversation_of([]) == Conversation()


def test_both_forms_are_read_also_mixed_in_one_list() -> None:
    conversation = conversation_of(
        [
            {"speaker": "pika", "text": "Xin chào!", "turn_id": 7, "timestamp": "2025-11-26T10:00:05Z"},
            {"character": CHILD, "content": "Hi Pika"},
            {"speaker": "user", "text": "Con thích phim"},
            {"character": BOT, "content": "Phim gì?"},
        ]
    )

    assert said(conversation) == [
        (1, "pika", "Xin chào!"),
        (2, "user", "Hi Pika"),
        (3, "user", "Con thích phim"),
        (4, "pika", "Phim gì?"),
    ]


def test_texts_are_trimmed_and_items_without_text_are_dropped() -> None:
    conversation = conversation_of(
        [
            {"character": BOT, "content": ""},
            {"character": BOT, "content": "  BEEP \n"},
            {"character": CHILD, "content": " \t\n "},
            {"character": CHILD, "content": "hi"},
        ]
    )

    assert said(conversation) == [(1, "pika", "BEEP"), (2, "user", "hi")]


def test_two_bot_lines_beside_two_empty_ones_leave_two_items_and_no_turn() -> None:
    conversation = conversation_of([{"character": BOT, "content": text} for text in ("", "BEEP BEEP!", "", "Wow.")])

    assert len(conversation.utterances) == 2
    assert conversation.turns == 0


@pytest.mark.parametrize(
    ("name", "speaker"),
    [
        (BOT, Speaker.PIKA),
        ("bot_response_conversation", Speaker.PIKA),
        ("Pika", Speaker.PIKA),
        (CHILD, Speaker.USER),
        ("user", Speaker.USER),
        ("User_1", Speaker.USER),
        ("user_bot", Speaker.PIKA),
    ],
)
@pytest.mark.parametrize("form", [("character", "content"), ("speaker", "text")])
def test_the_speaker_is_told_by_the_name(form: tuple[str, str], name: str, speaker: Speaker) -> None:
    reader = reader_of([{form[0]: name, form[1]: "hi"}])

    assert reader.conversation().utterances[0].speaker is speaker
    assert reader.unknown_speakers == 0


@pytest.mark.parametrize("item", [{"character": "TEACHER"}, {"speaker": ""}, {"speaker": None}, {"speaker": 5}, {}])
def test_an_unknown_speaker_is_pika_and_counted(item: dict[str, object]) -> None:
    reader = reader_of([{**item, "text": "hi"}])

    assert reader.conversation().utterances[0].speaker is Speaker.PIKA
    assert reader.unknown_speakers == 1


def test_an_unknown_speaker_of_a_dropped_item_is_not_counted() -> None:
    assert reader_of([{"character": "TEACHER", "content": " "}]).unknown_speakers == 0


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (None, "expected an object"),
        ("hi", "expected an object"),
        (["hi"], "expected an object"),
        ({}, "expected the text to be a string"),
        ({"speaker": "user"}, "expected the text to be a string"),
        ({"speaker": "user", "text": None}, "expected the text to be a string"),
        ({"character": CHILD, "content": 5}, "expected the text to be a string"),
        ({"character": CHILD, "content": {"text": "hi"}}, "expected the text to be a string"),
        ({"speaker": "user", "text": "a\x00b"}, "expected text without the character U+0000"),
    ],
)
def test_a_faulty_item_is_rejected_with_its_index(item: object, message: str) -> None:
    reader = reader_of([{"speaker": "user", "text": "hi"}, {"speaker": "pika", "text": ""}, item])

    with pytest.raises(InvalidConversationLog) as refused:
        reader.conversation()

    assert refused.value.faults == (LogFault(index=2, message=message),)


def test_every_fault_is_told_but_not_a_million_of_them() -> None:
    reader = reader_of([None] * (MAX_FAULTS_TOLD + 50))

    with pytest.raises(InvalidConversationLog) as refused:
        reader.conversation()

    assert [fault.index for fault in refused.value.faults] == list(range(MAX_FAULTS_TOLD))


def test_a_log_may_be_read_in_slices() -> None:
    items = [{"character": (BOT, CHILD)[index % 2], "content": f"line {index}"} for index in range(10)]
    sliced = LogReader(start_time=STARTED, end_time=ENDED, raw_items=len(items))

    for first in range(0, len(items), 3):
        sliced.read(items[first : first + 3])

    assert sliced.conversation() == conversation_of(items)


@pytest.mark.parametrize(
    ("timestamp", "moment"),
    [
        ("2025-11-26T10:00:05Z", datetime(2025, 11, 26, 10, 0, 5, tzinfo=UTC)),
        ("2025-11-26T17:00:05+07:00", datetime(2025, 11, 26, 10, 0, 5, tzinfo=UTC)),
        ("2025-11-26T10:00:05.250Z", datetime(2025, 11, 26, 10, 0, 5, 250_000, tzinfo=UTC)),
    ],
)
def test_a_given_timestamp_is_kept_in_utc(timestamp: str, moment: datetime) -> None:
    utterance = conversation_of([{"speaker": "user", "text": "hi", "timestamp": timestamp}]).utterances[0]

    assert utterance.timestamp == moment
    assert utterance.timestamp.tzinfo is UTC


@pytest.mark.parametrize(
    "timestamp", [None, 5, "", "yesterday", "2025-11-26T10:00:05", "2025-13-26T10:00:05Z", "0001-01-01T00:00:00+07:00"]
)
def test_a_timestamp_that_says_no_moment_is_estimated(timestamp: object) -> None:
    items = [
        {"speaker": "pika", "text": "hi"},
        {"speaker": "user", "text": "hi", "timestamp": timestamp},
    ]

    assert conversation_of(items).utterances[1].timestamp == STARTED + timedelta(minutes=10)


def test_timestamps_are_estimated_from_the_place_among_the_raw_items() -> None:
    items = [{"speaker": "user", "text": text} for text in ("a", "", "b", "c", "", "", "d")]
    start = datetime(2025, 11, 26, 17, 0, tzinfo=timezone(timedelta(hours=7)))

    reader = reader_of(items, start=start, end=start + timedelta(seconds=10))

    moments = [utterance.timestamp for utterance in reader.conversation().utterances]
    assert moments == [datetime(2025, 11, 26, 10, 0, second, tzinfo=UTC) for second in (0, 2, 4, 8)]


MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given one
DURATIONS = st.timedeltas(timedelta(microseconds=1), timedelta(days=2))
WORDS = st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)
TIMESTAMPS = JSON | st.datetimes(timezones=st.none() | st.timezones()).map(datetime.isoformat)
NEARLY_ITEMS = st.fixed_dictionaries(
    {},
    optional={
        "speaker": st.sampled_from(["pika", "user"]) | JSON,
        "character": st.sampled_from([BOT, CHILD]) | JSON,
        "text": WORDS | JSON,
        "content": WORDS | JSON,
        "timestamp": TIMESTAMPS,
        "turn_id": JSON,
    },
)
GOOD_ITEMS = st.fixed_dictionaries({"speaker": st.sampled_from(["pika", "user"]), "text": st.just(" hi ")})


@given(items=st.lists(JSON | NEARLY_ITEMS, max_size=8), start=MOMENTS, duration=DURATIONS)
def test_any_json_is_a_conversation_or_an_invalid_log(
    items: list[object], start: datetime, duration: timedelta
) -> None:
    reader = reader_of(items, start=start, end=start + duration)

    read, faults = attempted(reader)

    utterances = read.utterances
    assert all(0 <= fault.index < len(items) for fault in faults)
    assert not (faults and utterances)
    assert [utterance.turn_id for utterance in utterances] == list(range(1, len(utterances) + 1))
    assert all(utterance.text and utterance.text == utterance.text.strip() for utterance in utterances)
    assert all(utterance.timestamp.tzinfo is UTC for utterance in utterances)
    assert len(utterances) <= len(items)
    assert reader.unknown_speakers <= len(items)


@given(items=st.lists(GOOD_ITEMS, min_size=1, max_size=60), start=MOMENTS, duration=DURATIONS)
def test_estimates_are_exact_lie_within_the_conversation_and_never_go_back(
    items: list[object], start: datetime, duration: timedelta
) -> None:
    moments = [u.timestamp for u in reader_of(items, start=start, end=start + duration).conversation().utterances]

    step = Fraction(duration // timedelta(microseconds=1), 1_000_000 * len(items))
    assert moments == [start + timedelta(seconds=floor(step * index)) for index in range(len(items))]
    assert all(start <= moment <= start + duration for moment in moments)
    assert moments == sorted(moments)


@example(seconds=60, count=22)  # eleven steps of 60/22 s are 30 s, but not as floats
@given(seconds=st.integers(1, 200), count=st.integers(1, 200))
def test_a_whole_second_is_not_lost_to_rounding(seconds: int, count: int) -> None:
    items = [{"speaker": "user", "text": "hi"}] * count

    utterances = reader_of(items, end=STARTED + timedelta(seconds=seconds)).conversation().utterances

    assert [u.timestamp for u in utterances] == [
        STARTED + timedelta(seconds=index * seconds // count) for index in range(count)
    ]
