import msgspec

from application.ports.alert_channel import AlertGroup, AlertNotice
from domain.alert import RULES, Alert, AlertComponent, AlertLevel
from domain.identifiers import ConversationId
from infrastructure.alerting.pile import MAX_CONVERSATIONS
from infrastructure.google_chat.card import MAX_TEXT, message
from tests.unit.alerting.alerts import an_alert

ORIGIN = "production, worker:17"
CHAT_TAKES_BYTES = 32_000


def _card(*groups: AlertGroup, is_digest: bool = False, lost: int = 0) -> dict[str, object]:
    [card] = message(AlertNotice(groups=groups, is_digest=is_digest, lost=lost), origin=ORIGIN)["cardsV2"]
    shown: dict[str, object] = card["card"]
    return shown


def _texts(card: dict[str, object]) -> dict[str, str]:
    """By label."""
    sections = msgspec.convert(card["sections"], list[dict[str, list[dict[str, dict[str, object]]]]])
    widgets = [widget["decoratedText"] for section in sections for widget in section["widgets"]]
    return {str(widget["topLabel"]): str(widget["text"]) for widget in widgets}


def test_a_card_tells_level_what_where_and_what_to_do() -> None:
    alert = an_alert(AlertLevel.HIGH, what="No answer within 15 s.")

    card = _card(AlertGroup(alert=alert))

    assert card["header"] == {"title": "HIGH: LLM_TIMEOUT", "subtitle": ORIGIN}
    assert _texts(card) == {
        "What": "No answer within 15 s.",
        "Where": "llm",
        "What to do": f"{alert.remedy} See docs/runbooks/LLM_TIMEOUT.md",
    }


def test_a_group_tells_how_many_and_which_conversations() -> None:
    ids = (ConversationId("conv_1"), ConversationId("conv_2"))

    card = _card(AlertGroup(alert=an_alert(AlertLevel.CRITICAL), count=7, conversation_ids=ids))

    assert card["header"] == {"title": "CRITICAL: PERMANENTLY_FAILED (7 times)", "subtitle": ORIGIN}
    assert _texts(card)["Conversations"] == "conv_1, conv_2"


def test_what_was_suppressed_or_lost_is_told() -> None:
    texts = _texts(_card(AlertGroup(alert=an_alert(), suppressed=41), lost=3))

    assert texts["Suppressed"].startswith("41 more")
    assert texts["Not told"].startswith("3 earlier")


def test_a_digest_has_a_section_for_each_kind() -> None:
    groups = [
        AlertGroup(alert=an_alert(AlertLevel.LOW, component=component), count=2)
        for component in (AlertComponent.QUESTIONS, AlertComponent.EMOTION)
    ]

    card = _card(*groups, is_digest=True)

    assert card["header"] == {"title": "LOW: 4 alerts of the last hour", "subtitle": ORIGIN}
    assert len(msgspec.convert(card["sections"], list[object])) == 2


def test_a_telephone_shows_the_title() -> None:
    sent = message(AlertNotice(groups=(AlertGroup(alert=an_alert()),)), origin=ORIGIN)

    assert sent["text"] == f"HIGH: LLM_TIMEOUT ({ORIGIN})"


def test_texts_are_escaped_and_cut() -> None:
    texts = _texts(_card(AlertGroup(alert=an_alert(what="<b>&" + "x" * 1000, conversation="<a href=x>"))))

    assert texts["What"].startswith("&lt;b&gt;&amp;xxx")
    assert len(texts["What"]) < MAX_TEXT + 20


def test_the_fullest_digest_fits_into_a_message() -> None:
    ids = tuple(ConversationId(str(number) * 255) for number in range(MAX_CONVERSATIONS))
    kinds = [
        (kind, component)
        for kind, rule in RULES.items()
        for component in AlertComponent
        if AlertLevel.LOW in rule.levels
    ]
    groups = tuple(
        AlertGroup(alert=Alert(type=kind, level=AlertLevel.LOW, component=component, what="x" * 100), count=10**6)
        for kind, component in kinds
    )
    notices = [
        AlertNotice(groups=groups, is_digest=True),
        AlertNotice(groups=(AlertGroup(alert=an_alert(), conversation_ids=ids),)),
    ]

    assert all(len(msgspec.json.encode(message(notice, origin=ORIGIN))) < CHAT_TAKES_BYTES for notice in notices)
