import msgspec

from application.use_cases.import_catalogue import ImportedCatalogue
from domain.catalogue import Catalogue
from domain.catalogue_document import CatalogueFault, InvalidCatalogue, catalogue_of, document_of
from domain.catalogue_warnings import warnings_about
from entrypoints.http.problems import Fault, does_not_fit, malformed


class CatalogueDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What a client edits and sends back; the same as in a catalogue file."""

    personas: list[dict[str, str]]
    agendas: list[dict[str, str]]


class CatalogueData(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    catalogue: CatalogueDocument
    warnings: tuple[str, ...]


class ReplacedCatalogueData(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    personas: int
    agendas: int
    warnings: tuple[str, ...]


def read(content: bytes) -> Catalogue:
    """Raises RefusedRequest: 400 for what is not JSON, 422 with the path of every fault."""
    try:
        return catalogue_of(msgspec.json.decode(content))
    except InvalidCatalogue as error:
        raise does_not_fit([_fault(fault) for fault in error.faults]) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise malformed() from None


def shown(catalogue: Catalogue) -> CatalogueData:
    return CatalogueData(
        version=catalogue.version,
        catalogue=CatalogueDocument(**document_of(catalogue)),
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
