from datetime import UTC, datetime

from domain.conversation import Conversation, Speaker, Utterance

WHEN = datetime(2026, 1, 5, 12, tzinfo=UTC)


def conversation(*lines: tuple[str, str]) -> Conversation:
    """Each line is (speaker, text)."""
    return Conversation(
        utterances=tuple(
            Utterance(turn_id=position, speaker=Speaker(speaker), text=text, timestamp=WHEN)
            for position, (speaker, text) in enumerate(lines, start=1)
        )
    )


def child_says(*texts: str) -> Conversation:
    return conversation(*(("user", text) for text in texts))
