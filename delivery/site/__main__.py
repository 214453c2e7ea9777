"""`python -m delivery.site DIRECTORY` makes the documentation in it. Exits with 1, saying why, if a link is dead."""

import logging
import sys
from pathlib import Path

from properdocs.exceptions import Abort

from delivery.site.build import build_site

ROOT = Path(__file__).parents[2]

if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    try:
        build_site(ROOT, Path(sys.argv[1]))
    except (Abort, FileNotFoundError) as error:
        sys.exit(str(error))
