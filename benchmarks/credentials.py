import secrets
import time

import jwt

SUBJECT = "benchmark"
SCOPE = "conversations:write conversations:read suggestions:read friendships:read operations"
_VALID_SECONDS = 86_400


def new_secret_key() -> str:
    """Hexadecimal: no word in it can be mistaken for that of a placeholder, which the service refuses."""
    return secrets.token_hex(32)


def bearer_token(secret_key: str) -> str:
    claims = {"sub": SUBJECT, "scope": SCOPE, "exp": int(time.time()) + _VALID_SECONDS}
    return jwt.encode(claims, secret_key, algorithm="HS256")
