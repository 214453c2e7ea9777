from pathlib import Path

from infrastructure.private_postgres.processes import end_server, serves


def clear_leftover(cluster: Path) -> None:
    """Stops a server that outlived the service that started it, and removes the pid file of a dead one.

    Only for the holder of the directory's lock: whoever serves this cluster then has nobody left to serve.
    """
    record = cluster / "postmaster.pid"
    pid = _recorded_process(record)
    if pid is not None and serves(pid, cluster):
        end_server(pid, gone=lambda: not serves(pid, cluster))
    # PostgreSQL believes any living process with the recorded id to be its predecessor, so the file must go.
    record.unlink(missing_ok=True)


def _recorded_process(record: Path) -> int | None:
    try:
        return abs(int(record.read_text().split("\n", 1)[0]))
    except (FileNotFoundError, ValueError):
        return None
