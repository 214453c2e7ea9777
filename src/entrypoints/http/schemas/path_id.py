from typing import Annotated

from litestar.params import Parameter

# U+0000 is the one character that PostgreSQL cannot be asked for.
_WITHOUT_NUL = r"^[^\x00]*$"
PathId = Annotated[str, Parameter(pattern=_WITHOUT_NUL)]
# Where the id may be new to us, and is kept: as long as bodies may have it.
UserPathId = Annotated[str, Parameter(pattern=_WITHOUT_NUL, min_length=3, max_length=255)]
TextQuery = Annotated[str | None, Parameter(pattern=_WITHOUT_NUL)]
