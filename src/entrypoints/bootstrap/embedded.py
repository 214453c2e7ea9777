from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.shipped import shipped_catalogue
from infrastructure.catalogue_file.catalogue_file import read_catalogue


async def import_shipped_catalogue(container: Container) -> bool:
    """On the first start only: whatever an editor imported later stays."""
    if await container.catalogues().latest_version():
        return False
    await container.import_catalogue()(read_catalogue(shipped_catalogue().read_text(encoding="utf-8")))
    return True
