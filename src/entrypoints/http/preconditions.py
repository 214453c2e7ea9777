"""Entity tags and the conditions that name them (RFC 9110, section 13)."""

import re
from http import HTTPStatus

from entrypoints.http.problems import RefusedRequest

_TAG = re.compile(r'\s*(W/)?"([^"]*)"\s*')


def etag(version: int) -> str:
    return f'"{version}"'


def still_is(version: int, if_none_match: str | None) -> bool:
    """Whether the caller holds this version already."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or version in _versions(if_none_match, weak=True)


def replaceable(if_match: str | None) -> frozenset[int] | None:
    """The versions that the caller would replace; None: any. Raises RefusedRequest where nothing is said.

    Nobody replaces unseen what somebody else just wrote; ``*`` says that it is meant.
    """
    if if_match is None or not if_match.strip():
        detail = 'This needs If-Match with the ETag of the version to replace, or "*" for whatever is there.'
        raise RefusedRequest(HTTPStatus.PRECONDITION_REQUIRED, "PRECONDITION_REQUIRED", detail)
    return None if if_match.strip() == "*" else _versions(if_match, weak=False)


def _versions(tags: str, *, weak: bool) -> frozenset[int]:
    """A tag that is none of ours matches nothing, and nor does a weak one where strength is asked for."""
    found = (match for match in map(_TAG.fullmatch, tags.split(",")) if match)
    return frozenset(int(tag[2]) for tag in found if re.fullmatch(r"[0-9]{1,18}", tag[2]) and (weak or not tag[1]))
