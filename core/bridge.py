"""Runs the WSGI application for an ASGI server: the event loop holds the connections, a few threads do the work.

A thread is taken only while the application works. The body of a request is read on the loop before, and what is more
than one part of an answer is fetched part by part as the client takes it: neither a slow upload nor a slow download
holds a thread. After PEP 3333 and the ASGI specification 3.0.
"""

import asyncio
import contextvars
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote_to_bytes

from core.bodies import Bodies, Receive, Unread

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Environ = dict[str, Any]
Application = Callable[..., Iterable[bytes]]
PART = 256 * 1024  # bytes of an answer that are gathered in one go
STAYS_OPEN = "boardwalk.stays_open"  # what the application puts here, the bridge returns with the answer not ended


class Bridge:
    def __init__(self, application: Application, bodies: Bodies, threads: int):
        self.application, self.bodies = application, bodies
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        """Answer one request. None, or what the application left under STAYS_OPEN: the caller then ends the answer."""
        try:
            environ = environ_of(scope)
            async with self.bodies.of(environ, receive) as body:
                environ["wsgi.input"] = body
                await self._answer(environ, send)
        except Unread as problem:
            await refuse(send, problem.status, problem.reason)
            return None
        return environ.get(STAYS_OPEN)

    async def _answer(self, environ: Environ, send: Send) -> None:
        loop, context = asyncio.get_running_loop(), contextvars.copy_context()
        answer = Answer(self.application, environ)
        try:
            part, is_last = await loop.run_in_executor(self.threads, context.run, answer.begin)
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            while not is_last:
                await send({"type": "http.response.body", "body": part, "more_body": True})
                part, is_last = await loop.run_in_executor(self.threads, context.run, answer.part)
            await send({"type": "http.response.body", "body": part, "more_body": STAYS_OPEN in environ})
        finally:
            if not answer.is_closed:
                await loop.run_in_executor(self.threads, context.run, answer.close)


class Answer:
    """One call of the application. Its methods run on the threads, one after the other, in one context."""

    def __init__(self, application: Application, environ: Environ):
        self.application, self.environ = application, environ
        self.status, self.headers = 500, [(b"content-type", b"text/plain")]
        self.result: Iterable[bytes] = ()
        self.parts: Iterator[bytes] = iter(())
        self.written: list[bytes] = []
        self.is_closed = False

    def begin(self) -> tuple[bytes, bool]:
        """Status, headers and the first part, which nearly always is the whole."""
        self.result = self.application(self.environ, self._start)
        self.parts = iter(self.result)
        return self.part()

    def part(self) -> tuple[bytes, bool]:
        """The next bytes, and whether they are the last."""
        gathered, self.written = self.written, []
        size = sum(map(len, gathered))
        for one in self.parts:
            gathered.append(one)
            size += len(one)
            if size >= PART:
                return b"".join(gathered), False
        self.close()
        return b"".join(gathered), True

    def close(self) -> None:
        self.is_closed = True
        if hasattr(self.result, "close"):
            self.result.close()

    def _start(self, status: str, headers: list[tuple[str, str]], _problem: Any = None) -> Callable[[bytes], None]:
        self.status = int(status[:3])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return self.written.append


def environ_of(scope: Scope) -> Environ:
    """What the application is told of a request (PEP 3333), apart from its body.

    A header with an underscore in its name is left out: it would pass for the one with a hyphen, which a proxy in
    front may have set or taken away.
    """
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" not in name:
            _add_header(environ, name.decode("latin-1").upper().replace("-", "_"), value.decode("latin-1"))
    return environ


def _add_header(environ: Environ, name: str, value: str) -> None:
    """A header that came twice is one with a comma; cookies, which HTTP/2 sends apart, are joined by a semicolon."""
    key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
    if key in environ:
        value = environ[key] + ("; " if name == "COOKIE" else ",") + value
    environ[key] = value


async def refuse(send: Send, status: int, reason: str) -> None:
    """A plain answer from before the application; the connection ends, for part of a request may still be in it."""
    body = reason.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    headers += [(b"cache-control", b"no-store"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
