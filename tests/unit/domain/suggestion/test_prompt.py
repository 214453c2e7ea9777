import pytest

from domain.agent_type import AgentType
from domain.catalogue import Persona
from domain.suggestion.prompt import PromptFrame
from domain.suggestion.suggestion import SuggestedAgent
from tests.examples import P1, an_agenda


def a_persona(style: str = "Be warm.", profile: str = "{{name}}, {{age}}") -> Persona:
    return Persona(friendship_level=P1, context_style_guideline=style, user_profile=profile)


@pytest.mark.parametrize(
    ("style", "agenda", "profile", "prompt"),
    [
        ("style", "agenda", "profile", "style\n\nagenda\n\nprofile"),
        (" style\n\n", "\n agenda ", "\tprofile\n", "style\n\nagenda\n\nprofile"),
        ("", "agenda", "profile", "agenda\n\nprofile"),
        ("style", "  \n", "profile", "style\n\nprofile"),
        ("style", "agenda", "", "style\n\nagenda"),
        ("", "agenda", " ", "agenda"),
        ("line 1\n\n\nline 2", "agenda", "", "line 1\n\n\nline 2\n\nagenda"),
        ("", " ", "\n", None),
    ],
)
def test_a_prompt_is_style_agenda_and_profile_with_one_blank_line_between(
    style: str, agenda: str, profile: str, prompt: str | None
) -> None:
    assert PromptFrame.of(a_persona(style, profile)).around(an_agenda(talking_agenda=agenda)) == prompt


def test_a_level_without_persona_has_the_agenda_alone() -> None:
    assert PromptFrame.of(None).around(an_agenda(talking_agenda=" 4. CHÀO ")) == "4. CHÀO"
    assert PromptFrame.of(None).around(an_agenda(talking_agenda=" ")) is None


def test_placeholders_pass_through_untouched() -> None:
    persona = a_persona("Hi {{name}} {} %s {0}", "{{current_date_time}}")

    prompt = PromptFrame.of(persona).around(an_agenda(talking_agenda="{{CURRENT_EVENT}}\n${last_memory}"))

    assert prompt == "Hi {{name}} {} %s {0}\n\n{{CURRENT_EVENT}}\n${last_memory}\n\n{{current_date_time}}"


def suggested(*, agent_id: str = "agent_movie", agenda: str = "") -> SuggestedAgent:
    row = an_agenda(agent_id=agent_id, agent_type=AgentType.TALK, talking_agenda=agenda)
    return SuggestedAgent(agenda=row, reason="Backup", final_prompt=None, metadata=None)


@pytest.mark.parametrize(
    ("agent_id", "name"),
    [
        ("general_greeting", "General Greeting"),
        ("agent_daily_routine_2", "Agent Daily Routine 2"),
        ("PIKA", "Pika"),
    ],
)
def test_the_name_of_an_agent_is_its_id_in_title_case(agent_id: str, name: str) -> None:
    assert suggested(agent_id=agent_id).agent_name == name


@pytest.mark.parametrize(
    ("agenda", "description"),
    [
        ("4. CHÀO: xin chào\n5. MỤC TIÊU", "4. CHÀO: xin chào"),
        ("\n  \n\t first \n second", "first"),
        ("\r\nfirst\r\nsecond", "first"),
        ("", ""),
        (" \n ", ""),
        ("x" * 240, "x" * 240),
        ("x" * 241, "x" * 240),
        ("phở" * 100, "phở" * 80),
    ],
)
def test_the_description_of_an_agent_is_its_first_line_that_is_not_blank(agenda: str, description: str) -> None:
    assert suggested(agenda=agenda).agent_description == description
