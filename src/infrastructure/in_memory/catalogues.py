from dataclasses import dataclass, replace

from application.ports.catalogues import Catalogues
from domain.catalogue import Catalogue
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

    async def add(self, catalogue: Catalogue) -> int:
        self.database.must_answer()
        version = len(self.database.catalogues) + 1
        self.database.catalogues.append(replace(catalogue, version=version))
        return version
