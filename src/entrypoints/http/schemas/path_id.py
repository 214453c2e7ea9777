from typing import Annotated

from litestar.params import Parameter

# U+0000 is the one character that PostgreSQL cannot be asked for.
_WITHOUT_NUL = r"^[^\x00]*$"
PathId = Annotated[str, Parameter(pattern=_WITHOUT_NUL)]
TextQuery = Annotated[str | None, Parameter(pattern=_WITHOUT_NUL)]
