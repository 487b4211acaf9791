"""Request bodies, read before a thread is taken: limited in size, in time, and in what waits of all of them at once."""

import asyncio
import io
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import IO, Any, cast

Receive = Callable[[], Awaitable[dict[str, Any]]]
IN_MEMORY = 512 * 1024  # bytes of a body; a longer one waits in a temporary file
ROOM = 512 * 2**20  # bytes of all bodies at once
IDLE = 20  # seconds without a byte
LONGEST = 600  # seconds for a whole body


class Unread(Exception):
    """A body that did not come whole and in time; `status` is what the client is told."""

    def __init__(self, status: int, reason: str):
        super().__init__(reason)
        self.status, self.reason = status, reason


class Bodies:
    """`longest`: bytes that the application takes. It refuses a longer one in its own words, by the length alone."""

    def __init__(self, longest: int):
        self.longest, self.waiting = longest, 0

    @asynccontextmanager
    async def of(self, environ: dict[str, Any], receive: Receive) -> AsyncIterator[IO[bytes]]:
        """The body as a file. CONTENT_LENGTH then says how long it is, also if it came in chunks. Unread if not."""
        claimed = _claimed(environ)
        if claimed == 0 or claimed > self.longest:
            yield io.BytesIO()
            return
        size = 0
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as spool:
            file = cast(IO[bytes], spool)
            try:
                async for part in self._parts(receive):
                    size += len(part)
                    self.waiting += len(part)
                    _write(file, part)
                _check_whole(environ, size)
                file.seek(0)
                yield file
            finally:
                self.waiting -= size

    async def _parts(self, receive: Receive) -> AsyncIterator[bytes]:
        """Ends one part beyond what is too much: the length then says so."""
        last, size, more = asyncio.get_running_loop().time() + LONGEST, 0, True
        while more and size <= self.longest:
            message = await _next(receive, last)
            part, more = message["body"], message.get("more_body", False)
            size += len(part)
            if self.waiting + len(part) > ROOM:
                raise Unread(503, "Too much is being sent at the moment. Please try again soon.")
            yield part


async def _next(receive: Receive, last: float) -> dict[str, Any]:
    try:
        async with asyncio.timeout_at(min(asyncio.get_running_loop().time() + IDLE, last)):
            message = await receive()
    except TimeoutError as problem:
        raise Unread(408, "The request took too long to arrive.") from problem
    if message["type"] != "http.request":
        raise Unread(400, "The request ended too early.")
    return message


def _write(file: IO[bytes], part: bytes) -> None:
    try:
        file.write(part)
    except OSError as problem:
        raise Unread(503, "There is no room for this at the moment. Please try again later.") from problem


def _claimed(environ: dict[str, Any]) -> int:
    """The length that the request says it has: 0 for none, 1 while it cannot know (chunks)."""
    said = environ.get("CONTENT_LENGTH")
    if said is None:
        of_http2 = environ["SERVER_PROTOCOL"] == "HTTP/2" and environ["REQUEST_METHOD"] not in ("GET", "HEAD")
        return int("HTTP_TRANSFER_ENCODING" in environ or of_http2)
    if not (said.isascii() and said.isdigit() and len(said) < 16):
        raise Unread(400, "This request could not be understood.")
    return int(said)


def _check_whole(environ: dict[str, Any], size: int) -> None:
    """A body that broke off must not pass for a shorter one."""
    if int(environ.setdefault("CONTENT_LENGTH", str(size))) != size:
        raise Unread(400, "The request ended too early.")
