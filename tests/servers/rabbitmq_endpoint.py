import uuid
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import httpx

from tests.servers.errors import ServerUnavailableError

_SECONDS = 10.0
_EVERYTHING = {"configure": ".*", "write": ".*", "read": ".*"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RabbitmqEndpoint:
    """A RabbitMQ somebody runs: `url` is its AMQP address, `management_url` carries credentials as well."""

    url: str
    management_url: str

    def new_vhost(self) -> str:
        """The URL of a fresh vhost, so that tests on one node do not see one another."""
        vhost = f"test-{uuid.uuid4().hex[:12]}"
        self._call("PUT", f"/api/vhosts/{vhost}")
        self._call("PUT", f"/api/permissions/{vhost}/{urlsplit(self.url).username or 'guest'}", _EVERYTHING)
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{vhost}"))

    def drop_vhost(self, url: str) -> None:
        self._call("DELETE", f"/api/vhosts{urlsplit(url).path}")

    def is_ready(self) -> bool:
        try:
            answer = httpx.get(f"{self.management_url}/api/health/checks/virtual-hosts", timeout=_SECONDS)
        except httpx.HTTPError:
            return False
        return answer.is_success

    def _call(self, method: str, path: str, body: dict[str, str] | None = None) -> None:
        try:
            httpx.request(method, f"{self.management_url}{path}", json=body, timeout=_SECONDS).raise_for_status()
        except httpx.HTTPError as error:
            raise ServerUnavailableError(f"RabbitMQ's management API refused {method} {path}: {error}.") from error
