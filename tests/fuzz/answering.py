"""A server on a real socket that answers whatever it is asked with the next of the answers that it was given."""

import asyncio
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, byte for byte."""

    body: bytes = b""
    status: int = 200
    content_type: bytes = b"application/json"
    headers: tuple[tuple[bytes, bytes], ...] = ()

    def to(self, method: bytes) -> bytes:
        """Return what is sent."""
        head = b"HTTP/1.1 %d Any\r\nContent-Type: %b\r\n" % (self.status, self.content_type)
        head += b"".join(b"%b: %b\r\n" % header for header in self.headers)
        if self.status == 204:
            return head + b"\r\n"
        if not any(name.lower() == b"content-length" for name, _ in self.headers):
            head += b"Content-Length: %d\r\n" % len(self.body)
        return head + b"\r\n" + (b"" if method == b"HEAD" else self.body)


class Answering:
    """The server. After the last answer, that one is given again."""

    def __init__(self) -> None:
        self._replies: list[Reply] = [Reply()]
        self._open: set[asyncio.StreamWriter] = set()

    def give(self, *replies: Reply) -> None:
        """Answer so from now on."""
        self._replies = list(replies)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._server.close()
        for writer in self._open:
            writer.transport.abort()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
                )
                await reader.readexactly(length)
                reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
                writer.write(reply.to(head.partition(b" ")[0]))
                await writer.drain()
        except asyncio.IncompleteReadError, ConnectionError:
            pass
        finally:
            self._open.discard(writer)
            writer.close()
