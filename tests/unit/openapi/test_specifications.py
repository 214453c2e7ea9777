"""docs/api holds what the code says. Whether that breaks callers is for `make compatibility` to judge."""

import json
from pathlib import Path

import pytest

from entrypoints.cli.specification import document_of

ROOT = Path(__file__).parents[3]
API = ROOT / "docs" / "api"


@pytest.mark.parametrize("kind", ["openapi", "asyncapi"])
def test_the_committed_document_is_the_generated_one(kind: str) -> None:
    committed = json.loads((API / f"{kind}.json").read_text(encoding="utf-8"))

    assert committed == json.loads(json.dumps(document_of(kind))), "run `make specifications` and commit what it wrote"


def test_every_operation_is_told_with_its_errors_and_who_may_call() -> None:
    document = document_of("openapi")

    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert operation["operationId"], (method, path)
            if path.startswith("/v1/") and path != "/v1/health":
                assert operation["security"], (method, path)
                assert {"401", "403", "429", "500", "503"} <= operation["responses"].keys(), (method, path)


def test_operation_ids_are_given_once_and_links_lead_somewhere() -> None:
    operations = [operation for item in document_of("openapi")["paths"].values() for operation in item.values()]

    ids = [operation["operationId"] for operation in operations]
    links = [
        link["operationId"]
        for operation in operations
        for response in operation["responses"].values()
        for link in response.get("links", {}).values()
    ]
    assert len(ids) == len(set(ids))
    assert links
    assert set(links) <= set(ids)
