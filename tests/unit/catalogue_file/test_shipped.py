"""What the rest of the program relies on in the catalogue that comes with it."""

from itertools import product

import pytest

from domain.agent_type import AgentType
from domain.catalogue import Catalogue
from domain.friendship_level import FriendshipLevel
from entrypoints.bootstrap.shipped import shipped_catalogue
from infrastructure.catalogue_file.catalogue_file import read_catalogue

BOT_TYPES = [kind.value for kind in AgentType]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue(shipped_catalogue().read_text(encoding="utf-8"))


def test_a_tag_names_one_topic_at_every_level(catalogue: Catalogue) -> None:
    """A fault may hold a child back at a lower level for a while; healing ends where it would have ended without it
    only if the conversations of that time are about the same topics at both levels.
    """
    names = {name for row in catalogue.agendas for name in (row.agent_tag, row.agent_id)}

    topics = {
        name: {
            catalogue.topic_of(name, level=level, bot_type=bot_type)
            for level, bot_type in product(FriendshipLevel, BOT_TYPES)
        }
        for name in names
    }

    assert {name: found for name, found in topics.items() if len(found) != 1} == {}
    assert None not in set[object]().union(*topics.values())
