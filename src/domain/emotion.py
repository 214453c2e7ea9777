from enum import StrEnum


class SessionEmotion(StrEnum):
    INTERESTING = "interesting"
    BORING = "boring"
    NEUTRAL = "neutral"
    HAPPY = "happy"
    SAD = "sad"
    ANGRY = "angry"

    @classmethod
    def heard(cls, answer: str) -> "SessionEmotion":
        """What an analyst's word means; any word we do not know is neutral."""
        word = answer.strip().casefold()
        return cls(word) if word in {emotion.value for emotion in cls} else cls.NEUTRAL
