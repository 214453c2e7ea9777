import re
from collections.abc import Sequence

# Particles and forms of address after which a Vietnamese question is still the same question.
TAIL = frozenset(
    [
        "pika",
        "ơi",
        "ạ",
        "vậy",
        "thế",
        "hả",
        "hở",
        "nhỉ",
        "nhở",
        "ta",
        "nè",
        "á",
        "đấy",
        "hén",
        "ha",
        "cậu",
        "bạn",
        "à",
        "dạ",
        "robot",
    ]
)

WH_WORD = re.compile(r"\b(?:gì|ai|đâu|nào|mấy|sao|bao (?:nhiêu|giờ|lâu|xa|cao|to))\b")

# One of them is in whatever WHY and WHAT find; most of what children say has none, and need not be searched.
QUESTION_WORDS = ("gì", "ai", "đâu", "nào", "mấy", "sao", "bao")
WHY = re.compile(
    r"(?<!nhiêu )(?<!những )(?<!các )(?<!biết )(?<!hiểu )\b(?:tại sao|vì sao|sao lại|làm sao để|làm thế nào)\b"
    r"|^sao (?!hỏa|hoả|kim|thủy|thổ|mộc|băng|chổi|biển|cũng|đâu)\w+ \w+"
    r"|\b(?:thì|nói|là|làm|viết|đọc|bị|kêu|gọi) sao$|\bthì sao \w+ \w+"
)
YES_OR_NO = re.compile(
    r"\bcó\b.*(?<!cũng )(?<!thì )\bkhông$"
    r"|^(?:\w+ ){2,}(?<!cũng )(?<!thì )(?<!là )(?<!số )(?<!chắc )(?<!bằng )không$"
    r"|^(?:\w+ ){2,}(?<!vẫn )(?<!còn )(?<!cũng )(?<!con )(?<!tớ )(?<!em )(?<!là )(?<!thì )(?<!mình )chưa$"
)
WHAT = re.compile(
    r"(?<!ước )\bgì\b|\b(?:là|của|với|cho|do|bởi|gặp) ai\b|^ai (?!cũng|mà)\w+"
    r"|\b(?:ở|đi|từ|tới|đến|về|nằm|sống|mua|trốn) đâu\b|\bđâu rồi\b"
    r"|\b(?:cái|con|phim|màu|bài|nước|nơi|loại|loài|món|chỗ|trò|bạn|quả|như|thế|kiểu|bên|hành tinh|khủng long) nào\b"
    r"|\bnào nhất\b|\b(?:khi|lúc|ngày) nào\b|\bbao (?:nhiêu(?! là)|giờ|lâu|xa|cao|to)\b"
    r"|\bcó mấy\b|\bmấy (?:giờ|tuổi|mét|độ)\b|\b(?:lớp|thứ|ngày|bằng) mấy\b"
)
# Question words that ask nothing: "gì cũng được", "ai đó", "không có ai", "nấu gì ăn nấy", "khi nào lớn tớ sẽ …".
INDEFINITE = re.compile(
    r"\b(?:gì|ai|đâu|nào|sao|giờ|nhiêu|mấy)(?: \w+){0,5} (?:cũng|đều|nấy)\b|\b(?:gì|ai|đâu|nào) (?:đó|cả|hết|đâu)\b"
    r"|\b(?:không|chẳng|chả|chưa|đừng|đâu)\b.*\b(?:gì|ai|đâu|nào|mấy|bao (?:giờ|nhiêu))\b"
    r"|^(?:khi nào|bao giờ)\b.*\b(?:sẽ|thì)\b|\b(?:muốn|thích|biết) gì thì\b|\b(?:gì|ai)\b.* đâu$"
)
ADDRESSED_BACK = re.compile(r"^(?:thế )?(?:còn|thế) (?:pika|cậu|bạn|robot)(?: thì sao)?(?: ạ)?$")
UNKNOWING = re.compile(r"\b(?:không|chẳng|chả|chưa|đâu)(?: \w+)? (?:biết|hiểu|nhớ|rõ)\b")

RHETORICAL = re.compile(
    r"\bai (?:mà|chẳng|chả|thèm|bảo|biểu)\b|\b(?:ai|gì|sao|nào)\b.*\bchứ$|\b(?:thế nào|sao|gì) (?:mà )?(?:\w+ )?được$"
    r"|\blàm sao\b.*\b(?:được|nổi)$|^sao mà\b.*\b(?:thế|vậy|quá|ghê|dữ|không biết)$|\bthế không biết$|\bthì đã sao$"
    r"|\b(?:điên|ngu|ngốc|khùng|hâm|mù|điếc)(?: rồi)? (?:à|hả|á)$|\bmắc gì\b|\bviệc gì (?:phải|mà)\b|\bgì mà\b"
    r"|\bhỏi (?:gì )?(?:nhiều|lắm|mãi|hoài)\b|\bcòn gì (?:nữa|bằng)\b"
    r"|\bcó gì đâu\b|\blàm gì có\b|^thì sao$|\bbao nhiêu là\b"
)
CLARIFYING = re.compile(
    r"^(?:hả|hở|ủa|dạ|ơ|(?:cái )?gì(?: cơ)?(?: ạ)?|gì (?:vậy|thế|hả)|sao|sao cơ|là sao|cơ|thế|vậy|thật|thiệt)$"
    r"|^(?:thật|thiệt|thế|vậy|đúng) (?:à|hả|á|không|sao)$|\bnói gì(?: cơ| thế| vậy| đấy)?$|\b(?:nói|nhắc) lại\b"
)
PROPOSING = re.compile(r"\b(?:nhé|nha|nhá|nhen)$|(?<!giờ )(?<!nào )(?<!mình )(?<!ai )\bđi$")
REPORTED = re.compile(
    r"\b(?:hỏi|bảo|nói|kêu|kể) (?:là|rằng)\b.*"
    r"|\b(?:mẹ|bố|ba|má|cô|thầy|bà|ông|nó|bạn)(?: \w+)? (?:hỏi|bảo|nói)\b(?! gì| sao).*"
)


def without_tail(words: Sequence[str]) -> str:
    end = len(words)
    while end > 1 and words[end - 1] in TAIL:
        end -= 1
    return " ".join(words[:end])


def asks_in_vietnamese(core: str) -> bool:
    """Asks with or without a question mark. `core` has no particles at its end and no fillers at its start."""
    if core.endswith(("không", "chưa")) and YES_OR_NO.search(core):
        return True
    if not any(word in core for word in QUESTION_WORDS) or UNKNOWING.search(core):
        return False
    return WHY.search(core) is not None or (WHAT.search(core) is not None and not INDEFINITE.search(core))
