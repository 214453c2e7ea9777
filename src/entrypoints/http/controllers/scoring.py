from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Controller, Request, post

from application.use_cases.calculate_score import CalculateScore
from application.use_cases.check_scoring_request import CheckScoringRequest
from application.use_cases.preview_score import PreviewScore
from domain.identifiers import ConversationId, UserId
from entrypoints.bootstrap.audit import Operation
from entrypoints.http.audited import add_to_audit, audited
from entrypoints.http.auth import requires
from entrypoints.http.json_body import decoded
from entrypoints.http.openapi.documented import Documentation, Link
from entrypoints.http.openapi.examples import answers, bodies
from entrypoints.http.schemas.envelope import Envelope
from entrypoints.http.schemas.path_id import PathId
from entrypoints.http.schemas.scoring import ScoredData, ScoreNowBody, applied, previewed
from entrypoints.http.scoring_now import score_now

_decoder = msgspec.json.Decoder(ScoreNowBody)
SCORED = {"conversation_id": "$response.body#/data/conversation_id", "user_id": "$response.body#/data/user_id"}
APPLY = Link(to="scoring_apply", body=SCORED)
LEDGER = Link(to="friendships_ledger", parameters={"user_id": SCORED["user_id"]})


class ScoringController(Controller):
    path = "/friendship_status"
    tags = ("scoring",)

    @post(
        "/calculate-score/{conversation_id:str}",
        status_code=HTTPStatus.OK,
        opt=requires("conversations:read")
        | Documentation(answers=answers.PREVIEW, refuses=(404, 409), links=(APPLY,)).opt(),
    )
    async def preview(self, conversation_id: PathId, preview_score: PreviewScore) -> Envelope[ScoredData]:
        """Tell the score that a conversation has, or would get. Changes nothing, and asks for no memories."""
        preview = await preview_score(ConversationId(conversation_id))
        return Envelope(message="Score calculated", data=previewed(preview))

    @post(
        "/calculate-score-and-update",
        status_code=HTTPStatus.OK,
        opt=requires("conversations:write")
        | audited(Operation.APPLY_SCORE)
        | Documentation(
            takes=ScoreNowBody,
            sends=bodies.SCORE_NOW,
            answers=answers.APPLIED,
            refuses=(404, 409),
            links=(LEDGER,),
            keeps_trace=True,
        ).opt(),
    )
    async def apply(
        self,
        request: Request[Any, Any, Any],
        check_scoring_request: CheckScoringRequest,
        calculate_score: CalculateScore,
    ) -> Envelope[ScoredData]:
        """Score a conversation now if it was not yet. It counts once, however often this is called."""
        body = decoded(await request.body(), _decoder)
        conversation_id, user_id = ConversationId(body.conversation_id), UserId(body.user_id)
        add_to_audit(request, conversation_id=conversation_id, user_id=user_id)
        event = await check_scoring_request(conversation_id, user_id)
        if event.score is None:
            await score_now(calculate_score, event.event_id)
            event = await check_scoring_request(conversation_id, user_id)
        return Envelope(message="Score applied", data=applied(event))
