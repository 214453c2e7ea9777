import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class DumpSeal:
    """Looks at the pieces of a dump as they pass."""

    size_bytes: int = 0
    checksum: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    async def over(self, pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
        async for piece in pieces:
            self.size_bytes += len(piece)
            self.checksum.update(piece)
            yield piece

    @property
    def sha256(self) -> str:
        """Hexadecimal, of what has passed so far."""
        return self.checksum.hexdigest()
