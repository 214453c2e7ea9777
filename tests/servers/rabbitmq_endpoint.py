import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

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

    def new_user(self, url: str, *, name: str, password: str) -> str:
        """The same vhost, for a user of one's own."""
        self.set_password(name, password)
        vhost = urlsplit(url)
        self._call("PUT", f"/api/permissions{vhost.path}/{name}", _EVERYTHING)
        return urlunsplit(vhost._replace(netloc=f"{name}:{password}@{vhost.hostname}:{vhost.port}"))

    def set_password(self, name: str, password: str) -> None:
        self._call("PUT", f"/api/users/{name}", {"password": password, "tags": ""})

    def users(self, url: str) -> set[str]:
        """Who is connected to this vhost; a connection shows a few seconds after it began."""
        vhost = urlsplit(url).path.removeprefix("/")
        return {each["user"] for each in self._listed("/api/connections") if each["vhost"] == vhost}

    def delete_queue(self, url: str, name: str) -> None:
        """Its consumers are told that their subscription is cancelled."""
        self._call("DELETE", f"/api/queues{urlsplit(url).path}/{name}")

    def consumed(self, url: str) -> set[str]:
        """The queues that somebody consumes."""
        consumers = self._listed(f"/api/consumers{urlsplit(url).path}")
        return {consumer["queue"]["name"] for consumer in consumers}

    def close_connections(self, url: str) -> int:
        """Hangs up on everybody in this vhost; how many that were. Connections show a few seconds after they began."""
        vhost = urlsplit(url).path.removeprefix("/")
        names = [each["name"] for each in self._listed("/api/connections") if each["vhost"] == vhost]
        for name in names:
            self._call("DELETE", f"/api/connections/{quote(name)}")
        return len(names)

    def alarms(self) -> bool:
        """Whether the node has one, of memory or disk."""
        return any(node["mem_alarm"] or node["disk_free_alarm"] for node in self._listed("/api/nodes"))

    def is_ready(self) -> bool:
        try:
            answer = httpx.get(f"{self.management_url}/api/health/checks/virtual-hosts", timeout=_SECONDS)
        except httpx.HTTPError:
            return False
        return answer.is_success

    def _listed(self, path: str) -> list[dict[str, Any]]:
        answer = httpx.get(f"{self.management_url}{path}", timeout=_SECONDS).raise_for_status()
        listed: list[dict[str, Any]] = answer.json()
        return listed

    def _call(self, method: str, path: str, body: dict[str, str] | None = None) -> None:
        try:
            httpx.request(method, f"{self.management_url}{path}", json=body, timeout=_SECONDS).raise_for_status()
        except httpx.HTTPError as error:
            raise ServerUnavailableError(f"RabbitMQ's management API refused {method} {path}: {error}.") from error
