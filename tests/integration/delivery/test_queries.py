"""The canary's queries, evaluated by Prometheus' own engine over series as the service exports them."""

import subprocess
from pathlib import Path

import yaml

from delivery.canary.prometheus import Queries

CANARY = Queries(selector='service="pika-canary"', window="10m")
POST = 'service="pika-canary",method="POST",route="/v1/conversations/end"'
# Per minute: 100 posts, 2 of them errors; a probe each second, which counts for nothing; the stable version beside it.
REQUESTS = {
    f'http_requests_total{{{POST},status="202"}}': "0+98x30",
    f'http_requests_total{{{POST},status="500"}}': "0+2x30",
    'http_requests_total{service="pika-canary",method="GET",route="/readyz",status="503"}': "0+60x30",
    'http_requests_total{service="pika",method="POST",route="/v1/conversations/end",status="202"}': "0+900x30",
}
# Of 100 a minute, 98 within 0.25 s, 2 more within 0.5 s: the 99th lies half way between.
BUCKETS = {
    f'http_request_duration_seconds_bucket{{{POST},status="202",le="0.25"}}': "0+98x30",
    f'http_request_duration_seconds_bucket{{{POST},status="202",le="0.5"}}': "0+100x30",
    f'http_request_duration_seconds_bucket{{{POST},status="202",le="+Inf"}}': "0+100x30",
}


EXPECTED = (
    (CANARY.requests, 1000.0),
    (CANARY.errors, 20.0),
    (CANARY.p99, 0.375),
    (Queries(selector='service="nobody"', window="10m").requests, None),
)


def test_a_query_tells_what_callers_of_one_version_met(tmp_path: Path) -> None:
    (tmp_path / "queries.yaml").write_text(yaml.safe_dump({"tests": [_test()]}), encoding="utf-8")
    promtool = ("promtool", "test", "rules", "queries.yaml")

    done = subprocess.run(promtool, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 0, done.stdout + done.stderr


def _test() -> dict[str, object]:
    series = [{"series": name, "values": values} for name, values in (REQUESTS | BUCKETS).items()]
    return {"interval": "1m", "input_series": series, "promql_expr_test": [_expectation(*pair) for pair in EXPECTED]}


def _expectation(query: str, value: float | None) -> dict[str, object]:
    samples = [] if value is None else [{"labels": "{}", "value": value}]
    return {"expr": query, "eval_time": "20m", "exp_samples": samples}
