from collections.abc import Sequence
from typing import Protocol, TypeVar

Option = TypeVar("Option")


class Dice(Protocol):
    """The only source of chance in the domain; the same seed draws the same."""

    def pick(self, options: Sequence[Option], /) -> Option:
        """One of the options (at least one), each as likely."""
        ...
