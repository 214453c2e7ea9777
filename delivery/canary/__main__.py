"""Exit code 0: promote. 1: the canary is worse. 2: nobody can tell. The stable version stays unless it is 0."""

import argparse
import os
import sys
import time
from collections.abc import Sequence

from delivery.canary.prometheus import Prometheus, Queries
from delivery.canary.verdict import Outcome, Tolerances
from delivery.canary.watch import Watch

TOKEN = "PROMETHEUS_TOKEN"  # noqa: S105 - the name of a variable


def main(arguments: Sequence[str] | None = None) -> int:
    watch = _watch(_options(arguments))
    outcome = Outcome.UNDECIDED
    for number, reached in enumerate(watch.verdicts(), start=1):
        outcome = reached.outcome
        print(f"canary: look {number} of {watch.looks}: {outcome.name}: {'; '.join(reached.reasons)}", flush=True)
    print(f"canary: {outcome.name}")
    return outcome


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m delivery.canary", description=__doc__)
    parser.add_argument("--prometheus", required=True, type=_url, metavar="URL")
    parser.add_argument("--canary", required=True, metavar="SELECTOR", help='like service="context-handling-canary"')
    parser.add_argument("--stable", required=True, metavar="SELECTOR", help='like service="context-handling"')
    parser.add_argument("--looks", type=int, default=15, help="how often (default: %(default)s)")
    parser.add_argument("--pause", type=float, default=60.0, help="seconds before each look (default: %(default)s)")
    parser.add_argument("--window", default="15m", help="what a look sees, in PromQL's words (default: %(default)s)")
    parser.add_argument("--fewest-requests", type=float, default=Tolerances().fewest_requests, help="of each version")
    return parser.parse_args(arguments)


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError("an address begins with http:// or https://")
    return text


def _watch(options: argparse.Namespace) -> Watch:
    return Watch(
        prometheus=Prometheus(url=options.prometheus, token=os.environ.get(TOKEN)),
        canary=Queries(selector=options.canary, window=options.window),
        stable=Queries(selector=options.stable, window=options.window),
        tolerances=Tolerances(fewest_requests=options.fewest_requests),
        looks=options.looks,
        pause=lambda: time.sleep(options.pause),
    )


if __name__ == "__main__":
    sys.exit(main())
