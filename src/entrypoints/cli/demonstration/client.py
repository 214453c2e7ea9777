import time
from dataclasses import dataclass
from typing import Any

import httpx

PROCESSED_WITHIN_SECONDS = 20.0


class NotProcessed(Exception):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoClient:
    http: httpx.Client

    def end_conversation(self, request: dict[str, Any]) -> dict[str, Any]:
        """Posts it, waits until it is scored, and returns the event. Raises NotProcessed."""
        accepted = self._data(self.http.post("/v1/conversations/end", json=request))
        give_up = time.monotonic() + PROCESSED_WITHIN_SECONDS
        while time.monotonic() < give_up:
            event = self._data(self.http.get(f"/v1/conversations/{accepted['conversation_id']}"))
            if event["status"] == "PROCESSED":
                return event
            time.sleep(0.02)
        raise NotProcessed(f"{accepted['conversation_id']} was not processed in time")

    def friendship(self, user_id: str) -> dict[str, Any]:
        return self._data(self.http.get(f"/v1/friendship_status/{user_id}"))

    def suggestion(self, user_id: str, seed: int) -> dict[str, Any]:
        return self._data(self.http.post("/v1/activities/suggest", json={"user_id": user_id, "seed": seed}))

    @staticmethod
    def _data(response: httpx.Response) -> dict[str, Any]:
        data: dict[str, Any] = response.raise_for_status().json()["data"]
        return data
