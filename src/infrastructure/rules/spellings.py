# Children type without accents, and speech recognition drops them. These spellings mean nothing else, so their
# accents are always restored.
UNMISTAKABLE = {
    "khong": "không", "ko": "không", "kg": "không", "hong": "không", "hông": "không", "hổng": "không", "khum": "không",
    "gi": "gì", "j": "gì", "duoc": "được", "dc": "được", "đc": "được", "nao": "nào", "nhieu": "nhiêu", "chua": "chưa",
    "vay": "vậy", "oi": "ơi", "roi": "rồi", "cung": "cũng", "nhi": "nhỉ", "phai": "phải",
    "biet": "biết", "thich": "thích", "nghia": "nghĩa", "gio": "giờ", "tuoi": "tuổi", "deu": "đều",
    "hieu": "hiểu", "muon": "muốn", "choi": "chơi", "nua": "nữa",
    "thoi": "thôi", "nhe": "nhé", "viet": "việt", "thía": "thế", "zậy": "vậy", "zạ": "vậy",
}  # fmt: skip

# These collide with English words, with names (Dung) or with Vietnamese words that have no accent (hôm qua), and are
# restored only when the whole utterance is Vietnamese without accents.
COLLIDING = {
    "lam": "làm", "the": "thế", "a": "ạ", "ha": "hả", "may": "mấy", "la": "là", "co": "có", "dau": "đâu", "tai": "tại",
    "vi": "vì", "lai": "lại", "ma": "mà", "thi": "thì", "tu": "từ", "o": "ở", "di": "đi", "den": "đến", "ten": "tên",
    "cai": "cái", "mau": "màu", "nhu": "như", "bang": "bằng", "da": "dạ", "u": "ừ", "to": "tớ", "cha": "chả",
    "k": "không", "z": "vậy", "v": "vậy", "ve": "về", "hoi": "hỏi", "noi": "nói", "de": "để", "do": "đó",
    "nay": "này", "qua": "quá", "dung": "đúng", "chang": "chẳng",
}  # fmt: skip

# Words that no English sentence carries and most Vietnamese ones do, and the other way round.
VIETNAMESE_MARKS = frozenset({
    "khong", "ko", "gi", "nao", "oi", "duoc", "toi", "minh", "ban", "con", "cai", "la", "thi", "roi", "vay", "nhe",
    "nha", "nua", "qua", "lam", "choi", "biet", "thich", "muon", "cung", "voi", "hom", "nay", "ngay", "me", "bo",
    "co", "khoc", "buon", "chan", "met", "vui", "ghet", "tuc", "buc", "thoi", "hoc", "nguoi", "may", "tao", "mau",
    "tai", "sao", "troi", "dem", "vang", "da", "ngoc", "dien", "ngu", "bi", "to", "di",
})  # fmt: skip
ENGLISH_MARKS = frozenset({
    "i", "you", "he", "she", "it", "we", "they", "is", "are", "was", "were", "am", "do", "does", "did", "not", "my",
    "your", "his", "her", "their", "this", "that", "of", "and", "the", "in", "on", "for", "what", "where", "when",
    "why", "who", "how", "can", "could", "will", "would", "has", "have", "because", "i'm", "it's", "don't", "can't",
    "that's",
})  # fmt: skip
