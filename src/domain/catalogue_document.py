"""The form of a catalogue that editors write: two lists of plain objects, read with every fault named at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from domain.agent_type import AgentType, UnknownAgentType
from domain.catalogue import Agenda, Catalogue, Persona
from domain.errors import DomainError
from domain.friendship_level import FriendshipLevel, UnknownFriendshipLevel
from domain.identifiers import AgentId, TopicId

LONGEST_NAME = 255
# A hostile document may hold a million faulty rows; a person mends the first hundred faults.
MAX_FAULTS_TOLD = 100
NUL = "\x00"  # valid JSON, but no text PostgreSQL can hold

Path = tuple[str | int, ...]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueFault:
    path: Path
    message: str

    @property
    def place(self) -> str:
        """As in ``agendas[3].agent_type``; ``$`` is the whole document."""
        steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return steps.removeprefix(".") or "$"


class InvalidCatalogue(DomainError):
    def __init__(self, faults: Sequence[CatalogueFault]) -> None:
        super().__init__("; ".join(f"{fault.place}: {fault.message}" for fault in faults))
        self.faults = tuple(faults)


def catalogue_of(document: object) -> Catalogue:
    """Names, types and levels are trimmed and read in any case. Raises InvalidCatalogue with every fault."""
    reader = _Reader()
    catalogue = reader.catalogue(document)
    if reader.faults:
        raise InvalidCatalogue(reader.faults)
    return catalogue


def document_of(catalogue: Catalogue) -> dict[str, list[dict[str, str]]]:
    """What ``catalogue_of`` reads back to the same catalogue, its version aside."""
    return {
        "personas": [_persona_document(persona) for persona in catalogue.personas],
        "agendas": [_agenda_document(agenda) for agenda in catalogue.agendas],
    }


@dataclass(slots=True)
class _Reader:
    faults: list[CatalogueFault] = field(default_factory=list)
    persona_levels: set[FriendshipLevel | None] = field(default_factory=set)

    def catalogue(self, document: object) -> Catalogue:
        whole = self._object(document, (), ("personas", "agendas"))
        personas = [self._persona(item, path) for path, item in self._items(whole, "personas")]
        agendas = [self._agenda(item, path) for path, item in self._items(whole, "agendas")]
        return Catalogue(
            personas=tuple(persona for persona in personas if persona),
            agendas=tuple(agenda for agenda in agendas if agenda),
        )

    def _persona(self, item: object, path: Path) -> Persona | None:
        fields = self._object(item, path, ("friendship_level", "context_style_guideline", "user_profile"))
        level = self._read(fields, path, "friendship_level", FriendshipLevel.read, _LEVELS)
        if level and level in self.persona_levels:
            self._fault((*path, "friendship_level"), f"a second persona for {level}; expected one a level")
        self.persona_levels.add(level)
        style = self._text(fields, path, "context_style_guideline", default="")
        profile = self._text(fields, path, "user_profile", default="")
        if level is None or style is None or profile is None:
            return None
        return Persona(friendship_level=level, context_style_guideline=style, user_profile=profile)

    def _agenda(self, item: object, path: Path) -> Agenda | None:
        names = ("topic_id", "agent_id", "agent_type", "friendship_level", "talking_agenda", "agent_tag")
        fields = self._object(item, path, names)
        topic, agent = self._name(fields, path, "topic_id"), self._name(fields, path, "agent_id")
        agent_type = self._read(fields, path, "agent_type", AgentType.read, _TYPES)
        level = self._read(fields, path, "friendship_level", FriendshipLevel.read, _LEVELS)
        agenda = self._text(fields, path, "talking_agenda")
        tag = self._tag(fields, path)
        if topic is None or agent is None or agent_type is None or level is None or agenda is None or tag is None:
            return None
        return Agenda(
            number=int(path[-1]) + 1,
            topic_id=TopicId(topic),
            agent_id=AgentId(agent),
            agent_type=agent_type,
            friendship_level=level,
            talking_agenda=agenda,
            agent_tag=tag or agent,
        )

    def _object(self, value: object, path: Path, names: Sequence[str]) -> Mapping[Any, object] | None:
        if not isinstance(value, dict):
            self._fault(path, f"expected an object with {_listed(names)}; found {_kind(value)}")
            return None
        for name in value:
            if name not in names:
                self._fault((*path, str(name)), f"unknown field; expected one of {_listed(names)}")
        return value

    def _items(self, whole: Mapping[Any, object] | None, name: str) -> Iterator[tuple[Path, object]]:
        items = (whole or {}).get(name, [])
        if not isinstance(items, list):
            self._fault((name,), f"expected a list; found {_kind(items)}")
            return
        yield from (((name, index), item) for index, item in enumerate(items))

    def _read(
        self, fields: Mapping[Any, object] | None, path: Path, name: str, read: Callable[[str], Value], expected: str
    ) -> Value | None:
        text = self._name(fields, path, name, expected)
        try:
            return None if text is None else read(text)
        except (UnknownFriendshipLevel, UnknownAgentType):
            self._fault((*path, name), f"expected {expected}; found {text!r}")
            return None

    def _name(self, fields: Mapping[Any, object] | None, path: Path, name: str, expected: str = "text") -> str | None:
        text = self._text(fields, path, name, expected=expected)
        if text is not None and not 1 <= len(text.strip()) <= LONGEST_NAME:
            self._fault((*path, name), f"expected 1 to {LONGEST_NAME} characters, not counting blanks around them")
            return None
        return text and text.strip()

    def _tag(self, fields: Mapping[Any, object] | None, path: Path) -> str | None:
        """Empty: not given."""
        if (fields or {}).get("agent_tag") is None:
            return ""
        tag = self._text(fields, path, "agent_tag", default="")
        if tag is not None and len(tag.strip()) > LONGEST_NAME:
            self._fault((*path, "agent_tag"), f"expected {LONGEST_NAME} characters at most")
        return tag and tag.strip()

    def _text(
        self,
        fields: Mapping[Any, object] | None,
        path: Path,
        name: str,
        *,
        default: str | None = None,
        expected: str = "text",
    ) -> str | None:
        if fields is None:
            return None  # told already
        if name not in fields:
            if default is None:
                self._fault((*path, name), f"missing; expected {expected}")
            return default
        value = fields[name]
        if not isinstance(value, str):
            quotes = "" if value is None or isinstance(value, (dict, list)) else "; put it in quotes"
            self._fault((*path, name), f"expected {expected}; found {_kind(value)}{quotes}")
        elif NUL in value or any("\ud800" <= character <= "\udfff" for character in value):
            self._fault((*path, name), "expected text without U+0000 and without halves of surrogate pairs")
        else:
            return value
        return None

    def _fault(self, path: Path, message: str) -> None:
        if len(self.faults) < MAX_FAULTS_TOLD:
            self.faults.append(CatalogueFault(path=path, message=message))


def _persona_document(persona: Persona) -> dict[str, str]:
    return {
        "friendship_level": persona.friendship_level.value,
        "context_style_guideline": persona.context_style_guideline,
        "user_profile": persona.user_profile,
    }


def _agenda_document(agenda: Agenda) -> dict[str, str]:
    document = {
        "topic_id": str(agenda.topic_id),
        "agent_id": str(agenda.agent_id),
        "agent_type": agenda.agent_type.value,
        "friendship_level": agenda.friendship_level.value,
        "talking_agenda": agenda.talking_agenda,
    }
    # It is the agent's id unless said.
    return document if agenda.agent_tag == agenda.agent_id else document | {"agent_tag": agenda.agent_tag}


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    kinds = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}
    return kinds.get(type(value), "a date" if hasattr(value, "isoformat") else "something else")


_LEVELS = f"one of {_listed(list(FriendshipLevel))}"
_TYPES = f"one of {_listed(list(AgentType))}"
