from collections.abc import Iterator
from typing import Annotated

import msgspec

from application.use_cases.import_catalogue import ImportedCatalogue
from domain.agent_type import AgentType
from domain.catalogue import Catalogue
from domain.catalogue_document import CatalogueFault, InvalidCatalogue, catalogue_of, document_of
from domain.catalogue_warnings import warnings_about
from domain.friendship_level import FriendshipLevel
from entrypoints.http.problems import Fault, does_not_fit, malformed
from entrypoints.http.schemas.numbers import Count
from entrypoints.http.schemas.texts import WITHOUT_NUL

# What str.strip takes for blank: regular expressions disagree about it from one language to the next.
_BLANK = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# Of 1 to 255 characters, not counting blanks around them.
_NAME = rf"[^\x00{_BLANK}]([^\x00]{{0,253}}[^\x00{_BLANK}])?"
RowName = Annotated[str, msgspec.Meta(extra_json_schema={"pattern": rf"^[{_BLANK}]*{_NAME}[{_BLANK}]*$"})]
RowTag = Annotated[str, msgspec.Meta(extra_json_schema={"pattern": rf"^[{_BLANK}]*({_NAME})?[{_BLANK}]*$"})]
RowText = Annotated[str, msgspec.Meta(extra_json_schema={"pattern": WITHOUT_NUL})]


class PersonaRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    friendship_level: FriendshipLevel
    context_style_guideline: RowText = ""
    user_profile: RowText = ""


class AgendaRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    topic_id: RowName
    agent_id: RowName
    agent_type: AgentType
    friendship_level: FriendshipLevel
    talking_agenda: RowText
    agent_tag: RowTag | None = None
    """The agent's id, unless it is said."""


class CatalogueDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client edits and sends back; the same as in a catalogue file. One persona a friendship level."""

    personas: Annotated[list[PersonaRow], msgspec.Meta(max_length=len(FriendshipLevel))]
    agendas: list[AgendaRow]


class CatalogueData(msgspec.Struct, frozen=True, kw_only=True):
    version: Count
    catalogue: CatalogueDocument
    warnings: tuple[str, ...]


class ReplacedCatalogueData(msgspec.Struct, frozen=True, kw_only=True):
    version: Count
    personas: Count
    agendas: Count
    warnings: tuple[str, ...]


def read(content: bytes) -> Catalogue:
    """Raises RefusedRequest: 400 for what is not JSON, 422 with the path of every fault."""
    try:
        document = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise malformed() from None
    faults = list(_missing(document))
    try:
        catalogue = catalogue_of(document)
    except InvalidCatalogue as error:
        raise does_not_fit([*faults, *map(_fault, error.faults)]) from None
    if faults:
        raise does_not_fit(faults)
    return catalogue


def _missing(document: object) -> Iterator[Fault]:
    """A file may leave out what is empty; over the wire a list that was forgotten would be one that is lost."""
    if isinstance(document, dict):
        names = CatalogueDocument.__struct_fields__
        yield from (Fault(path=name, message="Missing") for name in names if name not in document)


def shown(catalogue: Catalogue) -> CatalogueData:
    return CatalogueData(
        version=catalogue.version,
        catalogue=msgspec.convert(document_of(catalogue), CatalogueDocument),
        warnings=warnings_about(catalogue),
    )


def replaced(content: Catalogue, imported: ImportedCatalogue) -> ReplacedCatalogueData:
    return ReplacedCatalogueData(
        version=imported.version,
        personas=len(content.personas),
        agendas=len(content.agendas),
        warnings=imported.warnings,
    )


def _fault(fault: CatalogueFault) -> Fault:
    return Fault(path=fault.place, message=fault.message)
