"""The site for an ASGI server: pages by the WSGI application on threads, streams on the event loop itself."""

import asyncio
import signal

from flask import Flask

from core.bodies import Bodies, Receive
from core.bridge import Bridge, Scope, Send
from core.listening import Database
from core.streams import Streams

THREADS = 8  # more than cores: most wait, for the one writer or for a password hash, which free the interpreter


class Served:
    """The ASGI application. One for each process and Flask application."""

    def __init__(self, app: Flask, threads: int = THREADS):
        self.pages = Bridge(app, Bodies(app.config["MAX_CONTENT_LENGTH"] or 0), threads)
        self.streams = app.extensions["live.streams"] = Streams(Database(app))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        ticket = await self.pages(scope, receive, send)
        if ticket is not None:
            await self.streams.hold(ticket, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Granian waits for all connections before it says that the process ends: streams have to end before."""
        loop = asyncio.get_running_loop()
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                for number in (signal.SIGTERM, signal.SIGINT):
                    # Beside the server's own, which asyncio calls by another way (the wake-up descriptor).
                    signal.signal(number, lambda *_: loop.call_soon_threadsafe(self.streams.close))
                    signal.siginterrupt(number, False)
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
