"""Pages by the WSGI application behind an ASGI server: what it is told, and who may hold a thread."""

import asyncio
import threading

import pytest

from core import bodies, bridge
from core.bodies import Bodies
from core.bridge import Bridge, environ_of
from tests.wire import Line, Wire, play

CHUNKED = [(b"transfer-encoding", b"chunked")]
FORM = (b"content-type", b"application/x-www-form-urlencoded")


class Server:
    """A bridge to a small application that answers with what it read."""

    def __init__(self, application, longest=1000, threads=2):
        self.bridge = Bridge(application, Bodies(longest), threads)
        self.wire = Wire.__new__(Wire)

    def line(self, method="POST", path="/", body=(), **more):
        return Line(self.wire.scope(method, path, **more), body)

    async def answer(self, line):
        running = asyncio.create_task(self.bridge(line.scope, line.coming.get, line.send))
        await line.start()
        body = b""
        while not line.is_over:
            body += await line.part()
        await running
        return body


def echo(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("X-Length", environ.get("CONTENT_LENGTH", "none"))])
    return [body]


def run(story):
    asyncio.run(asyncio.wait_for(story(), 20))


def test_a_body_in_parts_arrives_whole():
    async def story():
        server = Server(echo)
        line = server.line(body=[b"one ", b"two"], headers=[(b"content-length", b"7")])
        assert await server.answer(line) == b"one two"
        line = server.line(body=[b"one ", b"two"], headers=CHUNKED)
        assert await server.answer(line) == b"one two"
        assert line.headers["x-length"] == "7"
        assert server.bridge.bodies.waiting == 0

    run(story)


def test_a_large_body_waits_in_a_file_and_not_in_memory(monkeypatch):
    monkeypatch.setattr(bodies, "IN_MEMORY", 10)

    async def story():
        server = Server(echo)
        assert await server.answer(server.line(body=[b"x" * 600], headers=[(b"content-length", b"600")])) == b"x" * 600

    run(story)


@pytest.mark.parametrize("headers", [[(b"content-length", b"5000")], CHUNKED], ids=["said", "not said"])
def test_what_is_too_long_is_not_read_to_its_end(headers):
    async def story():
        server = Server(echo)
        line = server.line(body=[b"x" * 600] * 5, headers=headers)
        await server.answer(line)
        assert int(line.headers["x-length"]) > 1000
        assert line.coming.qsize() >= 4

    run(story)


def test_the_site_refuses_what_is_too_long_in_its_own_words(app):
    async def story(wire):
        line = Line(wire.scope("POST", "/login", headers=[FORM, (b"content-length", b"99000000")]))
        async with wire.connected(line):
            assert line.status == 413
            assert b'data-code="too_large"' in await line.part()

    play(app, story)


def test_a_body_that_breaks_off_does_not_pass_for_a_shorter_one():
    async def story():
        server = Server(echo)
        line = server.line(body=[b"half"], headers=[(b"content-length", b"8")])
        await server.answer(line)
        assert line.status == 400

        line = server.line(headers=[(b"content-length", b"8")])
        line.coming = asyncio.Queue()
        line.leave()
        await server.answer(line)
        assert line.status == 400

    run(story)


def test_who_sends_a_body_slowly_is_let_go_and_held_no_thread(monkeypatch):
    monkeypatch.setattr(bodies, "IDLE", 0.3)

    async def story():
        server = Server(echo, threads=1)
        slow = [server.line(headers=[(b"content-length", b"8")]) for _ in range(5)]
        for line in slow:
            line.coming = asyncio.Queue()
        waiting = [asyncio.create_task(server.answer(line)) for line in slow]
        assert await server.answer(server.line("GET")) == b""
        assert not any(task.done() for task in waiting)
        await asyncio.gather(*waiting)
        assert {line.status for line in slow} == {408}

    run(story)


def test_all_bodies_together_have_only_so_much_room(monkeypatch):
    monkeypatch.setattr(bodies, "ROOM", 500)

    async def story():
        server = Server(echo)
        line = server.line(body=[b"x" * 600], headers=[(b"content-length", b"600")])
        await server.answer(line)
        assert line.status == 503
        assert server.bridge.bodies.waiting == 0

    run(story)


def test_who_takes_an_answer_slowly_holds_no_thread(monkeypatch):
    monkeypatch.setattr(bridge, "PART", 10)
    closed = threading.Event()

    class Parts:
        def __init__(self):
            self.left = 10

        def __iter__(self):
            return self

        def __next__(self):
            self.left -= 1
            if self.left < 0:
                raise StopIteration
            return b"x" * 10

        def close(self):
            closed.set()

    def long(environ, start_response):
        start_response("200 OK", [])
        return Parts() if environ["PATH_INFO"] == "/long" else [b"short"]

    async def story():
        server = Server(long, threads=1)
        slow = server.line("GET", "/long")
        slow.takes.clear()
        waiting = asyncio.create_task(server.answer(slow))
        assert await server.answer(server.line("GET", "/short")) == b"short"
        assert not closed.is_set()
        slow.takes.set()
        assert await waiting == b"x" * 100
        assert closed.is_set()

    run(story)


def test_an_answer_that_nobody_takes_any_more_is_closed(monkeypatch):
    monkeypatch.setattr(bridge, "PART", 1)
    closed = threading.Event()

    def endless(environ, start_response):
        start_response("200 OK", [])
        try:
            while True:
                yield b"x"
        finally:
            closed.set()

    async def story():
        server = Server(endless)
        line = server.line("GET")

        async def broken(message):
            if message["type"] == "http.response.body":
                raise OSError("gone")

        with pytest.raises(OSError, match="gone"):
            await server.bridge(line.scope, line.coming.get, broken)
        assert closed.is_set()

    run(story)


def test_the_application_is_told_what_the_request_says_and_nothing_that_passes_for_something_else():
    headers = [
        (b"host", b"forum.example"),
        (b"x-forwarded-for", b"192.0.2.1"),
        (b"x_forwarded_for", b"203.0.113.9"),
        (b"accept", b"text/html"),
        (b"accept", b"*/*"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
    ]
    environ = environ_of(Wire.__new__(Wire).scope("GET", "/t/%E5%87%8F?q=%20x", headers=headers))

    assert environ["PATH_INFO"].encode("latin-1").decode() == "/t/减"
    assert environ["QUERY_STRING"] == "q=%20x"
    assert environ["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"
    assert environ["HTTP_ACCEPT"] == "text/html,*/*"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"


def test_requests_on_one_thread_know_nothing_of_each_other(app):
    async def story(wire):
        first = await wire.get("/login", headers=[(b"accept-language", b"zh-CN")])
        second = await wire.get("/login", headers=[(b"accept-language", b"en")])
        assert 'lang="zh-Hans"' in first.body.decode()
        assert 'lang="en"' in second.body.decode()
        assert first.headers["x-request-id"] != second.headers["x-request-id"]

    play(app, story)


LENGTHS = [[b"5", b"5"], [b"5", b"3"], [b"5,5"], [b"+5"], [b"-1"], [b"0x5"], [b"5 "], [b""], [b"\xb2"], [b"9" * 20]]


@pytest.mark.parametrize("lengths", LENGTHS)
def test_a_length_that_two_programs_could_read_differently_reaches_no_application(lengths):
    asked = []

    async def story():
        server = Server(lambda environ, start: asked.append(environ) or echo(environ, start))
        line = server.line(body=[b"hello"], headers=[(b"content-length", length) for length in lengths])
        await server.answer(line)
        assert (line.status, asked) == (400, [])

    run(story)
