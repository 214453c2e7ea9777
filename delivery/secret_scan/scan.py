"""detect-secrets over files, without asking anybody on the network whether what it found is in use."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from detect_secrets.core.scan import scan_file
from detect_secrets.settings import transient_settings

# The limits are detect-secrets' own.
PLUGINS = (
    {"name": "AWSKeyDetector"},
    {"name": "Base64HighEntropyString", "limit": 4.5},
    {"name": "BasicAuthDetector"},  # passwords in URLs
    {"name": "GitHubTokenDetector"},
    {"name": "HexHighEntropyString", "limit": 3.0},  # what `openssl rand -hex` makes: our own keys
    {"name": "JwtTokenDetector"},
    {"name": "KeywordDetector"},  # password = "…", in any language
    {"name": "OpenAIDetector"},
    {"name": "PrivateKeyDetector"},
    {"name": "SlackDetector"},
)
# What names a secret, or stands for one, is none.
FILTERS = (
    "is_indirect_reference",
    "is_likely_id_string",
    "is_not_alphanumeric_string",
    "is_potential_uuid",
    "is_prefixed_with_dollar_sign",
    "is_sequential_string",
    "is_templated_secret",
)
SETTINGS = {
    "plugins_used": list(PLUGINS),
    "filters_used": [{"path": f"detect_secrets.filters.heuristic.{name}"} for name in FILTERS],
}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """The value is kept out of what is printed: whoever reads the output of a pipeline need not know it."""

    file: str
    line: int
    kind: str


def findings(root: Path, names: Iterable[str], known: frozenset[str]) -> Iterator[Finding]:
    """``names`` are relative to ``root``."""
    with transient_settings(SETTINGS):
        for name in names:
            for secret in scan_file(str(root / name)):
                if secret.secret_value not in known and not _is_test_data(name, secret.type):
                    yield Finding(file=name, line=secret.line_number, kind=secret.type)


def _is_test_data(name: str, kind: str) -> bool:
    """Tests are full of passwords that are words; what has the form or the entropy of a key is looked at there too."""
    return name.startswith("tests/") and kind in {"Secret Keyword", "Basic Auth Credentials"}
