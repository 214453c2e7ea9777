"""Runbooks about processes, what they ask, and how people are told."""

import pytest

from tests.end_to_end.runbooks import of_alerts, of_processes, of_services
from tests.end_to_end.runbooks.following import follow, names
from tests.end_to_end.runbooks.situation import Situation
from tests.end_to_end.runbooks.stack import FaultedStack

pytestmark = pytest.mark.servers
SITUATIONS = (*of_processes.SITUATIONS, *of_services.SITUATIONS, *of_alerts.SITUATIONS)


@pytest.mark.parametrize("situation", SITUATIONS, ids=names)
def test_people_are_told_and_the_runbook_shows_the_fault_and_its_end(situation: Situation, stack: FaultedStack) -> None:
    follow(situation, stack)
