from infrastructure.private_postgres.ports import LOOPBACK
from tests.integration.http.running import Service

KEY = "9b1c7e5f3a8d4c60b2e19f7a6d5c4b3a"
SCOPES = frozenset(
    {"conversations:write", "conversations:read", "friendships:read", "friendships:write"}
    | {"suggestions:read", "operations"}
)


def url_of(service: Service) -> str:
    return f"http://{LOOPBACK}:{service.port}"
