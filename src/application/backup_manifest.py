"""What is written beside a dump: JSON that a person can read, too."""

import json
from datetime import datetime
from typing import Any

from application.errors import BackupDamaged
from domain.backup import Backup, DatabaseContents


def written(backup: Backup) -> bytes:
    contents = backup.contents
    document = {
        "name": backup.name,
        "taken_at": backup.taken_at.isoformat(),
        "version": backup.version,
        "schema_revision": contents.schema_revision,
        "size_bytes": backup.size_bytes,
        "sha256": backup.sha256,
        "rows": dict(contents.rows),
        "logs_elsewhere": dict(contents.logs_elsewhere),
    }
    return json.dumps(document, indent=2).encode() + b"\n"


def read(manifest: bytes, name: str) -> Backup:
    """Raises BackupDamaged when it is none, or that of another dump."""
    try:
        backup = _read(json.loads(manifest))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupDamaged(name, "its manifest cannot be read") from error
    if backup.name != name:
        raise BackupDamaged(name, f"its manifest is that of {backup.name}")
    return backup


def _read(document: dict[str, Any]) -> Backup:
    return Backup(
        name=str(document["name"]),
        taken_at=datetime.fromisoformat(document["taken_at"]),
        version=str(document["version"]),
        contents=DatabaseContents(
            schema_revision=str(document["schema_revision"]),
            rows={str(table): int(count) for table, count in document["rows"].items()},
            logs_elsewhere={str(kind): int(count) for kind, count in document["logs_elsewhere"].items()},
        ),
        size_bytes=int(document["size_bytes"]),
        sha256=str(document["sha256"]),
    )
