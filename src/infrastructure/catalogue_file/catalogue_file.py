from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import yaml

from domain.agent_type import AgentType
from domain.catalogue import Agenda, Catalogue, Persona
from domain.errors import DomainError
from domain.friendship_level import FriendshipLevel
from domain.identifiers import AgentId, TopicId
from infrastructure.catalogue_file.document import AgendaDocument, PersonaDocument

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueFault:
    path: str
    """As in ``agendas[3].agent_type``."""
    message: str


class InvalidCatalogue(DomainError):
    def __init__(self, faults: Sequence[CatalogueFault]) -> None:
        super().__init__("; ".join(f"{fault.path}: {fault.message}" for fault in faults))
        self.faults = tuple(faults)


def read_catalogue(text: str) -> Catalogue:
    """From YAML, of which JSON is a part. Raises InvalidCatalogue with every fault at once."""
    document = _document(text)
    faults: list[CatalogueFault] = []
    personas = list(_items(document, "personas", _persona, faults))
    agendas = list(_items(document, "agendas", _agenda, faults))
    faults.extend(_repeated_levels(personas))
    if faults:
        raise InvalidCatalogue(faults)
    return Catalogue(personas=tuple(personas), agendas=tuple(agendas))


def write_catalogue(catalogue: Catalogue) -> str:
    """As YAML that ``read_catalogue`` reads back to the same catalogue."""
    document = {
        "personas": [msgspec.to_builtins(_persona_document(persona)) for persona in catalogue.personas],
        "agendas": [msgspec.to_builtins(_agenda_document(agenda)) for agenda in catalogue.agendas],
    }
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)


def _document(text: str) -> dict[str, Any]:
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InvalidCatalogue([CatalogueFault(path="$", message=f"not YAML: {error}")]) from error
    if not isinstance(document, dict):
        raise InvalidCatalogue([CatalogueFault(path="$", message="expected a mapping with personas and agendas")])
    return document


def _items(
    document: dict[str, Any], name: str, read: Callable[[Any, int], Item], faults: list[CatalogueFault]
) -> Iterator[Item]:
    items = document.get(name, [])
    if not isinstance(items, list):
        faults.append(CatalogueFault(path=name, message="expected a list"))
        return
    for index, item in enumerate(items):
        try:
            yield read(item, index)
        except (msgspec.ValidationError, DomainError) as error:
            faults.append(CatalogueFault(path=f"{name}[{index}]", message=str(error)))


def _persona(item: Any, _: int) -> Persona:  # noqa: ANN401 - whatever the file says
    document = msgspec.convert(item, PersonaDocument)
    return Persona(
        friendship_level=FriendshipLevel.read(document.friendship_level),
        context_style_guideline=document.context_style_guideline,
        user_profile=document.user_profile,
    )


def _agenda(item: Any, index: int) -> Agenda:  # noqa: ANN401 - whatever the file says
    document = msgspec.convert(item, AgendaDocument)
    agent_id = document.agent_id.strip()
    return Agenda(
        number=index + 1,
        topic_id=TopicId(document.topic_id.strip()),
        agent_id=AgentId(agent_id),
        agent_type=AgentType.read(document.agent_type),
        friendship_level=FriendshipLevel.read(document.friendship_level),
        talking_agenda=document.talking_agenda,
        agent_tag=(document.agent_tag or "").strip() or agent_id,
    )


def _repeated_levels(personas: list[Persona]) -> Iterator[CatalogueFault]:
    seen: set[FriendshipLevel] = set()
    for index, persona in enumerate(personas):
        if persona.friendship_level in seen:
            yield CatalogueFault(path=f"personas[{index}]", message=f"a second persona for {persona.friendship_level}")
        seen.add(persona.friendship_level)


def _persona_document(persona: Persona) -> PersonaDocument:
    return PersonaDocument(
        friendship_level=persona.friendship_level,
        context_style_guideline=persona.context_style_guideline,
        user_profile=persona.user_profile,
    )


def _agenda_document(agenda: Agenda) -> AgendaDocument:
    return AgendaDocument(
        topic_id=agenda.topic_id,
        agent_id=agenda.agent_id,
        agent_type=agenda.agent_type,
        friendship_level=agenda.friendship_level,
        talking_agenda=agenda.talking_agenda,
        agent_tag=agenda.agent_tag if agenda.agent_tag != agenda.agent_id else None,
    )
