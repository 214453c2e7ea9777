"""Access tokens: JWT (RFC 7519), HS256, with the scopes of the caller.

What a token says of its own algorithm or key is never followed, and signatures are compared in constant time.
"""

from dataclasses import dataclass
from datetime import timedelta

import jwt

from application.ports.clock import Clock

ALGORITHM = "HS256"
LEEWAY = timedelta(seconds=30)  # between the clocks of two machines


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
        failure: InvalidToken = InvalidToken()
        for key in self.keys:
            try:
                claims = jwt.decode(
                    token, key, algorithms=[ALGORITHM], leeway=LEEWAY, options={"require": ["exp", "sub"]}
                )
            except jwt.ExpiredSignatureError:
                failure = ExpiredToken()
            except jwt.InvalidTokenError:
                continue
            else:
                return Caller(subject=claims["sub"], scopes=frozenset(str(claims.get("scope", "")).split()))
        raise failure
