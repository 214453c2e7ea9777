from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from application.ports.catalogues import Catalogues
from domain.catalogue import Agenda, Catalogue, Persona
from infrastructure.postgres.tables import catalogues
from infrastructure.postgres.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresCatalogues(Catalogues):
    """A version is one row holding the whole catalogue, so none can ever be seen half written."""

    engine: AsyncEngine
    limit: timedelta

    async def latest_version(self) -> int:
        async with Transaction(self.engine, limit=self.limit) as transaction:
            found = await transaction.execute(select(func.coalesce(func.max(catalogues.c.version), 0)))
            return int(found.scalar_one())

    async def latest(self) -> Catalogue:
        newest = select(catalogues).order_by(catalogues.c.version.desc()).limit(1)
        async with Transaction(self.engine, limit=self.limit) as transaction:
            row = (await transaction.execute(newest)).one_or_none()
        return replace(_catalogue_of(row.content), version=row.version) if row else Catalogue()

    async def add(self, catalogue: Catalogue) -> int:
        content = {
            "agendas": msgspec.to_builtins(catalogue.agendas),
            "personas": msgspec.to_builtins(catalogue.personas),
        }
        async with Transaction(self.engine, limit=self.limit) as transaction:
            added = await transaction.execute(
                insert(catalogues).values(content=content).returning(catalogues.c.version)
            )
            version = int(added.scalar_one())
            await transaction.commit()
        return version


def _catalogue_of(content: dict[str, Any]) -> Catalogue:
    return Catalogue(
        agendas=msgspec.convert(content["agendas"], tuple[Agenda, ...]),
        personas=msgspec.convert(content["personas"], tuple[Persona, ...]),
    )
