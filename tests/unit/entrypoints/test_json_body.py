from datetime import datetime
from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrypoints.http.json_body import decoded
from entrypoints.http.problems import RefusedRequest

DEEP = b"[" * 100_000


class Inner(msgspec.Struct):
    number: int


class Body(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(min_length=3)]
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    inner: Inner | None = None
    many: list[Inner] = []
    log: list[msgspec.Raw] = []


DECODER = msgspec.json.Decoder(Body)
GOOD = b'{"name": "robot", "at": "2025-11-26T10:00:00Z"}'


def paths(content: bytes) -> list[str]:
    refused = refusal(content)
    assert (refused.status, refused.code) == (422, "VALIDATION_ERROR")
    return [fault.path for fault in refused.faults]


def refusal(content: bytes) -> RefusedRequest:
    with pytest.raises(RefusedRequest) as refused:
        decoded(content, DECODER)
    return refused.value


def test_what_fits_is_read() -> None:
    assert decoded(GOOD, DECODER).name == "robot"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" ",
        b"{",
        b"[1,",
        GOOD + b",",
        b'{"name": 5, "at": }',
        b'{"name": "\xff\xff\xff"}',
        rb'{"name": "abc\ud800"}',
        DEEP,
        b'{"name": ' + DEEP,
        b'{"unknown": ' + DEEP + b"]" * len(DEEP) + b"}",
    ],
)
def test_what_is_not_json_is_malformed(content: bytes) -> None:
    refused = refusal(content)

    assert (refused.status, refused.code, refused.faults) == (400, "MALFORMED_JSON", ())


@pytest.mark.parametrize("content", [b"[]", b"null", b"1", b'"text"', b"[[[]]]"])
def test_what_is_no_object_is_at_fault_as_a_whole(content: bytes) -> None:
    assert paths(content) == ["$"]


def test_every_field_at_fault_is_named() -> None:
    assert paths(b"{}") == ["name", "at"]
    assert paths(b'{"name": "ab", "at": "today", "inner": 5, "many": {}}') == ["name", "at", "inner", "many"]


def test_paths_lead_inside() -> None:
    wrong = GOOD[:-1] + b', "inner": {"number": "five"}, "many": [{"number": 1}, {"number": null}]}'

    assert paths(wrong) == ["inner.number", "many[1].number"]


def test_the_first_of_two_values_may_be_at_fault() -> None:
    assert paths(GOOD[:-1] + b', "inner": {"number": "five"}, "inner": null}') == ["inner.number"]


def test_the_character_postgres_cannot_hold_is_a_fault() -> None:
    assert paths(GOOD.replace(b"robot", rb"ro\u0000bot")) == ["name"]
    assert paths(rb'{"name": "ro\u0000bot", "at": 5}') == ["name", "at"]


@given(
    st.binary(max_size=60)
    | st.tuples(st.integers(0, len(GOOD)), st.binary(max_size=5)).map(
        lambda spoilt: GOOD[: spoilt[0]] + spoilt[1] + GOOD[spoilt[0] :]
    )
)
def test_whatever_is_sent_is_read_or_refused(content: bytes) -> None:
    try:
        told: Body | RefusedRequest = decoded(content, DECODER)
    except RefusedRequest as refused:
        told = refused

    assert isinstance(told, Body) or told.status == 400 or told.faults
