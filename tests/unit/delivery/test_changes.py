from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from delivery.compatibility.changes import breaking_changes, may_break

Document = dict[str, Any]


def a_document(version: str = "1.2.0") -> Document:
    body = {
        "type": "object",
        "properties": {"user_id": {"type": "string"}, "kind": {"enum": ["a", "b"]}},
        "required": ["user_id"],
    }
    answer = {"type": "object", "properties": {"score": {"type": "number"}}, "required": ["score"]}
    operation = {
        "parameters": [{"in": "query", "name": "page", "required": False, "schema": {"type": "integer"}}],
        "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Body"}}}},
        "responses": {
            "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}}},
            "404": {"content": {}},
        },
    }
    return {
        "info": {"version": version},
        "paths": {"/v1/things": {"post": operation}},
        "components": {"schemas": {"Body": body, "Answer": answer}},
    }


def _operation(document: Document) -> Document:
    found: Document = document["paths"]["/v1/things"]["post"]
    return found


def _body(document: Document) -> Document:
    found: Document = document["components"]["schemas"]["Body"]
    return found


def _answer(document: Document) -> Document:
    found: Document = document["components"]["schemas"]["Answer"]
    return found


BREAKING: dict[str, Callable[[Document], object]] = {
    "POST /v1/things: removed": lambda document: document["paths"].clear(),
    "POST /v1/things: parameter page removed": lambda document: _operation(document)["parameters"].clear(),
    "POST /v1/things: parameter page is asked for": lambda document: _operation(document)["parameters"][0].update(
        required=True
    ),
    "POST /v1/things: no longer takes application/json": lambda document: _operation(document)["requestBody"].update(
        content={}
    ),
    "POST /v1/things body.kind: asked for": lambda document: _body(document)["required"].append("kind"),
    "POST /v1/things body.kind: 'b' is no longer taken": lambda document: _body(document)["properties"].update(
        kind={"enum": ["a", "c"]}
    ),
    "POST /v1/things body.user_id: 'anything' is no longer taken": lambda document: _body(document)[
        "properties"
    ].update(user_id={"type": "string", "enum": ["a"]}),
    "POST /v1/things 200: removed": lambda document: _operation(document)["responses"].pop("200"),
    "POST /v1/things 200.score: may be missing": lambda document: _answer(document)["required"].clear(),
    "POST /v1/things 200.score: is null or number now, was number": lambda document: _answer(document)[
        "properties"
    ].update(score={"type": ["number", "null"]}),
}


@pytest.mark.parametrize(("told", "change"), BREAKING.items(), ids=BREAKING)
def test_what_callers_would_stumble_over_is_told(told: str, change: Callable[[Document], object]) -> None:
    after = deepcopy(a_document())
    change(after)

    assert breaking_changes(a_document(), after) == (told,)


def test_a_field_that_is_no_longer_given_is_told() -> None:
    after = a_document()
    _answer(after)["properties"].clear()

    assert "POST /v1/things 200.score: removed" in breaking_changes(a_document(), after)


def test_what_is_added_or_loosened_breaks_nobody() -> None:
    after = a_document()
    after["paths"]["/v1/more"] = {"get": {"responses": {}}}
    _body(after)["properties"]["note"] = {"type": "string"}
    _body(after)["properties"]["kind"]["enum"].append("c")
    _body(after)["required"].clear()
    _answer(after)["properties"]["more"] = {"type": "string"}

    assert breaking_changes(a_document(), after) == ()


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [("1.2.0", "2.0.0", True), ("1.2.0", "1.3.0", False), ("0.1.0", "0.2.0", True), ("0.1.0", "0.1.1", False)],
)
def test_the_version_may_say_that_callers_have_to_look(before: str, after: str, *, allowed: bool) -> None:
    assert may_break(a_document(before), a_document(after)) is allowed
