"""The items of a conversation log, kept as they came until somebody reads them."""

from collections.abc import Iterator, Sequence
from typing import Any, overload

import msgspec

from entrypoints.http.problems import malformed
from entrypoints.http.schemas.texts import WITHOUT_NUL

# A conversation of a hundred thousand utterances is none; and each item, however small, costs memory of its own.
MAX_ITEMS = 100_000
_TEXT = {"type": "string", "pattern": WITHOUT_NUL}
LOG_SCHEMA: dict[str, Any] = {
    "type": "array",
    "maxItems": MAX_ITEMS,
    "items": {
        "type": "object",
        "description": "One utterance, in either form. Whoever is not known to be the child is Pika.",
        "properties": {
            "speaker": {"description": "pika or user", "examples": ["user"]},
            "character": {"description": "or this", "examples": ["USER_RESPONSE_CONVERSATION"]},
            "text": {"description": "what was said", "examples": ["Yes, a funny one"]},
            "content": {"description": "or this, where there is no text", "examples": ["Yes, a funny one"]},
            "timestamp": {"description": "RFC 3339; estimated where it is not", "examples": ["2025-11-26T10:00:05Z"]},
        },
        "oneOf": [
            {"required": ["text"], "properties": {"text": _TEXT}},
            {"required": ["content"], "properties": {"content": _TEXT, "text": False}},
        ],
    },
}
"""As LogItems and the domain's LogReader judge them."""


class LogItems(Sequence[object]):
    """Decoded one by one while they are read: 3 MB at once would hold up every other request."""

    def __init__(self, raws: Sequence[msgspec.Raw]) -> None:
        self._raws = raws

    def __len__(self) -> int:
        return len(self._raws)

    @overload
    def __getitem__(self, index: int) -> object: ...
    @overload
    def __getitem__(self, index: slice) -> "LogItems": ...
    def __getitem__(self, index: int | slice) -> object:
        return LogItems(self._raws[index]) if isinstance(index, slice) else _decoded_item(self._raws[index])

    def __iter__(self) -> Iterator[object]:
        return map(_decoded_item, self._raws)


class _Item(msgspec.Struct):
    """What of an item may be of use, as it is nearly always; the rest is skipped, however much it is."""

    speaker: str | msgspec.UnsetType = msgspec.UNSET
    character: str | msgspec.UnsetType = msgspec.UNSET
    text: str | msgspec.UnsetType = msgspec.UNSET
    content: str | msgspec.UnsetType = msgspec.UNSET
    timestamp: str | msgspec.UnsetType = msgspec.UNSET


class _OddItem(msgspec.Struct):
    """The same for any other: a value that is no text may be of any depth and size, so it is left as it is."""

    speaker: msgspec.Raw = msgspec.Raw()
    character: msgspec.Raw = msgspec.Raw()
    text: msgspec.Raw = msgspec.Raw()
    content: msgspec.Raw = msgspec.Raw()
    timestamp: msgspec.Raw = msgspec.Raw()


class _Object(msgspec.Struct):
    """Any JSON object."""


_items_decoder = msgspec.json.Decoder(list[msgspec.Raw])
_objects_decoder = msgspec.json.Decoder(list[_Object])
_item_decoder = msgspec.json.Decoder(_Item)
_odd_item_decoder = msgspec.json.Decoder(_OddItem)
_text_decoder = msgspec.json.Decoder(str)


def log_items(raw: bytes | msgspec.Raw) -> LogItems:
    """Raises msgspec.ValidationError for what is no list, or one of too many items."""
    content = bytes(raw)
    if content.count(b",") >= MAX_ITEMS:  # there may be too many; counting is cheap, a list of millions is not
        if content.count(b"{") > MAX_ITEMS:
            raise msgspec.ValidationError(f"Expected `array` of length <= {MAX_ITEMS}")
        _objects_decoder.decode(content)  # stops at the first item that is no object
    return LogItems(_items_decoder.decode(content))


def _decoded_item(raw: msgspec.Raw) -> dict[str, Any] | None:
    """None: no object. Values that are no text are given as None: nobody asks what else they are."""
    try:
        item = _item_decoder.decode(raw)
    except msgspec.ValidationError:
        return _decoded_odd_item(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise malformed() from None
    present: dict[str, Any] = msgspec.to_builtins(item)
    return present


def _decoded_odd_item(raw: msgspec.Raw) -> dict[str, Any] | None:
    try:
        item = _odd_item_decoder.decode(raw)
        return {name: _text(value) for name in _OddItem.__struct_fields__ if (value := getattr(item, name))}
    except msgspec.ValidationError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise malformed() from None


def _text(raw: msgspec.Raw) -> str | None:
    return _text_decoder.decode(raw) if bytes(memoryview(raw)[:1]) == b'"' else None
