import re
from collections.abc import Iterable

# Orders to whoever analyses the log. They could not raise a count anyway (it is bounded by what is heard), but the
# words in them ("interesting", "how many questions") are not the child's feelings or questions.
ORDERS = re.compile(
    r"\b(?:ignore|forget|disregard|override)\b.{0,40}\b(?:instructions?|rules?|prompts?|above|previous)\b"
    r"|\b(?:system|assistant|developer) ?:"
    r"|\byou are an? (?:\w+ )?(?:analyst|ai|assistant|language model)\b"
    r"|\b(?:answer|output|return|reply|respond)\b.{0,20}(?:\d|\{|json)"
    r"|\bemotions? ?(?:is|are|=|:|$)|session_emotion|user_initiated|\"(?:questions|emotion)\""
    r"|\bcount\b.{0,30}\bquestions?\b"
    r"|\b(?:bỏ qua|quên|phớt lờ)\b.{0,40}(?:quy tắc|hướng dẫn|chỉ dẫn|luật|lệnh)"
    r"|\bcảm xúc ?(?:là|=|:)|\bcảm xúc\b.{0,20}\b(?:là|thành)\b|\bsố câu hỏi\b|\bhỏi \d+ câu\b"
    r"|\b(?:bo qua|quen)\b.{0,40}(?:quy tac|huong dan)|\bcam xuc la\b"
)

# Every order holds one of these; whatever holds none need not be searched, which is nearly everything children say.
ORDERING_WORDS = frozenset({
    "ignore", "forget", "disregard", "override", "system", "assistant", "developer", "analyst", "ai", "model",
    "answer", "output", "return", "reply", "respond", "emotion", "emotions", "questions", "count", "initiated",
    "bỏ", "quên", "phớt", "xúc", "hỏi", "bo", "quen", "cam",
})  # fmt: skip


def ordering_words(words: Iterable[str]) -> frozenset[str]:
    return ORDERING_WORDS.intersection(words)


def instructs_an_analyst(text: str, suspicious: frozenset[str]) -> bool:
    """`text` is lower case; ``suspicious`` are the ordering words of the whole utterance."""
    return any(word in text for word in suspicious) and ORDERS.search(text) is not None
