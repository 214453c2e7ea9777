from collections.abc import Callable
from typing import TypeVar

News = TypeVar("News")


def told_each(*listeners: Callable[[News], object]) -> Callable[[News], None]:
    """For a place that tells one listener and has several."""

    def tell(news: News) -> None:
        for listener in listeners:
            listener(news)

    return tell
