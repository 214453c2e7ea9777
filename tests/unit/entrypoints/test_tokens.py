from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from application.ports.clock import Clock
from entrypoints.http.tokens import LEEWAY, AccessTokens, Caller, ExpiredToken, InvalidToken
from infrastructure.system.clock import SystemClock

NEW, OLD, STRANGE = ("9b1c7e5f3a8d4c60b2e19f7a6d5c4b3a", "1f2e3d4c5b6a79880a1b2c3d4e5f6071", "77aa88bb99cc00dd" * 2)
HOUR = timedelta(hours=1)
NOW = datetime(2026, 1, 8, tzinfo=UTC)
NEVER = 4_102_444_800  # in 2100
CLAIMS = {"sub": "robot", "scope": "a", "exp": NEVER}


@dataclass(frozen=True, slots=True)
class ClockAt(Clock):
    moment: datetime

    def now(self) -> datetime:
        return self.moment


def keyring(*keys: str) -> AccessTokens:
    return AccessTokens(keys=keys, clock=SystemClock())


def test_what_is_issued_is_good() -> None:
    token = keyring(NEW).issue("robot", frozenset({"b", "a"}), valid_for=HOUR)

    assert keyring(NEW).verify(token) == Caller(subject="robot", scopes=frozenset({"a", "b"}))


def test_a_token_says_no_more_than_it_must() -> None:
    now = datetime(2100, 1, 1, tzinfo=UTC)

    token = AccessTokens(keys=(NEW,), clock=ClockAt(now)).issue("robot", frozenset({"b", "a"}), valid_for=HOUR)

    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
    assert jwt.decode(token, NEW, algorithms=["HS256"]) == {
        "sub": "robot",
        "scope": "a b",
        "exp": int((now + HOUR).timestamp()),
    }


def test_keys_rotate_without_a_gap() -> None:
    before, after = (keyring(key).issue("robot", frozenset(), valid_for=HOUR) for key in (OLD, NEW))

    assert keyring(NEW, OLD).verify(before).subject == "robot"
    assert keyring(NEW, OLD).verify(after).subject == "robot"


def test_the_first_key_signs() -> None:
    token = keyring(NEW, OLD).issue("robot", frozenset(), valid_for=HOUR)

    assert keyring(NEW).verify(token).subject == "robot"
    with pytest.raises(InvalidToken):
        keyring(OLD).verify(token)


@pytest.mark.parametrize("keys", [(NEW,), (NEW, OLD), (OLD, NEW)])
def test_an_expired_token_is_told_from_a_wrong_one(keys: tuple[str, ...]) -> None:
    token = keyring(NEW).issue("robot", frozenset(), valid_for=-2 * LEEWAY)

    with pytest.raises(ExpiredToken):
        keyring(*keys).verify(token)


def test_clocks_may_differ_by_the_leeway() -> None:
    token = keyring(NEW).issue("robot", frozenset(), valid_for=-LEEWAY / 2)

    assert keyring(NEW).verify(token).subject == "robot"


def test_what_time_it_is_is_told_by_the_clock_given() -> None:
    token = AccessTokens(keys=(NEW,), clock=ClockAt(NOW)).issue("robot", frozenset(), valid_for=HOUR)

    def verified(moment: datetime) -> str:
        return AccessTokens(keys=(NEW,), clock=ClockAt(moment)).verify(token).subject

    assert verified(NOW) == verified(NOW + HOUR + LEEWAY - timedelta(seconds=1)) == "robot"
    with pytest.raises(ExpiredToken):
        verified(NOW + HOUR + LEEWAY)


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "é.é.é",
        "\0",
        jwt.encode(CLAIMS, STRANGE),
        jwt.encode(CLAIMS, None, algorithm="none"),
        jwt.encode(CLAIMS, NEW * 2, algorithm="HS512"),
        jwt.encode({"sub": "robot"}, NEW),
        jwt.encode({"exp": NEVER}, NEW),
        jwt.encode(CLAIMS | {"exp": "soon"}, NEW),
        jwt.encode(CLAIMS | {"nbf": NEVER}, NEW),
        jwt.encode(CLAIMS | {"iat": NEVER}, NEW),
        jwt.encode(CLAIMS | {"nbf": "now"}, NEW),
        jwt.encode(CLAIMS | {"exp": True}, NEW),
        jwt.encode(CLAIMS, NEW)[:-4],
    ],
)
def test_what_we_did_not_sign_for_now_is_invalid(token: str) -> None:
    with pytest.raises(InvalidToken) as refused:
        keyring(NEW, OLD).verify(token)

    assert not isinstance(refused.value, ExpiredToken)


@pytest.mark.parametrize("scope", [None, "", " ", 5])
def test_a_token_need_not_have_scopes(scope: object) -> None:
    assert "a" not in keyring(NEW).verify(jwt.encode(CLAIMS | {"scope": scope}, NEW)).scopes
