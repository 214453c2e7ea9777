import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from litestar.types import Scope

from entrypoints.http.tokens import AccessTokens, InvalidToken

# For counting only; whether a token still opens anything is asked anew each time.
REMEMBERED_FOR = timedelta(minutes=1)
MOST_TOKENS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerName:
    name: str
    known: bool
    """Whether it is that of a token signed by us. Without tokens everybody is as good as known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callers:
    """Tells who calls: the subject of a good token, else the address.

    Only a signature that holds counts, or anybody could use up the calls of somebody else.
    """

    tokens: AccessTokens | None
    monotonic: Callable[[], float] = time.monotonic
    _subjects: dict[bytes, tuple[str, float]] = field(default_factory=dict, repr=False)

    def who(self, scope: Scope) -> CallerName:
        subject = self._subject(scope) if self.tokens else None
        if subject is not None:
            return CallerName(name=f"sub:{subject}", known=True)
        client = scope.get("client")
        return CallerName(name=f"address:{client[0] if client else 'unknown'}", known=self.tokens is None)

    def _subject(self, scope: Scope) -> str | None:
        header = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        kind, _, token = header.partition(b" ")
        if kind.lower() != b"bearer" or not token:
            return None
        digest, now = hashlib.sha256(token).digest(), self.monotonic()
        subject, until = self._subjects.get(digest, ("", 0.0))
        return subject if now < until else self._verified(digest, token, now)

    def _verified(self, digest: bytes, token: bytes, now: float) -> str | None:
        assert self.tokens is not None  # noqa: S101 - asked by who
        try:
            subject = self.tokens.verify(token.decode("ascii").strip()).subject
        except (InvalidToken, UnicodeDecodeError):
            return None
        if len(self._subjects) >= MOST_TOKENS:
            self._subjects.clear()
        self._subjects[digest] = subject, now + REMEMBERED_FOR.total_seconds()
        return subject
