import re

FILLERS = frozenset(
    [
        "and",
        "but",
        "so",
        "ok",
        "okay",
        "wow",
        "whoa",
        "oh",
        "hey",
        "hi",
        "hello",
        "pika",
        "um",
        "uh",
        "hmm",
        "well",
        "then",
        "now",
        "yes",
        "no",
        "yeah",
        "cool",
        "right",
        "please",
        "mà",
        "thế",
        "vậy",
        "nhưng",
        "à",
        "ơ",
        "ờ",
        "ừ",
        "ơi",
        "ủa",
        "ồ",
        "ôi",
        "vâng",
        "dạ",
        "này",
        "rồi",
    ]
)

WH_WORD = re.compile(r"\b(?:what|who|where|when|why|how|which|whose)(?:'s|'re|'d)?\b")

VERBS = (
    r"(?:is|are|was|were|do|does|did|can|can't|could|will|would|should|has|have|am|don't|doesn't|didn't|isn't|aren't)"
)
ASKED = re.compile(
    rf"^(?:what|who|where|when|why|how)(?:'s|'re|'d)\b|^(?:who|where|when|why|whose) {VERBS}\b"
    rf"|^(?:what|how|which|whose)(?! (?:i|you|he|she|we|they|it|a|an|my)\b)(?: \w+){{0,3}} {VERBS}\b"
    r"|^(?:what|how) about\b|^what (?:if|happens|happened)\b|^how come\b|^(?:why|why not|how)$"
    r"|^who (?:made|invented|built|discovered|wrote|lives|lived|taught|won|ate)\b"
    r"|^(?:can|could|will|would|should|does|did|was|were|has) "
    r"(?:you|we|i|it|he|she|they|there|this|that|these|those|people|your|my|the|a|pika|[a-z]{3,}s)\b"
    r"|^(?:do|have|are|is|am) (?:you|we|i|they|he|she|there|it|people|your|pika|[a-z]{3,}s)\b(?! (?:again|now)$)"
)

ADDRESSED_BACK = re.compile(r"^(?:and|what about|how about) (?:you|pika)(?: pika)?$")

RHETORICAL = re.compile(
    r"\bwho (?:cares|knows|asked)\b|\bhow (?:should|would|could|can|do) i (?:even )?know\b|\bso what\b"
    r"|\bare you kidding\b|\bwhat's the (?:point|matter with you)\b|\bwhat (?:the heck|the hell)\b"
    r"|\bwhy (?:should|would|do) i (?:have|care|even)\b"
    r"|\bwhat's wrong with you\b|\bare you (?:stupid|dumb|crazy|deaf)\b|\bcan (?:you|we) (?:just )?(?:stop|shut)\b"
    r"|\bdo i have to\b|\bhow (?:cool|awesome|funny|cute) is (?:that|this|it)\b|^(?:do )?you know what$|^guess what$"
    r"|\bare we done\b|\bwhy (?:me|bother)$"
)
CLARIFYING = re.compile(
    r"^(?:huh|what|pardon|sorry|excuse me|really|again|come again|what was that|for real|seriously|is it|are you sure)$"
    r"|\bwhat did you say\b|\b(?:say|repeat) (?:that|it)\b|\bcan you repeat\b|\bsay again\b"
)
REPORTED = re.compile(r"(?<!\bwho )\b(?:asked|said|says|asks)\b.*")


def asks_in_english(core: str) -> bool:
    """Asks with or without a question mark. `core` has no fillers at its start."""
    return ASKED.search(core) is not None
