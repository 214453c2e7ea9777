from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from application.errors import CatalogueChanged
from application.ports.catalogues import Catalogues, CatalogueVersion
from domain.catalogue import Catalogue
from infrastructure.in_memory.clock import NEW_YEAR
from infrastructure.in_memory.database import InMemoryDatabase


@dataclass(frozen=True, slots=True, kw_only=True)
class InMemoryCatalogues(Catalogues):
    database: InMemoryDatabase

    async def latest_version(self) -> int:
        self.database.must_answer()
        return len(self.database.catalogues)

    async def latest(self) -> Catalogue:
        self.database.must_answer()
        return self.database.catalogues[-1] if self.database.catalogues else Catalogue()

    async def find(self, version: int) -> Catalogue | None:
        self.database.must_answer()
        return next((kept for kept in self.database.catalogues if kept.version == version), None)

    async def history(self, *, limit: int, offset: int) -> tuple[Sequence[CatalogueVersion], int]:
        self.database.must_answer()
        newest_first = [_version(kept) for kept in reversed(self.database.catalogues)]
        return newest_first[offset : offset + limit], len(newest_first)

    async def add(self, catalogue: Catalogue, *, replacing: Collection[int] | None = None) -> int:
        self.database.must_answer()
        latest = len(self.database.catalogues)
        if replacing is not None and latest not in replacing:
            raise CatalogueChanged(latest)
        self.database.catalogues.append(replace(catalogue, version=latest + 1))
        self._tell()
        return latest + 1

    def _tell(self) -> None:
        for listener in () if self.database.loses_news else self.database.catalogue_listeners:
            listener.set()


def _version(kept: Catalogue) -> CatalogueVersion:
    return CatalogueVersion(
        version=kept.version, created_at=NEW_YEAR, personas=len(kept.personas), agendas=len(kept.agendas)
    )
