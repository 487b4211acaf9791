"""Search tells an outsider nothing of closed boards: not a result, a count, an order, a word, a figure or a notice.

Each kind of outsider asks every surface of search, on every engine, before and after the closed boards fill up. Then
each gate is opened alone, and one of the surfaces has to give it away: a test that sees nothing would pass as well.
"""

import dataclasses
from collections import Counter

import pytest
from sqlalchemy import select, true

from core.db import db
from forum.boards.models import Board
from search import meeting, queries
from search.saved import jobs
from tests import hidden, make

pytestmark = pytest.mark.usefixtures("unlimited")


@pytest.fixture
def letters(app):
    return lambda: sorted(path.name for path in (app.extensions["settings"].data / "mail").glob("*.eml"))


@pytest.fixture
def a_day(worker, clock):
    """What waits is told, and digests go out."""

    def passes():
        worker()
        clock.travel(days=1)
        jobs.send_digests()
        worker()

    return passes


@pytest.mark.parametrize("who", hidden.OUTSIDERS)
def test_nothing_that_an_outsider_sees_depends_on_closed_boards(index, as_member, worker, a_day, letters, who):
    made = hidden.scene(who)
    a_day()
    browser = as_member(made.viewer)
    before, told, sent = hidden.seen(browser), hidden.told(made.viewer), letters()

    hidden.fill(made)
    worker()
    hidden.ask_among_insiders(made, as_member)
    worker()

    after = hidden.seen(browser)
    assert hidden.differences(before, after) == {}
    assert hidden.named(after) == []
    a_day()
    assert (hidden.told(made.viewer), letters()) == (told, sent)


@pytest.mark.parametrize("who", ["guest", "banned", "former moderator", "seller"])
def test_an_index_that_lags_names_nothing(index, reindex, as_member, a_day, letters, who):
    """Written on open boards; then one is closed, and what stood on the other is moved. The worker has yet to hear."""
    made = hidden.scene(who)
    a_day()
    told, sent = hidden.told(made.viewer), letters()
    once_open = [make.board(slug=f"once-open-{number}", sell_level=1) for number in range(2)]
    hidden.fill(dataclasses.replace(made, closed=once_open))
    reindex()

    hidden.close(once_open[0])
    hidden.move(once_open[1], made.closed[-1])

    assert hidden.named(hidden.seen(as_member(made.viewer))) == []
    a_day()
    assert (hidden.told(made.viewer), letters()) == (told, sent)


def everywhere(*_given):
    return select(Board.id)


def everybody(_board_id, member_ids, *_level):
    return set(member_ids)


def of_all_boards(ask):
    """An engine's method that forgets who asks."""
    return lambda asked, _boards, *more: ask(asked, frozenset(db.session.scalars(everywhere())), *more)


GATES = {  # what is opened (with the gate behind it, where there is one) -> who notices: an address, or "told"
    "engine.search": "/search?q=helmet",
    "engine.people": "/search?q=helmet&in=people",
    "engine.similar engine.search": "/search?q=quillwart",
    "engine.completions": "/search/suggest?q=quil",
    "search.queries.readable_board_ids": "/search?q=helmet",
    "search.queries.facade_visible": "/search?q=closed&in=boards",
    "search.meeting.readable_board_ids": "/search?q=helmet&in=people",
    "search.demand.queries.readable_board_ids": "/demand?days=7",
    "search.demand.queries.result_count": "/demand?days=7",
    "search.demand.queries._insiders": "/demand?days=7",
    "search.saved.queries.readers_among": "told",
    "search.saved.digests.rows.posts": "told",
    "search.matching.queries.readers_among forum.notices.commands.readers_among": "told",
}


def left_open(gate, index, monkeypatch):
    place, name = gate.rsplit(".", 1)
    if place == "engine":
        monkeypatch.setattr(index, name, of_all_boards(getattr(index, name)))
        return
    wide = {"readable_board_ids": everywhere, "readers_among": everybody, "facade_visible": lambda _viewer: true()}
    wide |= {"_insiders": lambda *_: Counter(), "result_count": lambda *_: 1, "posts": hidden.posts_ungated}
    monkeypatch.setattr(f"{place}.{name}", wide[name])


@pytest.fixture
def built_anew():
    """Statements are built once and kept, with the gate as it was then."""

    def forget():
        for module in (queries, meeting):
            for kept in vars(module).values():
                getattr(kept, "cache_clear", lambda: None)()

    forget()
    yield
    forget()


@pytest.mark.usefixtures("built_anew")
@pytest.mark.parametrize("gate", GATES)
def test_each_gate_that_is_left_open_is_noticed(index, as_member, worker, a_day, monkeypatch, gate):
    made, address = hidden.scene("seller"), GATES[gate]
    for one in gate.split():
        left_open(one, index, monkeypatch)
    a_day()
    browser, asked = as_member(made.viewer), [address] if address != "told" else []
    before, told = hidden.seen(browser, asked), hidden.told(made.viewer)

    hidden.fill(made)
    worker()
    hidden.ask_among_insiders(made, as_member)
    worker()

    after = hidden.seen(browser, asked)
    a_day()
    assert hidden.differences(before, after) or hidden.named(after) or hidden.told(made.viewer) != told
