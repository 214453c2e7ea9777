"""No runbook is left out."""

from tests.end_to_end.runbooks.page import RUNBOOKS, commands_of
from tests.end_to_end.runbooks.test_events_and_database import SITUATIONS as OF_THE_DATABASE
from tests.end_to_end.runbooks.test_services_and_processes import SITUATIONS as OF_SERVICES


def test_every_runbook_with_commands_is_followed() -> None:
    followed = {page.name for situation in (*OF_THE_DATABASE, *OF_SERVICES) for page in situation.pages}

    assert followed == {page.stem for page in RUNBOOKS.glob("*.md") if commands_of(page)}
