"""Streams: a signal reaches its member and nobody else, and access ends at once."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from core import streams
from core.db import command, db
from core.live import signal
from core.tail import MOST_MISSED, News
from forum.members.commands import profiles, sessions
from forum.members.models import Member
from tests import make
from tests.wire import play as play_with
from tests.wire import until


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(streams, "PAUSE", 0.01)


@pytest.fixture
def play(app):
    return lambda story: play_with(app, story)


@pytest.fixture
def anna(app):
    return make.member(username="anna")


@pytest.fixture
def paul(app):
    return make.member(username="paul", messages_from="everyone")


@pytest.fixture
def cookie(as_member):
    """A new session of the member; the cookie's value."""
    return lambda member: as_member(member).get_cookie("session").value


async def tell(wire, member, *topics):
    """As commands of another process would."""
    for topic in topics:
        await wire.do(lambda topic=topic: command(signal)([member.id], topic))


def test_a_message_is_heard_by_whom_it_is_to_and_nobody_else(play, anna, paul, cookie, unlimited):
    of_anna, of_paul, of_stranger = cookie(anna), cookie(paul), cookie(make.member())

    async def story(wire):
        async with wire.stream(of_anna) as hers, wire.stream(of_paul) as his, wire.stream(of_stranger) as other:
            sent = await wire.post("/messages/new", of_anna, to="paul", body="Is it still there?")
            topic = f"conversation:{sent.headers['location'].split('/')[-1].partition('#')[0]}"

            assert await his.topic() == topic
            assert await hers.topic() == topic  # another page of who wrote it
            other.leave()
            assert await other.topics() == []

    play(story)


def test_guests_hear_nothing(play):
    async def story(wire):
        answer = await wire.get("/live")

        assert (answer.status, answer.body) == (204, b"")

    play(story)


def test_nothing_between_may_keep_or_hold_up_a_stream(play, anna, cookie):
    of_anna = cookie(anna)

    async def story(wire):
        async with wire.stream(of_anna) as line:
            assert line.headers["content-type"].startswith("text/event-stream")
            assert line.headers["cache-control"] == "no-store"
            assert line.headers["x-accel-buffering"] == "no"
            assert "content-length" not in line.headers

    play(story)


def test_signing_out_ends_the_stream_of_that_session_only(play, anna, cookie):
    here, elsewhere = cookie(anna), cookie(anna)

    async def story(wire):
        async with wire.stream(here) as ends, wire.stream(elsewhere) as stays:
            await wire.post("/logout", here)

            assert await ends.topics() == []
            stays.leave()
            assert (await wire.get("/live", here)).status == 204

    play(story)


