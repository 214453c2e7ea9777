"""What Prometheus knows of one version's requests, by its HTTP API (https://prometheus.io/docs/prometheus/latest/querying/api/)."""

import json
import math
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from delivery.canary.verdict import Traffic

Json = Any

# Answered whatever the version is like: they would hide what callers meet.
NOT_COUNTED = 'route!~"/livez|/readyz|/metrics|/v1/health|/api/v1/health"'


class PrometheusAwayError(Exception):
    """It did not answer, or not as Prometheus does; the message says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queries:
    """``selector`` names one version's series, like ``service="context-handling"``; ``window`` is PromQL's duration."""

    selector: str
    window: str

    @property
    def requests(self) -> str:
        return f"sum(increase(http_requests_total{{{self._series}}}[{self.window}]))"

    @property
    def errors(self) -> str:
        return f'sum(increase(http_requests_total{{{self._series},status=~"5.."}}[{self.window}]))'

    @property
    def p99(self) -> str:
        buckets = f"http_request_duration_seconds_bucket{{{self._series}}}"
        return f"histogram_quantile(0.99, sum by (le) (rate({buckets}[{self.window}])))"

    @property
    def _series(self) -> str:
        return f"{self.selector},{NOT_COUNTED}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prometheus:
    """``token`` is sent as a bearer token, if there is one. Each query takes ``timeout`` seconds at most."""

    url: str
    token: str | None
    timeout: float = 10.0

    def traffic(self, queries: Queries) -> Traffic:
        """Without any series: no requests. Raises PrometheusAwayError."""
        return Traffic(
            requests=self._value(queries.requests) or 0.0,
            errors=self._value(queries.errors) or 0.0,
            p99=self._value(queries.p99),
        )

    def _value(self, query: str) -> float | None:
        """None: no series, or not a number."""
        answer = self._answer(query)
        try:
            found = [float(sample["value"][1]) for sample in answer["data"]["result"]]
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise PrometheusAwayError("Prometheus answered something else than samples") from error
        return found[0] if found and math.isfinite(found[0]) else None

    def _answer(self, query: str) -> Json:
        where = f"{self.url.rstrip('/')}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        request = urllib.request.Request(where, headers=headers)  # noqa: S310 - http or https: the options see to it
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as response:  # noqa: S310 # nosec B310
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise PrometheusAwayError(f"Prometheus answered {error.code}") from error
        except (OSError, HTTPException, ValueError) as error:
            raise PrometheusAwayError(f"Prometheus did not answer: {error}") from error
