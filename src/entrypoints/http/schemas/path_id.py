from typing import Annotated

from litestar.params import Parameter

from entrypoints.http.schemas.texts import WITHOUT_NUL

PathId = Annotated[str, Parameter(pattern=WITHOUT_NUL)]
# Where the id may be new to us, and is kept: as long as bodies may have it.
UserPathId = Annotated[str, Parameter(pattern=WITHOUT_NUL, min_length=3, max_length=255)]
TextQuery = Annotated[str | None, Parameter(pattern=WITHOUT_NUL)]
