import json

from benchmarks.conversation_text import Chatter

BOT = "BOT_RESPONSE_CONVERSATION"
USER = "USER_RESPONSE_CONVERSATION"
_BYTES_PER_UTTERANCE = 750
_EMPTY_EVERY = 10


def _encoded(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _utterance(number: int, chatter: Chatter) -> dict[str, str]:
    """The robot speaks longer than the child, and now and then an item of the robot has no text, as in real logs."""
    if number % 2:
        return {"character": USER, "content": chatter.text(500)}
    return {"character": BOT, "content": "" if number % _EMPTY_EVERY == 0 else chatter.text(1_150)}


def _trimmed(log: bytes, size: int, chatter: Chatter) -> bytes:
    """Closes the gap to the wanted size with one last thing that the child says."""
    gap = size - len(log) - len(_encoded({"character": USER, "content": ""})) - 1
    said = chatter.text(max(gap, 1)).encode()[: max(gap, 0)].decode(errors="ignore")
    return log[:-1] + b"," + _encoded({"character": USER, "content": said}) + b"]"


def conversation_log(size: int, seed: int) -> bytes:
    """A JSON array of utterances, ``size`` bytes long give or take a few."""
    chatter = Chatter(seed)
    utterances: list[bytes] = []
    written = 2
    while written < size - 2 * _BYTES_PER_UTTERANCE or not utterances:
        utterances.append(_encoded(_utterance(len(utterances), chatter)))
        written += len(utterances[-1]) + 1
    return _trimmed(b"[" + b",".join(utterances) + b"]", size, chatter)
