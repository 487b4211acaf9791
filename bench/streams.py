"""`python -m bench.streams`: what open streams cost, and how soon they hear. Loopback only, bounded in number and time.

Prints times of the thread page without streams, with them and while news arrives; how long news takes from its commit
to the reader; memory and CPU of the streams; and how soon the server stops with all of them open.
"""

import asyncio
import os
import secrets
import statistics
import threading
import time
from datetime import timedelta

import click
from flask import Flask
from rich.console import Console
from sqlalchemy import select

from bench import pages
from bench.__main__ import seeded
from bench.measure import Figure, cpu_seconds, free_port, get, measure, memory, running
from core.clock import now
from core.db import db, writing
from core.live import signal
from core.serve import web_command
from core.settings import load
from forum.members.auth import hash_token
from forum.members.models import Member, SignIn
from wsgi import create_app

A_MEMBER, AN_ADDRESS = 5, 50  # streams; the site's own limits are a little higher
NEWS, APART = 200, 0.02  # signals, and seconds between them
IDLE = 5  # seconds in which nothing happens


@click.command()
@click.option("--streams", default=500, show_default=True, type=click.IntRange(1, 1900))
@click.option("--posts", default=20_000, show_default=True)
@click.option("--threads", default=1_000, show_default=True)
@click.option("--requests", default=400, show_default=True, type=click.IntRange(50, 5_000))
def main(streams: int, posts: int, threads: int, requests: int) -> None:
    port = free_port()
    environment = {**seeded(posts, threads), "BOARDWALK_PROXIES": "1", "PORT": str(port)}
    settings = load(os.environ | environment)
    app = create_app(settings)
    cookies = sign_in(app, -(-streams // A_MEMBER))
    crowd = Crowd(port, list(cookies.values()), streams)
    with running(web_command(settings, "127.0.0.1", "bench.unlimited:served"), port, environment) as root:

        def show_page(name: str) -> None:
            _show(name, measure(name, root, port, get(_page(app)), requests))

        show_page("without streams")
        _show_cost(crowd, root)
        show_page("with streams")
        news = threading.Thread(target=_tell, args=(app, list(cookies), crowd))
        news.start()
        show_page("with streams and 50 news a second")
        news.join()
        time.sleep(1)
        _show_delays(crowd.delays())
        stopping = time.monotonic()
    say(f"Stopped with all streams open in {time.monotonic() - stopping:.1f} s")


def say(text: str) -> None:
    Console(soft_wrap=True).print(text)


def _page(app: Flask) -> str:
    with app.app_context():
        return f"/t/{pages.a_thread(20, 60).id}"


def sign_in(app: Flask, count: int) -> dict[int, str]:
    """Member id -> cookie, for the first `count` members."""
    cookies = {}
    with app.app_context(), writing():
        expires = now() + timedelta(days=1)
        for member_id in db.session.scalars(select(Member.id).order_by(Member.id).limit(count)):
            token = secrets.token_urlsafe(32)
            db.session.add(SignIn(member_id=member_id, token_hash=hash_token(token), expires_at=expires))
            cookies[member_id] = pages.signed_cookie(app, token)[0]
    return cookies


def _tell(app: Flask, member_ids: list[int], crowd: "Crowd") -> None:
    with app.app_context():
        for number in range(NEWS):
            member_id = member_ids[number % len(member_ids)]
            with writing():
                signal([member_id], f"bench:{number}")
            crowd.told[f"bench:{number}"] = time.monotonic()
            time.sleep(APART)


def _show(name: str, figure: Figure) -> None:
    say(f"thread page {name}: p50 {figure.p50:.1f} ms, p99 {figure.p99:.1f} ms, {figure.cpu:.2f} ms of CPU each")


def _show_cost(crowd: "Crowd", root: int) -> None:
    before = memory(root)
    crowd.open()
    each = (memory(root) - before) / crowd.streams / 1024
    used = cpu_seconds(root)
    time.sleep(IDLE)
    idle = (cpu_seconds(root) - used) / IDLE * 1000
    say(f"{crowd.streams} streams: {each:.0f} KiB each, {idle:.0f} ms of CPU a second while nothing happens")


def _show_delays(delays: list[float]) -> None:
    cuts = statistics.quantiles(delays, n=20)
    middle = statistics.median(delays)
    say(f"news to reader: p50 {middle * 1000:.0f} ms, p95 {cuts[18] * 1000:.0f} ms ({len(delays)} heard)")


class Crowd:
    """Readers on an event loop in a thread of their own."""

    def __init__(self, port: int, cookies: list[str], streams: int):
        self.port, self.cookies, self.streams = port, cookies, streams
        self.told: dict[str, float] = {}
        self.heard: list[tuple[str, float]] = []
        self.loop = asyncio.new_event_loop()
        self.ready = 0
        self.tasks: list[asyncio.Task[None]] = []
        threading.Thread(target=self.loop.run_forever, daemon=True).start()  # to the end: the server goes first

    def open(self) -> None:
        """Twenty at a time; returns when all are ready, or raises after a minute."""
        asyncio.run_coroutine_threadsafe(self._open(), self.loop).result(60)

    def delays(self) -> list[float]:
        return [heard - self.told[topic] for topic, heard in self.heard]

    async def _open(self) -> None:
        for number in range(self.streams):
            self.tasks.append(self.loop.create_task(self._listen(number)))
            while self.ready < number - 20:
                await asyncio.sleep(0.01)
        while self.ready < self.streams:
            await asyncio.sleep(0.01)

    async def _listen(self, number: int) -> None:
        cookie = self.cookies[number // A_MEMBER]
        address = f"10.0.{number // AN_ADDRESS}.1"
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        lines = ["GET /live HTTP/1.1", "Host: localhost", f"Cookie: {cookie}", f"X-Forwarded-For: {address}", "", ""]
        writer.write("\r\n".join(lines).encode())
        while line := await reader.readline():
            if line.startswith(b"data: ready"):
                self.ready += 1
            elif line.startswith(b"data: bench:"):
                self.heard.append((line[6:].decode().strip(), time.monotonic()))
        writer.close()


if __name__ == "__main__":
    main()
