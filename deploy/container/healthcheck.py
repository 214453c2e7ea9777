"""Exits with 0 if the process in this container answers, else with 1. It runs every few seconds: standard library only.

`healthcheck.py [PATH [PORT]]`: PORT is a number, or the setting that says it.
"""

import http.client
import os
import sys

DEFAULTS = {"API_PORT": "30020", "METRICS_PORT": "30021"}
SECONDS = 2.0


def answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    path = sys.argv[1] if len(sys.argv) > 1 else "/livez"
    where = sys.argv[2] if len(sys.argv) > 2 else "API_PORT"  # noqa: PLR2004
    port = os.environ.get(where) or DEFAULTS.get(where, where)
    sys.exit(0 if answers(int(port), path) else 1)
