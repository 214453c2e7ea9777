import asyncio
import hashlib
from typing import Final

import msgspec
import zstandard

from application.errors import LogUnavailable
from application.ports.log_encoder import EncodedLog, LogEncoder
from domain.conversation import Conversation

LEVEL = 3
# The largest accepted body is 10 MiB; estimated timestamps may add as much again. A bomb ends here.
MAX_DECODED_BYTES = 64 * 1024 * 1024
# Below this a thread costs more than it frees: compressing takes about 0.15 ms.
INLINE_BYTES: Final = 64 * 1024


class ZstdJsonLogEncoder(LogEncoder):
    """The standard form as JSON, compressed with zstd (RFC 8878).

    Compression and hashing let go of the interpreter, so large logs pass through a thread.
    """

    def __init__(self) -> None:
        # Making one costs as much as compressing a small log; it serves one thread only, that of the event loop.
        self._compressor = _compressor()

    async def encode(self, conversation: Conversation) -> EncodedLog:
        plain = msgspec.json.encode(conversation)
        if len(plain) < INLINE_BYTES:
            return _encoded(plain, self._compressor)
        return await asyncio.to_thread(_encoded, plain, _compressor())

    async def decode(self, content: bytes) -> Conversation:
        if len(content) < INLINE_BYTES // 4:
            return _decoded(content)
        return await asyncio.to_thread(_decoded, content)


def _compressor() -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)


def _encoded(plain: bytes, compressor: zstandard.ZstdCompressor) -> EncodedLog:
    return EncodedLog(
        content=compressor.compress(plain), size_bytes=len(plain), digest=hashlib.sha256(plain).hexdigest()
    )


def _decoded(content: bytes) -> Conversation:
    try:
        # The library trusts the size that a frame claims over any limit it is given.
        if zstandard.frame_content_size(content) > MAX_DECODED_BYTES:
            raise LogUnavailable("the stored log is larger than any that was ever stored")
        plain = zstandard.ZstdDecompressor().decompress(content, max_output_size=MAX_DECODED_BYTES)
        return msgspec.json.decode(plain, type=Conversation)
    except (zstandard.ZstdError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LogUnavailable("the stored log cannot be read") from error
