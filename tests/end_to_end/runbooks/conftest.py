from collections.abc import Iterator

import pytest

from tests.end_to_end.runbooks.stack import FaultedStack
from tests.end_to_end.runbooks.start import faulted_stack
from tests.servers.directories import open_directory


@pytest.fixture(scope="module")
def stack() -> Iterator[FaultedStack]:
    with open_directory() as directory, faulted_stack(directory) as started:
        yield started
