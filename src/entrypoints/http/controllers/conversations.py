from http import HTTPStatus
from typing import Annotated, Any, Literal
from urllib.parse import quote

from litestar import Controller, Request, Response, get, post
from litestar.params import Parameter
from structlog.contextvars import bind_contextvars

from application.paging import PageNumber
from application.ports.conversation_events import EventFilter
from application.use_cases.list_conversations import ListConversations, ListConversationsCommand
from application.use_cases.record_conversation_end import RecordConversationEnd, RecordConversationEndCommand
from application.use_cases.retry_event import RetryEvent
from application.use_cases.show_conversation import ShowConversation
from application.use_cases.skip_event import SkipEvent
from domain.event_status import EventStatus
from domain.identifiers import ConversationId, UserId
from entrypoints.bootstrap.audit import Operation
from entrypoints.http.audited import audited
from entrypoints.http.auth import requires
from entrypoints.http.openapi.documented import Documentation, Link
from entrypoints.http.openapi.examples import answers, bodies
from entrypoints.http.schemas.conversation_end import EITHER_LOG, ConversationEndBody, conversation_end
from entrypoints.http.schemas.envelope import Envelope
from entrypoints.http.schemas.event import AcceptedData, ListedEventData, ShownEventData, accepted, listed, shown
from entrypoints.http.schemas.page import PageData, PageQuery, PageSizeQuery, shown_page
from entrypoints.http.schemas.path_id import PathId, TextQuery

IDS = {"conversation_id": "$response.body#/data/conversation_id", "user_id": "$response.body#/data/user_id"}
OF_CONVERSATION = tuple(
    Link(to=to, parameters={"conversation_id": IDS["conversation_id"]})
    for to in ("conversations_show", "conversations_skip", "conversations_retry", "scoring_preview")
)
SHOW = OF_CONVERSATION[0]
OF_USER = tuple(
    Link(to=to, parameters={"user_id": IDS["user_id"]})
    for to in ("friendships_show", "friendships_ledger", "friendships_update", "users_erase")
)
APPLY = Link(to="scoring_apply", body=IDS)
OF_FIRST = tuple(
    Link(to=link.to, parameters={"conversation_id": "$response.body#/data/items/0/conversation_id"})
    for link in OF_CONVERSATION
)


class ConversationsController(Controller):
    path = "/conversations"
    tags = ("conversations",)

    @post(
        "/end",
        status_code=HTTPStatus.ACCEPTED,
        opt=requires("conversations:write")
        | Documentation(
            takes=ConversationEndBody,
            constraints=EITHER_LOG,
            sends=bodies.ENDED,
            answers=answers.ACCEPTED,
            refuses=(409,),
            headers=("Location",),
            links=(*OF_CONVERSATION, *OF_USER, APPLY),
            keeps_trace=True,
        ).opt(),
    )
    async def end(
        self, request: Request[Any, Any, Any], record_conversation_end: RecordConversationEnd
    ) -> Response[Envelope[AcceptedData]]:
        """Accept an ended conversation. It is durable before the answer, and scored soon after."""
        body = await conversation_end(await request.body())
        bind_contextvars(conversation_id=body.reported.conversation_id)
        request.state.log_field = body.log_field  # for those who tell what is wrong with the log
        command = RecordConversationEndCommand(reported=body.reported, log_items=body.log_items)
        data = accepted(await record_conversation_end(command))
        message = "Conversation was accepted before" if data.duplicate else "Conversation accepted"
        location = f"/v1/conversations/{quote(data.conversation_id, safe='')}"
        return Response(
            Envelope(message=message, data=data), status_code=HTTPStatus.ACCEPTED, headers={"Location": location}
        )

    @get(
        "/",
        opt=requires("conversations:read") | Documentation(answers=answers.CONVERSATIONS, links=OF_FIRST).opt(),
    )
    async def list_newest_first(
        self,
        list_conversations: ListConversations,
        user_id: TextQuery = None,
        status: Annotated[EventStatus | None, Parameter(description="only those in this state")] = None,
        page: PageQuery = 1,
        page_size: PageSizeQuery = 20,
    ) -> Envelope[PageData[ListedEventData]]:
        """List conversations, newest first."""
        wanted = EventFilter(
            user_id=UserId(user_id) if user_id else None, statuses=frozenset({status} if status else ())
        )
        command = ListConversationsCommand(wanted=wanted, page=PageNumber(page=page, size=page_size))
        found = await list_conversations(command)
        return Envelope(message="Conversations found", data=shown_page(found, listed))

    @get(
        "/{conversation_id:str}",
        opt=requires("conversations:read") | Documentation(answers=answers.CONVERSATION, refuses=(404,)).opt(),
    )
    async def show(
        self,
        conversation_id: PathId,
        show_conversation: ShowConversation,
        include: Annotated[Literal["log"] | None, Parameter(description="log: the utterances too")] = None,
    ) -> Envelope[ShownEventData]:
        """Tell how far a conversation is, its attempts, and its score."""
        found = await show_conversation(ConversationId(conversation_id), with_log=include == "log")
        return Envelope(message="Conversation found", data=shown(found))

    @post(
        "/{conversation_id:str}/retry",
        status_code=HTTPStatus.ACCEPTED,
        opt=requires("operations")
        | audited(Operation.RETRY_EVENTS)
        | Documentation(answers=answers.RETRIED, refuses=(404, 409), links=OF_CONVERSATION).opt(),
    )
    async def retry(self, conversation_id: PathId, retry_event: RetryEvent) -> Envelope[ListedEventData]:
        """Make a failed conversation due now, with all its attempts."""
        event = await retry_event(ConversationId(conversation_id))
        return Envelope(message="Conversation is due now", data=listed(event))

    @post(
        "/{conversation_id:str}/skip",
        status_code=HTTPStatus.OK,
        opt=requires("operations")
        | audited(Operation.SKIP_EVENT)
        | Documentation(answers=answers.SKIPPED, refuses=(404, 409), links=(SHOW,)).opt(),
    )
    async def skip(self, conversation_id: PathId, skip_event: SkipEvent) -> Envelope[ListedEventData]:
        """Decide that a conversation is never scored."""
        event = await skip_event(ConversationId(conversation_id))
        return Envelope(message="Conversation skipped", data=listed(event))
