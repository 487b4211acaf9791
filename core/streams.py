"""The open streams of one web process: news read once for all of them, given to whom they are for.

Everything here runs on the event loop; only reading the database is done on a thread of its own. A stream waits on
its bell: it costs a task and some kilobytes, and no thread.
"""

import asyncio
import itertools
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import structlog

from core.live import SESSIONS
from core.tail import OVERLAP, News

T = TypeVar("T")
PAUSE = 0.3  # seconds between looks at the database, while anyone listens
LONGEST_PAUSE = 5.0  # seconds, while the database cannot be asked
CHECKED = 15.0  # seconds after which a session is looked at again
BEAT = 20.0  # seconds of silence before a sign of life, so that nobody between takes the connection for dead
SLOW = 20.0  # seconds for the reader to take what is sent
MOST_WAITING = 64  # topics for a reader who does not take them
A_MEMBER, AN_ADDRESS, ALTOGETHER = 6, 60, 2000  # streams
RECENT = 1000  # news kept for streams that are just being opened
FULL = "full"  # the last word to the oldest stream of a member who opened one too many: do not come back
BEATEN = b":\n\n"
log = structlog.get_logger()


@dataclass(frozen=True)
class Ticket:
    """Whose stream, by which session, from where; and where its news begin (see `core.tail.Standing`)."""

    member_id: int
    session: str
    address: str
    newest: int
    known: frozenset[int]


class Source(Protocol):
    """The database, asked on a thread."""

    def start(self, number: int) -> None:
        """News from this number on."""

    def read(self) -> list[News]: ...

    def alive(self, sessions: set[str]) -> set[str]:
        """Those of these sessions that still count."""


class Stream:
    def __init__(self, ticket: Ticket, now: float):
        self.ticket = ticket
        self.waiting: dict[str, int] = {}
        self.bell = asyncio.Event()
        self.is_over = False
        self.beat_at = self.checked_at = now

    def tell(self, news: News) -> None:
        """Queue a topic, once; a reader who lets too many wait is let go, and catches up when it comes back."""
        ticket = self.ticket
        if news.number in ticket.known or news.number <= ticket.newest - OVERLAP:
            return
        if len(self.waiting) >= MOST_WAITING:
            self.waiting.clear()
            self.is_over = True
        else:
            self.waiting[news.topic] = max(news.number, self.waiting.get(news.topic, 0))
        self.bell.set()

    def end(self, word: str = "") -> None:
        self.waiting = {word: self.ticket.newest} if word else {}
        self.is_over = True
        self.bell.set()

    def take(self) -> bytes:
        """What waits, as the text of the stream; a sign of life if nothing does."""
        told, self.waiting = self.waiting, {}
        in_order = sorted(told.items(), key=lambda item: item[1])
        return b"".join(event(topic, number) for topic, number in in_order) or BEATEN


def event(topic: str, number: int | None = None) -> bytes:
    """With the number that the page has then seen all news up to."""
    named = f"id: {number}\n" if number is not None else ""
    return f"{named}data: {topic}\n\n".encode()


class Streams:
    def __init__(self, source: Source):
        self.source, self.open = source, dict[int, list[Stream]]()
        self.count, self.addresses = 0, Counter[str]()
        self.recent: deque[News] = deque(maxlen=RECENT)
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="news")
        self.watching: asyncio.Task[None] | None = None
        self.is_closed = False

    def has_room(self, address: str) -> bool:
        """Asked before a stream is begun, from any thread."""
        return not self.is_closed and self.count < ALTOGETHER and self.addresses[address] < AN_ADDRESS

    async def hold(self, ticket: Ticket, receive: Callable[[], Awaitable[Any]], send: Callable[..., Any]) -> None:
        """Keep an answer going until its reader, its session or this process ends."""
        stream = self._enter(ticket)
        gone = asyncio.ensure_future(_gone(receive))
        gone.add_done_callback(lambda _: stream.end())
        try:
            while not stream.is_over:
                await stream.bell.wait()
                stream.bell.clear()
                async with asyncio.timeout(SLOW):
                    await send({"type": "http.response.body", "body": stream.take(), "more_body": not stream.is_over})
                stream.beat_at = asyncio.get_running_loop().time()
        except Exception as problem:  # the connection broke, or its reader takes nothing; nobody is left to be told
            log.info("live.dropped", problem=type(problem).__name__)
        finally:
            gone.cancel()
            self._leave(stream)

    def close(self) -> None:
        """End every stream, for the process is to end; their pages come back to the next one."""
        self.is_closed = True
        for stream in self._all():
            stream.end()

    def _all(self) -> list[Stream]:
        return list(itertools.chain.from_iterable(self.open.values()))

    def _enter(self, ticket: Ticket) -> Stream:
        stream = Stream(ticket, asyncio.get_running_loop().time())
        own = self.open.setdefault(ticket.member_id, [])
        own.append(stream)
        self.count += 1
        self.addresses[ticket.address] += 1
        for oldest in [one for one in own if not one.is_over][:-A_MEMBER]:
            oldest.end(FULL)
        for news in self.recent:
            if news.member_id == ticket.member_id:
                _give(stream, news)
        if self.is_closed:
            stream.end()
        elif self.watching is None:
            self.watching = asyncio.create_task(self._watch(ticket.newest - OVERLAP))
        return stream

    def _leave(self, stream: Stream) -> None:
        ticket = stream.ticket
        self.open[ticket.member_id].remove(stream)
        if not self.open[ticket.member_id]:
            del self.open[ticket.member_id]
        self.count -= 1
        self.addresses[ticket.address] -= 1
        if not self.addresses[ticket.address]:
            del self.addresses[ticket.address]

    async def _watch(self, number: int) -> None:
        """One look at a time, only while anyone listens. A database that cannot be asked is asked less often."""
        self.source.start(number)
        pause = PAUSE
        while self.open:
            await asyncio.sleep(pause)
            try:
                self._deliver(await self._on_thread(self.source.read))
                await self._check_sessions()
                pause = PAUSE
            except Exception as problem:
                pause = min(pause * 2, LONGEST_PAUSE)
                log.warning("live.trouble", problem=type(problem).__name__)
            self._beat()
        self.recent.clear()
        self.watching = None

    async def _on_thread(self, ask: Callable[..., T], *about: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.thread, ask, *about)

    def _deliver(self, found: list[News]) -> None:
        self.recent.extend(found)
        for news in found:
            for stream in self.open.get(news.member_id, ()):
                _give(stream, news)

    async def _check_sessions(self) -> None:
        """End the streams of sessions that ended: those told of at once, all others within CHECKED seconds."""
        now = asyncio.get_running_loop().time()
        due = [stream for stream in self._all() if now - stream.checked_at >= CHECKED]
        if not due:
            return
        alive = await self._on_thread(self.source.alive, {stream.ticket.session for stream in due})
        for stream in due:
            stream.checked_at = now
            if stream.ticket.session not in alive:
                stream.end()

    def _beat(self) -> None:
        now = asyncio.get_running_loop().time()
        for stream in self._all():
            if now - stream.beat_at >= BEAT:
                stream.bell.set()


def _give(stream: Stream, news: News) -> None:
    if news.topic == SESSIONS:
        stream.checked_at = -CHECKED
    elif not stream.is_over:
        stream.tell(news)


async def _gone(receive: Callable[[], Awaitable[Any]]) -> None:
    """Returns when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
