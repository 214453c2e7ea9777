import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Row, Text, cast, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from application.errors import CatalogueChanged
from application.ports.catalogues import Catalogues, CatalogueVersion
from domain.catalogue import Agenda, Catalogue, Persona
from infrastructure.postgres.catalogue_news import CHANNEL
from infrastructure.postgres.tables import catalogues
from infrastructure.postgres.transaction import Transaction

# As text: it is decoded beside the event loop, which a catalogue of many rows would hold up.
CONTENT = select(catalogues.c.version, cast(catalogues.c.content, Text).label("content"))

# One at a time, so that versions appear in the order of their numbers. Who only reads is not held up.
IN_TURN = text("LOCK TABLE catalogues IN SHARE ROW EXCLUSIVE MODE")
LATEST_VERSION = select(func.coalesce(func.max(catalogues.c.version), 0))
TELL = select(func.pg_notify(CHANNEL, ""))


class Content(msgspec.Struct, frozen=True, kw_only=True):
    agendas: tuple[Agenda, ...]
    personas: tuple[Persona, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresCatalogues(Catalogues):
    """A version is one row holding the whole catalogue, so none can ever be seen half written."""

    engine: AsyncEngine
    limit: timedelta

    async def latest_version(self) -> int:
        async with Transaction(self.engine, limit=self.limit) as transaction:
            return int((await transaction.execute(LATEST_VERSION)).scalar_one())

    async def latest(self) -> Catalogue:
        newest = CONTENT.order_by(catalogues.c.version.desc()).limit(1)
        async with Transaction(self.engine, limit=self.limit) as transaction:
            row = (await transaction.execute(newest)).one_or_none()
        return await asyncio.to_thread(_catalogue_of, row) if row else Catalogue()

    async def find(self, version: int) -> Catalogue | None:
        async with Transaction(self.engine, limit=self.limit) as transaction:
            row = (await transaction.execute(CONTENT.where(catalogues.c.version == version))).one_or_none()
        return await asyncio.to_thread(_catalogue_of, row) if row else None

    async def history(self, *, limit: int, offset: int) -> tuple[Sequence[CatalogueVersion], int]:
        numbers = [func.jsonb_array_length(catalogues.c.content[name]).label(name) for name in ("personas", "agendas")]
        newest = select(catalogues.c.version, catalogues.c.created_at, *numbers).order_by(catalogues.c.version.desc())
        async with Transaction(self.engine, limit=self.limit) as transaction:
            rows = (await transaction.execute(newest.limit(limit).offset(offset))).all()
            total = await transaction.execute(select(func.count()).select_from(catalogues))
        return [CatalogueVersion(**row._mapping) for row in rows], int(total.scalar_one())  # noqa: SLF001 - its public name

    async def add(self, catalogue: Catalogue, *, replacing: Collection[int] | None = None) -> int:
        content = await asyncio.to_thread(_content_of, catalogue)
        async with Transaction(self.engine, limit=self.limit) as transaction:
            await transaction.execute(IN_TURN)
            latest = int((await transaction.execute(LATEST_VERSION)).scalar_one())
            if replacing is not None and latest not in replacing:
                raise CatalogueChanged(latest)
            added = await transaction.execute(
                insert(catalogues).values(content=content).returning(catalogues.c.version)
            )
            version = int(added.scalar_one())
            await transaction.execute(TELL)  # sent by the commit
            await transaction.commit()
        return version


def _content_of(catalogue: Catalogue) -> dict[str, Any]:
    return {
        "agendas": msgspec.to_builtins(catalogue.agendas),
        "personas": msgspec.to_builtins(catalogue.personas),
    }


def _catalogue_of(row: Row[Any]) -> Catalogue:
    content = msgspec.json.decode(row.content, type=Content)
    return replace(Catalogue(agendas=content.agendas, personas=content.personas), version=row.version)
