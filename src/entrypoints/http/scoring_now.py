"""Scoring inside a request, which must end before its caller gives up."""

import asyncio
from datetime import timedelta
from http import HTTPStatus

from application.use_cases.calculate_score import CalculateScore, ScoringOutcome
from domain.identifiers import EventId
from entrypoints.http.problems import RefusedRequest

LIMIT = timedelta(seconds=25)
RETRY_AFTER = {"Retry-After": "30"}


async def score_now(calculate_score: CalculateScore, event_id: EventId, *, limit: timedelta = LIMIT) -> None:
    """Raises RefusedRequest when it failed, or takes too long: then a consumer takes over, at no attempt's cost."""
    try:
        outcome = await asyncio.wait_for(calculate_score(event_id, early=True), limit.total_seconds())
    except TimeoutError:
        raise _unavailable("The analysis takes longer than a request may; it goes on in the background.") from None
    if outcome in (ScoringOutcome.FAILED, ScoringOutcome.NO_ROOM):
        raise _unavailable("The conversation could not be analysed now; it is tried again later.")


def _unavailable(detail: str) -> RefusedRequest:
    return RefusedRequest(HTTPStatus.SERVICE_UNAVAILABLE, "ANALYSIS_UNAVAILABLE", detail, headers=RETRY_AFTER)
