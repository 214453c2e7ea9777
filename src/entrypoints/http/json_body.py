"""Reads a JSON body into a struct: once, and with every fault named when it does not fit."""

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from entrypoints.http.problems import Fault, does_not_fit, malformed

Body = TypeVar("Body", bound=msgspec.Struct)
NUL = "\x00"  # legal in JSON, impossible in PostgreSQL


def decoded(content: bytes, decoder: msgspec.json.Decoder[Body]) -> Body:
    """Raises RefusedRequest: 400 for what is not JSON, 422 with every fault for what does not fit."""
    try:
        body = decoder.decode(content)
    except msgspec.ValidationError as error:
        # A key given twice fits the second time, which is when it is looked at field by field.
        raise does_not_fit(list(faults_of(content, decoder.type)) or [fault_of("", error)]) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise malformed() from None
    if faults := list(_nul_faults(body)):
        raise does_not_fit(faults)
    return body


def faults_of(content: bytes, kind: type[msgspec.Struct]) -> Iterator[Fault]:
    """Decodes field by field, since the decoder of the whole stops at the first fault."""
    members = members_of(content)
    if members is None:
        yield Fault(path="$", message="Expected an object")
        return
    for field in msgspec.structs.fields(kind):
        if field.encode_name in members:
            yield from _field_faults(members[field.encode_name], field.encode_name, field.type)
        elif field.required:
            yield Fault(path=field.encode_name, message="Missing")


def members_of(content: bytes) -> dict[str, msgspec.Raw] | None:
    """None for JSON that is no object. Raises RefusedRequest for what is not JSON."""
    try:
        msgspec.json.decode(content, type=msgspec.Raw)  # the next line gives up at the first character of a list
        return msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise malformed() from None


def _field_faults(raw: msgspec.Raw, name: str, kind: Any) -> Iterator[Fault]:  # noqa: ANN401 - any type a field has
    try:
        value = msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        yield fault_of(name, error)
        return
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise malformed() from None
    if isinstance(value, str) and NUL in value:
        yield Fault(path=name, message="Expected text without the character U+0000")


def fault_of(name: str, error: msgspec.ValidationError) -> Fault:
    message, _, path = str(error).partition(" - at `$")
    return Fault(path=(name + path.rstrip("`")).removeprefix(".") or "$", message=message)


def _nul_faults(body: msgspec.Struct) -> Iterator[Fault]:
    for name in body.__struct_fields__:
        value = getattr(body, name)
        if isinstance(value, str) and NUL in value:
            yield Fault(path=name, message="Expected text without the character U+0000")
