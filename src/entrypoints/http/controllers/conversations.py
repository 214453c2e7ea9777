from http import HTTPStatus
from typing import Annotated, Any, Literal

from litestar import Controller, Request, Response, get, post
from litestar.params import Parameter

from application.use_cases.record_conversation_end import RecordConversationEnd, RecordConversationEndCommand
from application.use_cases.show_conversation import ShowConversation
from domain.identifiers import ConversationId
from entrypoints.http.auth import requires
from entrypoints.http.schemas.conversation_end import conversation_end
from entrypoints.http.schemas.envelope import Envelope
from entrypoints.http.schemas.event import AcceptedData, ShownEventData, accepted, shown


class ConversationsController(Controller):
    path = "/conversations"
    tags = ("conversations",)

    @post("/end", status_code=HTTPStatus.ACCEPTED, opt=requires("conversations:write"))
    async def end(
        self, request: Request[Any, Any, Any], record_conversation_end: RecordConversationEnd
    ) -> Response[Envelope[AcceptedData]]:
        """Accept an ended conversation. It is durable before the answer, and scored soon after."""
        body = conversation_end(await request.body())
        command = RecordConversationEndCommand(reported=body.reported(), log_items=body.log_items())
        data = accepted(await record_conversation_end(command))
        message = "Conversation was accepted before" if data.duplicate else "Conversation accepted"
        location = f"/v1/conversations/{data.conversation_id}"
        return Response(
            Envelope(message=message, data=data), status_code=HTTPStatus.ACCEPTED, headers={"Location": location}
        )

    @get("/{conversation_id:str}", opt=requires("conversations:read"))
    async def show(
        self,
        conversation_id: str,
        show_conversation: ShowConversation,
        include: Annotated[Literal["log"] | None, Parameter(description="log: the utterances too")] = None,
    ) -> Envelope[ShownEventData]:
        """Tell how far a conversation is, its attempts, and its score."""
        found = await show_conversation(ConversationId(conversation_id), with_log=include == "log")
        return Envelope(message="Conversation found", data=shown(found))
