"""What the document shows is what it says: every example, of bodies and of answers."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from entrypoints.cli.specification import document_of

DOCUMENT = document_of("openapi")


def _operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def _contents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Bodies, and JSON answers that are no errors."""
    for name, operation in _operations():
        if body := operation.get("requestBody"):
            yield f"{name} takes", body["content"]["application/json"]
        for status, response in operation["responses"].items():
            if status.startswith("2") and "application/json" in response["content"]:
                yield f"{name} answers {status}", response["content"]["application/json"]


@pytest.mark.parametrize(("name", "content"), [pytest.param(*told, id=told[0]) for told in _contents()])
def test_there_is_an_example_and_it_fits(name: str, content: dict[str, Any]) -> None:
    schema = content["schema"] | {"components": DOCUMENT["components"]}

    faults = jsonschema_rs.validator_for(schema, validate_formats=True).iter_errors(content["example"])

    assert [f"{fault.instance_path}: {fault.message}" for fault in faults] == []


def test_links_name_parameters_that_there_are() -> None:
    operations = {operation["operationId"]: operation for _, operation in _operations()}
    for name, operation in _operations():
        for response in operation["responses"].values():
            for link in response.get("links", {}).values():
                known = {parameter["name"] for parameter in operations[link["operationId"]].get("parameters", ())}
                given = {parameter.rpartition(".")[2] for parameter in link["parameters"]}
                assert given <= known, (name, link)
                assert ("requestBody" in link) <= ("requestBody" in operations[link["operationId"]]), (name, link)


def test_links_lead_to_values_that_the_examples_have() -> None:
    for name, operation in _operations():
        for status, response in operation["responses"].items():
            for link in response.get("links", {}).values():
                example = response["content"]["application/json"]["example"]
                for expression in [*link["parameters"].values(), *link.get("requestBody", {}).values()]:
                    assert _leads_somewhere(expression, example, response), (name, status, expression)


def _leads_somewhere(expression: str, example: Any, response: dict[str, Any]) -> bool:  # noqa: ANN401 - any JSON
    where, _, pointer = expression.partition("#/")
    if where.startswith("$response.header."):
        return where.removeprefix("$response.header.") in response["headers"]
    for step in pointer.split("/"):
        example = example[int(step) if isinstance(example, list) else step]
    return isinstance(example, str)
