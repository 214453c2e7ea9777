"""From pg_restore to psql, in words that an older server understands, too."""

import os
import re
import shutil
from contextlib import suppress
from itertools import islice

from infrastructure.postgres.dumps.running import PIECE_BYTES

# At its head pg_restore lifts every limit that its own version knows. PostgreSQL before 17 refuses the last of them.
_LIFTED = re.compile(rb"^SET (transaction_timeout) = (0);$")
_WHERE_KNOWN = rb"SELECT pg_catalog.set_config(name, '\2', false) FROM pg_catalog.pg_settings WHERE name = '\1';"
_LONGEST_HEAD = 100  # lines; what follows may be what children said, and is not looked at


def understood(order: bytes) -> bytes:
    """One line: a setting that not every server has is set where there is one."""
    return _LIFTED.sub(_WHERE_KNOWN, order)


def pass_on(reading: int, writing: int) -> None:
    """Until the first ends; closes both. Stops early when nobody reads any more: whoever stopped knows why."""
    with suppress(BrokenPipeError), os.fdopen(reading, "rb") as orders, os.fdopen(writing, "wb") as script:
        for line in islice(orders, _LONGEST_HEAD):
            script.write(understood(line))
            if line.startswith(b"SELECT pg_catalog.set_config('search_path'"):  # the last of the head
                break
        shutil.copyfileobj(orders, script, PIECE_BYTES)
