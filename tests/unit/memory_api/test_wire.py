import msgspec
import pytest

from domain.conversation import Conversation
from domain.identifiers import ConversationId
from infrastructure.memory_api.connection import Reply
from infrastructure.memory_api.replies import counted
from infrastructure.memory_api.wire import extraction, idempotency_key
from infrastructure.resilience.errors import AttemptFailed
from tests.memory_adapter import ALICE, a_conversation

KEY = ConversationId("conv_0001")


async def _sent(conversation: Conversation) -> object:
    body = await extraction(ALICE, KEY, conversation)
    return body and msgspec.json.decode(body)


def _counted(answer: object, status: int = 200) -> int:
    return counted(Reply(status=status, body=msgspec.json.encode(answer)))


async def test_pika_is_the_assistant_and_the_child_the_user() -> None:
    assert await _sent(a_conversation("Chào Pika")) == {
        "user_id": "user_42",
        "conversation_id": "conv_0001",
        "conversation": [{"role": "assistant", "content": "Hi!"}, {"role": "user", "content": "Chào Pika"}],
    }


async def test_empty_texts_are_dropped() -> None:
    sent = await extraction(ALICE, KEY, a_conversation("", " \n", "yes"))

    assert sent is not None
    assert sent.count(b'"user"') == 1


async def test_nothing_is_left_to_send() -> None:
    assert await _sent(Conversation()) is None


async def test_a_large_conversation_arrives_whole_and_in_order() -> None:
    said = [f"line {number}" for number in range(3500)]

    body = await extraction(ALICE, KEY, a_conversation(*said))

    assert body is not None
    assert [line["content"] for line in msgspec.json.decode(body)["conversation"]] == ["Hi!", *said]


@pytest.mark.parametrize(
    ("conversation_id", "key"),
    [("conv_0001_20251126_170000", "conv_0001_20251126_170000"), ("trò chuyện", "tr%C3%B2%20chuy%E1%BB%87n")],
)
def test_the_key_is_the_conversation_id_as_far_as_a_header_can_carry_it(conversation_id: str, key: str) -> None:
    assert idempotency_key(ConversationId(conversation_id)) == key


def test_facts_are_counted() -> None:
    assert _counted({"status": "ok", "count": 3, "facts": [{"id": "1", "fact_value": "likes dogs"}]}) == 3


@pytest.mark.parametrize("count", [True, False, None, "3", -1, 2.5, 10**6, 10**30, [], {}])
def test_a_count_that_is_no_number_of_facts_is_no_answer(count: object) -> None:
    with pytest.raises(AttemptFailed) as failed:
        _counted({"status": "ok", "count": count})

    assert failed.value.transient


@pytest.mark.parametrize("answer", [{}, {"count": 3}, {"status": "error", "count": 3}, [], 3, "ok", None])
def test_an_answer_of_another_form_is_no_answer(answer: object) -> None:
    with pytest.raises(AttemptFailed):
        _counted(answer)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"status": "ok", "count"', b"<html>", b"[" * 100_000])
def test_what_is_not_json_is_no_answer_and_is_not_quoted(body: bytes) -> None:
    with pytest.raises(AttemptFailed) as failed:
        counted(Reply(status=200, body=body))

    assert str(failed.value) == "memory_api answered in a form nobody knows"


@pytest.mark.parametrize("status", [301, 204, 408, 425, 429, 500, 502, 503, 504, 599])
def test_a_status_that_may_change_is_worth_another_attempt(status: int) -> None:
    with pytest.raises(AttemptFailed) as failed:
        _counted({}, status)

    assert failed.value.transient


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_a_refusal_is_a_fault_of_ours(status: int) -> None:
    with pytest.raises(AttemptFailed) as failed:
        _counted({}, status)

    assert not failed.value.transient
