"""The site as its server runs it, driven without one: requests and streams by ASGI, in the test's own process."""

import asyncio
from contextlib import asynccontextmanager
from contextvars import Context
from dataclasses import dataclass
from urllib.parse import urlencode

from core.asgi import Served
from core.db import db

PATIENCE = 5  # seconds for what should take a moment


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Line:
    """One request on its own connection; what the server sends is kept in order."""

    def __init__(self, scope, body=()):
        self.scope, self.sent = scope, asyncio.Queue()
        self.coming = asyncio.Queue()
        for part in body:
            self.coming.put_nowait({"type": "http.request", "body": part, "more_body": True})
        self.coming.put_nowait({"type": "http.request", "body": b"", "more_body": False})
        self.text, self.is_over = "", False
        self.status, self.headers, self.takes = None, {}, asyncio.Event()
        self.takes.set()

    async def send(self, message):
        await self.takes.wait()
        self.sent.put_nowait(message)

    async def start(self):
        message = await self._message()
        self.status = message["status"]
        self.headers = {name.decode(): value.decode() for name, value in message["headers"]}

    async def topic(self):
        """The next topic of a stream; "" for a sign of life, None at the end."""
        while "\n\n" not in self.text:
            if self.is_over:
                return None
            self.text += (await self.part()).decode()
        event, _, self.text = self.text.partition("\n\n")
        return event.partition("data: ")[2]

    async def part(self):
        """The next bytes of the answer's body."""
        message = await self._message()
        self.is_over = not message.get("more_body", False)
        return message["body"]

    async def topics(self):
        """All topics up to the end."""
        found = []
        while (topic := await self.topic()) is not None:
            found += [topic] if topic else []
        return found

    def leave(self):
        self.coming.put_nowait({"type": "http.disconnect"})

    async def _message(self):
        async with asyncio.timeout(PATIENCE):
            return await self.sent.get()


class Wire:
    def __init__(self, app):
        self.app, self.served = app, Served(app, threads=4)

    def scope(self, method, path, cookie="", address="127.0.0.1", headers=()):
        where, _, query = path.partition("?")
        lines = [(b"host", b"localhost"), *headers]
        lines += [(b"cookie", f"session={cookie}".encode())] if cookie else []
        about = {"method": method, "raw_path": where.encode(), "path": where, "query_string": query.encode()}
        rest = {"http_version": "1.1", "scheme": "http", "server": ("localhost", 80), "client": (address, 1)}
        return {"type": "http", "headers": lines, **about, **rest}

    async def get(self, path, cookie="", **more):
        return await self._ask(Line(self.scope("GET", path, cookie, **more)))

    async def post(self, path, cookie="", headers=(), **fields):
        body = urlencode(fields).encode()
        lines = [(b"content-type", b"application/x-www-form-urlencoded"), (b"content-length", str(len(body)).encode())]
        return await self._ask(Line(self.scope("POST", path, cookie, headers=[*lines, *headers]), [body]))

    async def _ask(self, line):
        async with self.connected(line):
            body = b""
            while not line.is_over:
                body += await line.part()
        return Answer(line.status, line.headers, body)

    @asynccontextmanager
    async def connected(self, line):
        """The request running; when the test leaves, so does the client."""
        running = asyncio.create_task(self.served(line.scope, line.coming.get, line.send))
        await line.start()
        yield line
        line.leave()
        async with asyncio.timeout(PATIENCE):
            await running

    async def opening(self, cookie, path="/live", **more):
        """What a stream says first, as text."""
        async with self.connected(Line(self.scope("GET", path, cookie, **more))) as line:
            return (await line.part()).decode()

    @asynccontextmanager
    async def stream(self, cookie, path="/live", **more):
        """A stream that has said that it is ready."""
        async with self.connected(Line(self.scope("GET", path, cookie, **more))) as line:
            assert line.status == 200
            assert await line.topic() == "ready"
            yield line

    async def do(self, work):
        """A command, as another process would run it."""

        def run():
            with self.app.app_context():
                work()
                db.session.remove()

        await asyncio.to_thread(Context().run, run)


async def until(found):
    """Let the loop run until it is so."""
    async with asyncio.timeout(PATIENCE):
        while not found():
            await asyncio.sleep(0.01)


def play(app, story):
    """Run `await story(wire)`, apart from the test's own app context, as requests are."""

    async def whole():
        wire = Wire(app)
        try:
            async with asyncio.timeout(60):
                await story(wire)
        finally:
            wire.served.streams.close()
            app.extensions.pop("live.streams")
            wire.served.streams.thread.shutdown()
            wire.served.pages.threads.shutdown()

    Context().run(asyncio.run, whole())
