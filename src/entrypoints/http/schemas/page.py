from collections.abc import Callable
from typing import Annotated, Generic, TypeVar

import msgspec
from litestar.params import Parameter

from application.paging import Page
from entrypoints.http.schemas.numbers import Count

Item = TypeVar("Item")
Shown = TypeVar("Shown")

# Beyond it an offset has no number in the database; nobody turns so many pages.
MAX_PAGE = 1_000_000_000
PageQuery = Annotated[int, Parameter(ge=1, le=MAX_PAGE, description="pages count from one")]
PageSizeQuery = Annotated[int, Parameter(ge=1, le=100, description="items on a page")]


class PageData(msgspec.Struct, Generic[Shown], frozen=True, kw_only=True):
    """A part of a list."""

    items: list[Shown]
    total: Count
    page: int
    page_size: int
    total_pages: Count


def shown_page(page: Page[Item], show: Callable[[Item], Shown]) -> PageData[Shown]:
    return PageData(
        items=[show(item) for item in page.items],
        total=page.total,
        page=page.number.page,
        page_size=page.number.size,
        total_pages=page.total_pages,
    )
