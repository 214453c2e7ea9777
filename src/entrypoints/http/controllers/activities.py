from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, post
from litestar.params import Parameter

from application.use_cases.suggest_activities import SuggestActivities, SuggestActivitiesCommand
from domain.identifiers import UserId
from entrypoints.http.auth import requires
from entrypoints.http.json_body import decoded
from entrypoints.http.openapi.documented import Documentation, Link
from entrypoints.http.openapi.examples import answers, bodies
from entrypoints.http.schemas.envelope import Envelope
from entrypoints.http.schemas.suggestion import SuggestBody, SuggestionData, shown

_decoder = msgspec.json.Decoder(SuggestBody)


class ActivitiesController(Controller):
    path = "/activities"
    tags = ("activities",)

    @post(
        "/suggest",
        status_code=HTTPStatus.OK,
        opt=requires("suggestions:read")
        | Documentation(
            takes=SuggestBody,
            sends=bodies.SUGGEST,
            answers=answers.SUGGESTION,
            refuses=(404, 409),
            links=(Link(to="friendships_update", parameters={"user_id": "$response.body#/data/user_id"}),),
        ).opt(),
    )
    async def suggest(
        self,
        request: Request[Any, Any, Any],
        suggest_activities: SuggestActivities,
        explain: Annotated[bool, Parameter(description="tell what was considered, and why it was passed over")] = False,  # noqa: FBT002 - a query parameter
    ) -> Envelope[SuggestionData]:
        """Suggest what to do next. The same seed gives the same answer."""
        body = decoded(await request.body(), _decoder)
        command = SuggestActivitiesCommand(user_id=UserId(body.user_id), seed=body.seed, explained=explain)
        suggestion = await suggest_activities(command)
        return Envelope(message="Activities suggested successfully", data=shown(suggestion))
