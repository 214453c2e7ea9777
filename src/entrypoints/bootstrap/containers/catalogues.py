"""Personas and agendas: the versions kept, and the one in memory."""

from dependency_injector import providers
from sqlalchemy.ext.asyncio import AsyncEngine

from application.catalogue_snapshot import CatalogueSnapshot
from application.use_cases.import_catalogue import ImportCatalogue
from application.use_cases.list_catalogue_versions import ListCatalogueVersions
from application.use_cases.restore_catalogue import RestoreCatalogue
from application.use_cases.show_catalogue import ShowCatalogue
from entrypoints.bootstrap import build_database, limits
from entrypoints.bootstrap.containers.database import Database
from entrypoints.bootstrap.containers.foundation import Foundation
from infrastructure.postgres.catalogue_news import PostgresCatalogueNews
from infrastructure.postgres.catalogues import PostgresCatalogues


class Catalogues(Database):
    catalogues: providers.Singleton[PostgresCatalogues] = providers.Singleton(
        PostgresCatalogues, engine=Database.engine, limit=Database.statement_limit
    )
    listening_engine: providers.Singleton[AsyncEngine] = providers.Singleton(
        build_database.listening_engine, Foundation.settings, Foundation.database_url
    )
    catalogue_news: providers.Singleton[PostgresCatalogueNews] = providers.Singleton(
        PostgresCatalogueNews, engine=listening_engine, limit=Database.statement_limit, silence=limits.CATALOGUE_SILENCE
    )
    catalogue: providers.Singleton[CatalogueSnapshot] = providers.Singleton(
        CatalogueSnapshot, catalogues=catalogues, news=catalogue_news, interval=limits.CATALOGUE_INTERVAL
    )
    import_catalogue: providers.Factory[ImportCatalogue] = providers.Factory(ImportCatalogue, catalogues=catalogues)
    show_catalogue: providers.Factory[ShowCatalogue] = providers.Factory(ShowCatalogue, catalogues=catalogues)
    list_catalogue_versions: providers.Factory[ListCatalogueVersions] = providers.Factory(
        ListCatalogueVersions, catalogues=catalogues
    )
    restore_catalogue: providers.Factory[RestoreCatalogue] = providers.Factory(RestoreCatalogue, catalogues=catalogues)
