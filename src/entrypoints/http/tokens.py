"""Access tokens: JWT (RFC 7519), HS256, with the scopes of the caller.

What a token says of its own algorithm or key is never followed, and signatures are compared in constant time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt

from application.ports.clock import Clock

ALGORITHM = "HS256"
LEEWAY = timedelta(seconds=30)  # between the clocks of two machines
# The library would ask the system's clock; times are looked at here, by ours.
OPTIONS: Mapping[str, Any] = {
    "require": ["exp", "sub"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
}


class InvalidToken(Exception):
    """Not signed by us, not for now, or not complete."""


class ExpiredToken(InvalidToken):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    subject: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessTokens:
    """Signs with the first key; a token signed with any of them is good, so that keys can rotate."""

    keys: tuple[str, ...]
    clock: Clock

    def issue(self, subject: str, scopes: frozenset[str], *, valid_for: timedelta) -> str:
        claims = {"sub": subject, "scope": " ".join(sorted(scopes)), "exp": self.clock.now() + valid_for}
        return jwt.encode(claims, self.keys[0], algorithm=ALGORITHM)

    def verify(self, token: str) -> Caller:
        """Raises InvalidToken; ExpiredToken when that is all that is wrong."""
        for key in self.keys:
            try:
                claims = jwt.decode(token, key, algorithms=[ALGORITHM], options=OPTIONS)  # type: ignore[arg-type] # a typed dict of theirs
            except jwt.InvalidTokenError:
                continue
            self._check_times(claims)
            return Caller(subject=claims["sub"], scopes=frozenset(str(claims.get("scope", "")).split()))
        raise InvalidToken

    def _check_times(self, claims: Mapping[str, object]) -> None:
        """RFC 7519, sections 4.1.4 to 4.1.6."""
        now, leeway = self.clock.now().timestamp(), LEEWAY.total_seconds()
        if any(_seconds(claims[begin]) > now + leeway for begin in ("nbf", "iat") if begin in claims):
            raise InvalidToken
        if _seconds(claims["exp"]) <= now - leeway:
            raise ExpiredToken


def _seconds(claim: object) -> float:
    """Raises InvalidToken for what is no number."""
    if isinstance(claim, bool) or not isinstance(claim, (int, float)):
        raise InvalidToken
    return claim
