"""What the log lines of a request bear."""

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from tests.exported_metrics import NOWHERE
from tests.integration.http.bodies import an_ended_conversation
from tests.integration.http.running import running_service


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/conversations/end"),
        ("GET", "/v1/conversations/conv_0001"),
        ("POST", "/v1/friendship_status/calculate-score/conv_0001"),
    ],
)
async def test_each_line_of_a_request_bears_its_id_and_that_of_its_conversation(method: str, path: str) -> None:
    body = an_ended_conversation() if path.endswith("/end") else None
    async with running_service(NOWHERE) as service:
        with capture_logs(processors=[merge_contextvars]) as lines:
            answer = await service.http.request(method, path, json=body, headers={"X-Request-ID": "mine"})

    assert answer.status_code == 503
    told = [line for line in lines if line["event"] == "a dependency is unavailable"]
    assert [(line["request_id"], line["conversation_id"]) for line in told] == [("mine", "conv_0001")]
