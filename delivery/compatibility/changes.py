"""What a caller of the committed OpenAPI document would stumble over in a newer one."""

from collections.abc import Iterator
from typing import Any

Json = Any


def breaking_changes(before: Json, after: Json) -> tuple[str, ...]:
    """In words. None if nothing that a caller may rely on was taken away, and nothing more is asked of it."""
    return tuple(_paths(before, after))


def may_break(before: Json, after: Json) -> bool:
    """Whether the version says that callers have to look: a new major one, or a new minor one before 1.0."""
    old, new = (tuple(map(int, document["info"]["version"].split(".")[:2])) for document in (before, after))
    return new[0] > old[0] or (old[0] == new[0] == 0 and new[1] > old[1])


def _paths(before: Json, after: Json) -> Iterator[str]:
    for path, item in before["paths"].items():
        for method, operation in item.items():
            newer = after["paths"].get(path, {}).get(method)
            where = f"{method.upper()} {path}"
            if newer is None:
                yield f"{where}: removed"
            else:
                yield from _operation(where, operation, newer, _Pair(before, after))


class _Pair:
    def __init__(self, before: Json, after: Json) -> None:
        self._documents = before, after

    def resolved(self, before: Json, after: Json) -> tuple[Json, Json]:
        old, new = (_resolved(schema, root) for schema, root in zip((before, after), self._documents, strict=True))
        return old, new


def _resolved(schema: Json, root: Json) -> Json:
    while "$ref" in schema:
        found = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema


def _operation(where: str, before: Json, after: Json, pair: _Pair) -> Iterator[str]:
    yield from _parameters(where, before.get("parameters", []), after.get("parameters", []), pair)
    if after.get("requestBody") and not before.get("requestBody"):
        yield f"{where}: a body is asked for"
    for kind, content in before.get("requestBody", {}).get("content", {}).items():
        newer = after.get("requestBody", {}).get("content", {}).get(kind)
        if newer is None:
            yield f"{where}: no longer takes {kind}"
        else:
            yield from _taken(f"{where} body", content["schema"], newer["schema"], pair)
    for status, response in before["responses"].items():
        if status.startswith("2"):
            yield from _response(f"{where} {status}", response, after["responses"].get(status), pair)


def _parameters(where: str, before: Json, after: Json, pair: _Pair) -> Iterator[str]:
    old = {(parameter["in"], parameter["name"]): parameter for parameter in before}
    new = {(parameter["in"], parameter["name"]): parameter for parameter in after}
    for key, parameter in new.items():
        if parameter.get("required") and not old.get(key, {}).get("required"):
            yield f"{where}: parameter {key[1]} is asked for"
    for key, parameter in old.items():
        if key not in new:
            yield f"{where}: parameter {key[1]} removed"
        else:
            yield from _taken(f"{where} parameter {key[1]}", parameter["schema"], new[key]["schema"], pair)


def _response(where: str, before: Json, after: Json, pair: _Pair) -> Iterator[str]:
    if after is None:
        yield f"{where}: removed"
        return
    for kind, content in before.get("content", {}).items():
        newer = after.get("content", {}).get(kind)
        if newer is None:
            yield f"{where}: no longer answers with {kind}"
        else:
            yield from _given(where, content["schema"], newer["schema"], pair)


def _taken(where: str, before: Json, after: Json, pair: _Pair) -> Iterator[str]:
    """What callers send: nothing more may be asked of it."""
    before, after = pair.resolved(before, after)
    yield from (f"{where}.{name}: asked for" for name in _missing(after, before, "required"))
    yield from (f"{where}: {value!r} is no longer taken" for value in _narrowed(before, after))
    for name, schema in before.get("properties", {}).items():
        if name in after.get("properties", {}):
            yield from _taken(f"{where}.{name}", schema, after["properties"][name], pair)
        else:
            yield f"{where}.{name}: removed"
    if "items" in before and "items" in after:
        yield from _taken(f"{where}[]", before["items"], after["items"], pair)


def _given(where: str, before: Json, after: Json, pair: _Pair) -> Iterator[str]:
    """What callers read: nothing may be missing from it."""
    before, after = pair.resolved(before, after)
    if _types(after) - _types(before):
        yield f"{where}: is {_words(after)} now, was {_words(before)}"
    yield from (f"{where}.{name}: may be missing" for name in _missing(before, after, "required"))
    for name, schema in before.get("properties", {}).items():
        if name in after.get("properties", {}):
            yield from _given(f"{where}.{name}", schema, after["properties"][name], pair)
        else:
            yield f"{where}.{name}: removed"
    if "items" in before and "items" in after:
        yield from _given(f"{where}[]", before["items"], after["items"], pair)


def _missing(whole: Json, part: Json, key: str) -> list[str]:
    return sorted(set(whole.get(key, [])) - set(part.get(key, [])))


def _narrowed(before: Json, after: Json) -> list[str]:
    taken = after.get("enum")
    return [] if taken is None else [value for value in before.get("enum", ["anything"]) if value not in taken]


def _types(schema: Json) -> set[str]:
    kinds = schema.get("type", [])
    return set(kinds) if isinstance(kinds, list) else {kinds}


def _words(schema: Json) -> str:
    return " or ".join(sorted(_types(schema))) or "anything"
