import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import httpx

from application.errors import AlertNotDelivered
from application.ports.alert_channel import AlertChannel, AlertNotice
from infrastructure.google_chat.card import message

TOO_MANY = 429
SERVER_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleChatAlerts(AlertChannel):
    """Posts cards to a webhook, one try each. The webhook's URL is a secret: it is in no error and no log."""

    webhook_url: str = field(repr=False)
    origin: str
    limit: timedelta
    """For everything, a slow answer included; connecting and each wait have it too."""
    _client: httpx.AsyncClient = field(default_factory=httpx.AsyncClient)

    async def send(self, notice: AlertNotice) -> None:
        try:
            async with asyncio.timeout(self.limit.total_seconds()):
                status, headers = await self._post(notice)
        except TimeoutError:
            raise AlertNotDelivered("the webhook did not answer in time") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            # Without the cause: its text may hold the URL.
            raise AlertNotDelivered(f"the webhook cannot be reached ({type(error).__name__})") from None
        _check(status, headers)

    async def close(self) -> None:
        await self._client.aclose()

    async def _post(self, notice: AlertNotice) -> tuple[int, httpx.Headers]:
        """The answer's body is of no interest, however long it is."""
        body = message(notice, origin=self.origin)
        limit = self.limit.total_seconds()
        async with self._client.stream("POST", self.webhook_url, json=body, timeout=limit) as answer:
            return answer.status_code, answer.headers


def _check(status: int, headers: httpx.Headers) -> None:
    if httpx.codes.is_success(status):
        return
    is_final = status != TOO_MANY and status < SERVER_ERROR
    raise AlertNotDelivered(
        f"the webhook answered {status}", is_final=is_final, retry_after=_seconds(headers.get("Retry-After"))
    )


def _seconds(value: str | None) -> float | None:
    """A date, which is allowed too, is not worth its trouble here."""
    return float(value) if value and value.isascii() and value.isdigit() else None
