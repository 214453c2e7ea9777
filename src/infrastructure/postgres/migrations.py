from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

# A wheel carries the scripts inside this package; a checkout has them at the top, where editors expect them.
_PACKAGED = Path(__file__).with_name("alembic")
_CHECKOUT = Path(__file__).parents[3] / "alembic"


def migration_config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_PACKAGED if _PACKAGED.is_dir() else _CHECKOUT))
    # ConfigParser would read a % in a password as an interpolation.
    config.attributes["database_url"] = database_url
    return config


def migrate(database_url: str, revision: str = "head") -> None:
    """Brings the schema to this revision, upwards; nothing happens when it is there. Blocks."""
    command.upgrade(migration_config(database_url), revision)


def roll_back(database_url: str, revision: str = "base") -> None:
    """Takes the schema back to this revision. Blocks."""
    command.downgrade(migration_config(database_url), revision)


def is_known(revision: str) -> bool:
    """Whether there is a way from this revision of the schema to the latest."""
    try:
        return ScriptDirectory.from_config(migration_config("")).get_revision(revision) is not None
    except CommandError:
        return False
