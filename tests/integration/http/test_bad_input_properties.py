import json
from dataclasses import dataclass
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.http.bodies import an_ended_conversation
from tests.integration.http.running import Service

PROBLEM_CODES = {400: "MALFORMED_JSON", 413: "PAYLOAD_TOO_LARGE", 422: "VALIDATION_ERROR"}
PATHS = ("/v1/conversations/end", "/v1/activities/suggest")

texts = st.text(st.characters(exclude_categories=()), max_size=20)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
items = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("speaker", "character", "text", "content", "turn_id", "timestamp"), texts | anything),
)
logs = st.lists(items | anything, max_size=5)
times = st.datetimes().map(lambda moment: f"{moment.isoformat()}Z")
fields = {
    "conversation_id": texts,
    "user_id": texts,
    "bot_type": texts,
    "bot_id": texts,
    "bot_name": texts,
    "agent_tag": texts,
    "start_time": times,
    "end_time": times,
    "conversation_log": logs,
    "conversation_logs": logs,
    "seed": st.integers(),
}
changes = st.fixed_dictionaries({}, optional={name: usual | anything for name, usual in fields.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoiling:
    """Puts bytes somewhere into a body, or ends it there."""

    share: float
    inserted: bytes
    cuts: bool

    def __call__(self, content: bytes) -> bytes:
        place = int(self.share * len(content))
        return content[:place] + self.inserted + (b"" if self.cuts else content[place:])


unspoilt = st.just(Spoiling(share=0, inserted=b"", cuts=False))
spoilings = unspoilt | st.builds(Spoiling, share=st.floats(0, 1), inserted=st.binary(max_size=4), cuts=st.booleans())
many = settings(
    max_examples=200,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@many
@given(value=anything)
async def test_arbitrary_json_is_never_our_fault(service: Service, value: object) -> None:
    content = json.dumps(value).encode()

    for path in PATHS:
        _assert_as_the_contract_says(await service.send(content, path))


@many
@given(changed=changes, spoilt=spoilings)
async def test_spoilt_bodies_are_never_our_fault(service: Service, changed: dict[str, Any], spoilt: Spoiling) -> None:
    content = spoilt(json.dumps(an_ended_conversation(**changed)).encode())

    for path in PATHS:
        _assert_as_the_contract_says(await service.send(content, path))


def _assert_as_the_contract_says(answer: httpx.Response) -> None:
    told = answer.json()
    if answer.is_success:
        assert told["success"] is True
        return
    assert (answer.status_code, told["error_code"]) in {*PROBLEM_CODES.items(), (404, "AGENT_NOT_FOUND")}
    if answer.status_code == 422:
        assert told["details"]["errors"]
