"""What every group of settings is: frozen, silent about what was given, and able to say what is wrong with it."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

Seconds = Annotated[float, Field(gt=0)]
Milliseconds = Annotated[int, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
Port = Annotated[int, Field(ge=1, le=65535)]

SERVE, CONSUME, COMMANDS = "`serve`", "`consume`", "commands"
ALL = (SERVE, CONSUME, COMMANDS)
PROCESSES = (SERVE, CONSUME)  # those that stay; dev is both


class Group(BaseModel):
    # What was given is never repeated in an error: it may be a secret.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, populate_by_name=False)

    # For the reference: a heading, else the name of the class; who acts on its settings, and on which others act.
    heading: ClassVar[str | None] = None
    read_by: ClassVar[tuple[str, ...]] = ALL
    read_otherwise: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def faults(self) -> Iterator[str]:
        """What no type says: sentences that begin with the setting's name, and never hold a value."""
        return iter(())
