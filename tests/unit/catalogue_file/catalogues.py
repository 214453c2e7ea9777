"""Any valid catalogue, for properties."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from domain.agent_type import AgentType
from domain.catalogue import Agenda, Catalogue, Persona
from domain.friendship_level import FriendshipLevel
from domain.identifiers import AgentId, TopicId

# A busy machine is no fault of the data: whole catalogues take a while to draw.
unhurried = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])

_characters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
# What YAML may stumble over, often.
_awkward = st.sampled_from(
    ["", " ", "\n", "- ", "a: b", "#", "yes", "12", "~", "\r\n", "\x85", "\u2028", "😀", "{{name}}"]
)
texts = st.lists(_awkward | st.text(_characters, max_size=12), max_size=6).map("".join)
names = st.text(_characters, min_size=1, max_size=20).map(str.strip).filter(bool)
levels = st.sampled_from(FriendshipLevel)


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    personas = [
        Persona(friendship_level=level, context_style_guideline=draw(texts), user_profile=draw(texts))
        for level in draw(st.lists(levels, unique=True))
    ]
    agendas = [_agenda(draw, number) for number in range(1, draw(st.integers(0, 5)) + 1)]
    return Catalogue(personas=tuple(personas), agendas=tuple(agendas))


def _agenda(draw: st.DrawFn, number: int) -> Agenda:
    agent_id = draw(names)
    return Agenda(
        number=number,
        topic_id=TopicId(draw(names)),
        agent_id=AgentId(agent_id),
        agent_type=draw(st.sampled_from(AgentType)),
        friendship_level=draw(levels),
        talking_agenda=draw(texts),
        agent_tag=draw(st.just(agent_id) | names),
    )
