import random

_VIETNAMESE = """
hôm nay con đi học về mẹ ba bạn Minh Lan cô giáo kể chuyện phim hoạt hình khủng long siêu nhân vui lắm buồn cười sợ
tại sao thế nào vì sao bao giờ ở đâu ai cho mình nghe với nhé Pika ơi thích ăn kem dâu xoài phở bún chả trời mưa nắng
con mèo con chó con thỏ đàn cá biển xanh bầu trời ngôi sao mặt trăng vũ trụ tàu bay xe đạp bóng đá cầu lông bơi lội
chơi trò đố vui ghép hình vẽ tranh hát múa đàn piano sách truyện cổ tích công chúa hoàng tử phù thủy rừng sâu kho báu
ngày mai cuối tuần sinh nhật quà tặng gia đình ông bà em bé anh chị yêu thương nhớ giận dỗi xin lỗi cảm ơn đồng ý
không được rồi đúng sai nhanh chậm to nhỏ cao thấp đẹp xấu nóng lạnh ngủ thức dậy sớm muộn răng tóc áo quần giày mũ
""".split()  # noqa: SIM905  # running text can be read and extended; a list of three hundred literals cannot

_ENGLISH = """
today school teacher homework friend movie funny robot dinosaur rocket planet star moon ocean shark whale forest tiger
why what when where who how can could would should because maybe really always never sometimes together again tomorrow
story picture colour green yellow purple orange banana strawberry sandwich noodles breakfast dinner kitchen garden river
play game puzzle riddle football swimming running jumping dancing singing guitar drawing reading writing counting number
happy sad angry scared tired excited curious brave kind clever quiet loud gentle wonderful amazing terrible favourite
remember forget promise secret birthday present family grandma brother sister puppy kitten rabbit parrot turtle spider
""".split()  # noqa: SIM905


class Chatter:
    """Sentences in Vietnamese and English that compress about as well as real conversations (a third with zstd)."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311  # the same text every time is the point

    def text(self, size: int) -> str:
        """Whole sentences of at least ``size`` UTF-8 bytes."""
        sentences: list[str] = []
        written = 0
        while written < size:
            sentences.append(self._sentence())
            written += len(sentences[-1].encode()) + 1
        return " ".join(sentences)

    def _sentence(self) -> str:
        words = self._dice.choices(self._dice.choice((_VIETNAMESE, _ENGLISH)), k=self._dice.randint(4, 14))
        if self._dice.random() < 0.2:
            words.append(str(self._dice.randint(1, 2025)))
        return " ".join(words).capitalize() + self._dice.choice((".", ".", "!", "?", "…"))