ENDINGS = {
    "suspended": profiles.suspend,
    "signed out everywhere": lambda member: sessions.end_sessions(member.id),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_access_that_ends_ends_the_stream(play, anna, cookie, ending):
    of_anna, with_id = cookie(anna), anna.id

    async def story(wire):
        async with wire.stream(of_anna) as line:
            await wire.do(lambda: ENDINGS[ending](db.session.get_one(Member, with_id)))

            assert await line.topics() == []

    play(story)


def test_a_session_that_runs_out_is_noticed_without_being_told(play, anna, cookie, clock, monkeypatch):
    monkeypatch.setattr(streams, "CHECKED", 0.05)
    of_anna = cookie(anna)

    async def story(wire):
        async with wire.stream(of_anna) as line:
            clock.travel(days=400)

            assert await line.topics() == []

    play(story)


def test_who_comes_back_hears_what_was_missed_once_and_in_order(play, anna, cookie):
    of_anna = cookie(anna)

    async def story(wire):
        await tell(wire, anna, "conversation:0")
        seen = (await wire.opening(of_anna)).rpartition("id: ")[2].split()[0]
        await tell(wire, anna, "conversation:1", "conversation:2", "conversation:1")
        for way in ({"path": f"/live?after={seen}"}, {"headers": [(b"last-event-id", seen.encode())]}):
            text = await wire.opening(of_anna, **way)
            told = [line[6:] for line in text.splitlines() if line.startswith("data: ")]
            assert told[-3:] == ["conversation:1", "conversation:2", "ready"]
            assert "missed" not in told

    play(story)


def test_what_a_page_was_loaded_with_is_not_told_again(play, anna, paul, cookie):
    of_anna, of_paul = cookie(anna), cookie(paul)

    async def story(wire):
        async with wire.stream(of_paul) as other:
            await tell(wire, anna, "conversation:1")
            await until(lambda: wire.served.streams.recent)
            async with wire.stream(of_anna) as line:
                line.leave()
                assert await line.topics() == []
            other.leave()

    play(story)


@pytest.mark.parametrize("after", ["999999", "x", "-1", "9" * 30])
def test_who_comes_back_from_nowhere_is_told_to_look_at_everything(play, anna, cookie, after):
    of_anna = cookie(anna)

    async def story(wire):
        assert "data: missed\n\nid: 0\ndata: ready" in await wire.opening(of_anna, f"/live?after={after}")

    play(story)


def test_who_missed_too_much_is_told_to_look_at_everything(play, anna, cookie):
    of_anna = cookie(anna)

    async def story(wire):
        await tell(wire, anna, *(f"conversation:{number}" for number in range(MOST_MISSED + 1)))
        text = await wire.opening(of_anna, "/live?after=0")
        assert text.count("data: ") == 2
        assert "data: missed" in text

    play(story)


def test_a_member_has_few_streams_and_the_oldest_gives_way(play, anna, paul, cookie):
    of_anna, of_paul = cookie(anna), cookie(paul)

    async def story(wire):
        async with AsyncExitStack() as stack:
            other = await stack.enter_async_context(wire.stream(of_paul))
            lines = [await stack.enter_async_context(wire.stream(of_anna)) for _ in range(streams.A_MEMBER + 1)]

            assert await lines[0].topics() == ["full"]
            assert wire.served.streams.count == streams.A_MEMBER + 1
            other.leave()

    play(story)


def test_an_address_and_the_site_have_room_for_so_many(play, anna, paul, cookie, monkeypatch):
    of_anna, of_paul = cookie(anna), cookie(paul)
    monkeypatch.setattr(streams, "AN_ADDRESS", 1)
    monkeypatch.setattr(streams, "ALTOGETHER", 2)

    async def story(wire):
        async with wire.stream(of_anna, address="192.0.2.1"):
            assert (await wire.get("/live", of_paul, address="192.0.2.1")).status == 503
            async with wire.stream(of_paul, address="192.0.2.2"):
                assert (await wire.get("/live", of_paul, address="192.0.2.3")).status == 503
            async with wire.stream(of_paul, address="192.0.2.3"):
                pass

    play(story)


def test_a_reader_who_takes_nothing_is_dropped(play, anna, cookie, monkeypatch):
    monkeypatch.setattr(streams, "SLOW", 0.05)
    of_anna = cookie(anna)

    async def story(wire):
        async with wire.stream(of_anna) as line:
            line.takes.clear()
            await tell(wire, anna, "conversation:1")
            await until(lambda: not wire.served.streams.count)
            line.takes.set()

    play(story)


def test_what_waits_for_a_reader_is_bounded():
    stream = streams.Stream(streams.Ticket(1, "s", "a", 0, frozenset()), 0)
    for number in range(1, streams.MOST_WAITING * 2):
        stream.tell(streams.News(number, 1, "the same"))
    assert stream.take() == f"id: {streams.MOST_WAITING * 2 - 1}\ndata: the same\n\n".encode()

    for number in range(1, streams.MOST_WAITING + 2):
        stream.tell(streams.News(number, 1, f"topic:{number}"))

    assert stream.is_over
    assert stream.take() == streams.BEATEN


def test_news_between_the_opening_and_the_holding_of_a_stream_are_not_lost():
    class Quiet:
        start = read = alive = lambda *_: []

    async def story():
        held = streams.Streams(Quiet())
        other = held._enter(streams.Ticket(2, "other", "address", 5, frozenset()))
        held._deliver([News(6, 1, "notices"), News(7, 2, "notices"), News(8, 1, "conversation:3")])
        late = held._enter(streams.Ticket(1, "session", "address", 5, frozenset([6])))
        held.watching.cancel()
        return late.waiting, other.waiting

    assert asyncio.run(story()) == ({"conversation:3": 8}, {"notices": 7})


def test_silence_is_broken_by_a_sign_of_life(play, anna, cookie, monkeypatch):
    monkeypatch.setattr(streams, "BEAT", 0.02)
    of_anna = cookie(anna)

    async def story(wire):
        async with wire.stream(of_anna) as line:
            assert await line.topic() == ""

    play(story)


def test_a_database_that_cannot_be_asked_for_a_while_ends_no_stream(play, anna, cookie, monkeypatch):
    monkeypatch.setattr(streams, "LONGEST_PAUSE", 0.02)
    of_anna = cookie(anna)

    async def story(wire):
        source, failed = wire.served.streams.source, asyncio.Event()
        loop, read = asyncio.get_running_loop(), source.read

        def broken():
            loop.call_soon_threadsafe(failed.set)
            raise OSError("gone")

        async with wire.stream(of_anna) as line:
            source.read = broken
            await failed.wait()
            await tell(wire, anna, "conversation:1")
            source.read = read

            assert await line.topic() == "conversation:1"

    play(story)


def test_nobody_asks_the_database_while_nobody_listens(play, anna, cookie):
    of_anna = cookie(anna)

    async def story(wire):
        async with wire.stream(of_anna):
            assert wire.served.streams.watching is not None
        await until(lambda: not wire.served.streams.watching)

    play(story)


def test_the_end_of_the_process_ends_the_streams_and_lets_no_new_one_begin(play, anna, cookie):
    of_anna = cookie(anna)

    async def story(wire):
        async with wire.stream(of_anna) as line:
            wire.served.streams.close()

            assert await line.topics() == []
        assert (await wire.get("/live", of_anna)).status == 503

    play(story)


def test_a_server_without_streams_answers_with_what_was_missed(as_member, anna):
    answer = as_member(anna).get("/live?after=0")

    assert answer.status_code == 200
    assert answer.text.endswith("id: 0\ndata: ready\n\n")
    assert as_member(anna).head("/live").status_code == 200
