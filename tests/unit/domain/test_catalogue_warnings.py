from domain.agent_type import AgentType
from domain.catalogue_warnings import warnings_about
from tests.examples import P1, P2, P3, a_catalogue, a_greeting, an_agenda


def test_a_catalogue_with_greetings_and_talks_at_every_level_lacks_nothing() -> None:
    greetings = [a_greeting(friendship_level=level) for level in (P1, P2, P3)]
    talks = [an_agenda(friendship_level=level) for level in (P1, P2, P3)]

    assert warnings_about(a_catalogue(*greetings, *talks)) == ()


def test_a_level_that_nothing_can_be_suggested_to_is_warned_of() -> None:
    first, second, *_ = warnings_about(a_catalogue(a_greeting(friendship_level=P2), an_agenda(friendship_level=P1)))

    assert first == (
        "PHASE1_STRANGER has no GREETING, and no level below it has one: nothing can be suggested to its users"
    )
    assert second == "PHASE2_ACQUAINTANCE has no TALK of its own: its users are offered those of PHASE1_STRANGER"


def test_an_empty_catalogue_lacks_both_for_everybody() -> None:
    empty = a_catalogue(an_agenda(agent_type=AgentType.GAME))

    assert len(warnings_about(empty)) == 6
