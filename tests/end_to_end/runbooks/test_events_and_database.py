"""Runbooks about events, the broker and the database."""

import pytest

from tests.end_to_end.runbooks import of_broker, of_database, of_events, of_locks
from tests.end_to_end.runbooks.following import follow, names
from tests.end_to_end.runbooks.situation import Situation
from tests.end_to_end.runbooks.stack import FaultedStack

pytestmark = pytest.mark.servers
SITUATIONS = (*of_events.SITUATIONS, *of_broker.SITUATIONS, *of_locks.SITUATIONS, *of_database.SITUATIONS)


@pytest.mark.parametrize("situation", SITUATIONS, ids=names)
def test_people_are_told_and_the_runbook_shows_the_fault_and_its_end(situation: Situation, stack: FaultedStack) -> None:
    follow(situation, stack)
