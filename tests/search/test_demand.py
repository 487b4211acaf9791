"""Demand figures: what is looked for in vain, counted once a person and day, and never who."""

from datetime import timedelta
from itertools import count

import pytest

from core.clock import now
from core.db import db, writing
from search.demand import jobs, rules
from search.demand.models import MissedAsker, MissedKey, MissedSearch
from tests import make
from tests.search.keeping import saved_search

_serial = count()


@pytest.fixture
def board(app):
    return make.board()


@pytest.fixture
def seller(board):
    return make.member(of=board)


@pytest.fixture
def ask(index, app):
    """Somebody, or a guest from an address of their own, searches in vain."""

    def missed(q, browser=None, address=None, **more):
        client = browser or app.test_client()
        origin = {"REMOTE_ADDR": address or f"10.0.0.{next(_serial)}"}
        return client.post("/search/missed", data={"q": q, **more}, environ_base=origin)

    return missed


def several(ask, as_member, q, people=12):
    for _ in range(people):
        ask(q, as_member(make.member()))


def rows():
    db.session.rollback()
    return {row.words: (row.found_none, row.found_few) for row in db.session.query(MissedSearch)}


def test_the_page_that_found_nothing_sends_itself_and_has_a_button(index, as_member, seller):
    page = as_member(seller).get("/search?q=zeppelin").text
    assert 'hx-post="/search/missed" hx-trigger="load"' in page
    assert "Tell sellers that this is missing" in page
    assert db.session.query(MissedSearch).count() == 0


def test_what_finds_enough_has_no_such_form(index, reindex, board, guest):
    for number in range(4):
        make.thread(on=board, title=f"Helmet {number}")
    reindex()
    assert "/search/missed" not in guest.get("/search?q=helmet").text


def test_one_person_counts_once_a_day_and_word_order_is_no_difference(ask, as_member, seller, clock):
    browser = as_member(seller)
    for typed in ("red zeppelin", "Zeppelin  RED", "red zeppelins"):
        assert ask(typed, browser).status_code == 303
    assert rows() == {"red zeppelin": (1, 0), "red zeppelins": (1, 0)}
    ask("red zeppelin", address="10.1.1.1")
    ask("red zeppelin", address="10.1.1.1")
    clock.travel(days=1)
    ask("red zeppelin", browser)
    assert set(rows()) == {"red zeppelin", "red zeppelins"}
    assert sum(row.found_none for row in db.session.query(MissedSearch).filter_by(key="red zeppelin")) == 3


def test_little_is_counted_apart_and_enough_is_not_counted_whatever_the_caller_says(ask, reindex, board):
    make.thread(on=board, title="A zeppelin")
    for number in range(4):
        make.thread(on=board, title=f"Helmet {number}")
    reindex()
    ask("zeppelin")
    ask("helmet", found="0")
    assert rows() == {"zeppelin": (0, 1)}


@pytest.mark.parametrize(
    "typed",
    ["", "x", "by:marina zeppelin", "board:b zeppelin", "price:<5 zeppelin", "has:picture", "-zeppelin", "zepp*",
     "zeppelin -red", "ann@example.org", "call +49 170 1234567", "13812345678", "www.shop.example", "fuck zeppelins",
     "找个傻逼", "marina", "hello Marina Pier", "張三豐",
     "hello Straße", "Anna-Lisa", "z" * 61, "one two three four five six seven", "a.shop.com", "\x00"],
)  # fmt: skip
def test_what_is_filtered_rude_long_or_personal_is_never_counted(ask, typed):
    for name in ("Marina", "張三豐", "Straße", "Anna-Lisa"):
        make.member(username=name)
    assert ask(typed).status_code == 303
    assert rows() == {}
    assert db.session.query(MissedAsker).count() == 0


@pytest.mark.parametrize("typed", ["SE-215", "减肥茶", "茶", "full face helmet", "ＡＢＣ", "iphone 15", "zeppelin 减"])
def test_ordinary_questions_are(ask, typed):
    ask(typed)
    assert list(rows().values()) == [(1, 0)]


def test_nothing_is_kept_of_who_asked_once_the_day_is_over(ask, as_member, seller, clock):
    browser = as_member(seller)
    ask("zeppelin", browser)
    [mark] = db.session.query(MissedAsker)
    assert str(seller.id) != mark.mark
    assert len(mark.mark) == 64
    jobs.forget_askers()
    assert db.session.query(MissedAsker).count() == db.session.query(MissedKey).count() == 1
    clock.travel(days=1)
    jobs.forget_askers()
    db.session.rollback()
    assert db.session.query(MissedAsker).count() == db.session.query(MissedKey).count() == 0
    assert rows() == {"zeppelin": (1, 0)}
    assert set(MissedSearch.__table__.columns.keys()) == {"day", "key", "words", "found_none", "found_few"}
    clock.travel(days=rules.KEPT.days + 1)
    jobs.forget_askers()
    assert rows() == {}


def test_three_different_people_are_needed_on_one_day(ask, as_member, seller, clock):
    one, two = as_member(make.member()), as_member(make.member())
    for _ in range(4):
        ask("zeppelin", one)
        ask("zeppelin", two)
        clock.travel(days=1)
    assert "zeppelin" not in as_member(seller).get("/demand?days=30").text
    for _ in range(2):
        ask("zeppelin", one)
        ask("zeppelin", two)
    ask("zeppelin", as_member(make.member()))
    page = as_member(seller).get("/demand?days=30").text
    assert "zeppelin" in page
    assert '<td class="number">11</td>' in page


def test_the_same_asker_leaves_another_mark_on_another_day(ask, as_member, clock):
    """The key of each day is drawn by chance, so that none can be made again when it is gone."""
    browser, marks = as_member(make.member()), []
    for _day in range(2):
        ask("zeppelin", browser)
        db.session.rollback()
        marks.append({row.mark for row in db.session.query(MissedAsker)})
        clock.travel(days=1)
        jobs.forget_askers()
    assert len(marks[0]) == len(marks[1]) == 1
    assert marks[0] != marks[1]
    assert db.session.query(MissedKey).count() == 0


def test_the_page_counts_by_period_and_links_to_the_search(ask, as_member, seller, clock):
    several(ask, as_member, "zeppelin red")
    clock.travel(days=10)
    several(ask, as_member, "airship", people=14)
    browser = as_member(seller)
    week, month = browser.get("/demand").text, browser.get("/demand?days=30").text
    assert "airship" in week
    assert "zeppelin" not in week
    assert month.index("/search?q=airship") < month.index("/search?q=zeppelin+red")
    assert '<td class="number">14</td>' in month


def test_only_sellers_and_operators_see_the_page(as_member, board, seller, guest):
    closed = make.member(email_verified_at=None)
    banned = make.member(of=board, role="banned")
    assert guest.get("/demand").status_code == 302
    for nobody in (make.member(), closed, banned):
        assert as_member(nobody).get("/demand").status_code == 403
    for somebody in (seller, make.operator()):
        assert as_member(somebody).get("/demand").status_code == 200


def test_wishes_wait_until_somebody_else_answers(as_member, board, seller):
    wisher = make.member()
    waiting = make.thread(on=board, by=wisher, kind="wish", title="A zeppelin, please")
    make.post(to=waiting, by=wisher, body="Nobody?")
    answered = make.thread(on=board, by=wisher, kind="wish", title="A ladder, please")
    make.post(to=answered)
    make.thread(on=board, by=wisher, kind="wish", title="A locked wish", is_locked=True)
    make.thread(on=board, by=wisher, kind="wish", title="A gone wish", deleted_at=now())
    make.thread(on=board, by=wisher, kind="wish", title="An old wish", created_at=now() - timedelta(days=8))
    make.thread(on=make.board("secret"), by=wisher, kind="wish", title="A hidden wish")
    page = as_member(seller).get("/demand").text
    assert "A zeppelin, please" in page
    assert not any(title in page for title in ("A ladder", "A locked", "A gone", "An old", "A hidden"))
    assert "An old wish" in as_member(seller).get("/demand?days=30").text


def test_searches_that_three_keep_are_shown_without_their_names(as_member, seller):
    for number in range(3):
        saved_search(make.member(), "Airship", name=f"My secret name {number}")
        saved_search(make.member(), "by:somebody airship")
        if number:
            saved_search(make.member(), "balloon")
        saved_search(make.member(), "張三豐")
    make.member(username="張三豐")
    for _ in range(3):
        gone = make.member()
        saved_search(gone, "gyroplane")
    with writing():
        gone.is_suspended = True
    page = as_member(seller).get("/demand").text
    assert 'href="/search?q=airship&amp;sort=new">airship</a></td><td class="number">3<' in page
    assert not any(word in page for word in ("somebody", "balloon", "secret name", "张三丰", "gyroplane"))


@pytest.mark.parametrize("access", ["apply", "invite", "secret"])
def test_what_only_a_closed_board_holds_is_missed_like_what_nobody_has(ask, as_member, reindex, access):
    closed = make.board(access)
    insider = make.member(of=closed)
    make.thread(on=closed, by=insider, title="Xylophonquartz")
    reindex()
    outsider, other = as_member(make.member()), as_member(make.member())
    hidden, missing = ask("xylophonquartz", outsider), ask("nonexistentium", other)
    assert rows() == {"xylophonquartz": (1, 0), "nonexistentium": (1, 0)}
    assert (hidden.status_code, hidden.headers["Location"]) == (missing.status_code, missing.headers["Location"])
    pages = [outsider.get(f"/search?q={word}").text.count("missed") for word in ("xylophonquartz", "nonexistentium")]
    assert pages[0] == pages[1] > 0
    ask("xylophonquartz", as_member(insider))
    assert rows()["xylophonquartz"] == (1, 0)  # what is looked for, and found, behind closed doors stays there


def test_without_an_index_or_over_the_limit_the_answer_is_the_same(app, ask, guest, monkeypatch):
    app.extensions["search"].forget()
    assert ask("zeppelin").status_code == 303
    monkeypatch.setitem(app.config["LIMITS"], "missed", "0/minute")
    monkeypatch.setitem(app.extensions, "limit_windows", {})
    assert ask("zeppelin").status_code == 303
    fragment = guest.post("/search/missed", data={"q": "zeppelin"}, headers={"HX-Request": "true"})
    assert "never by whom" in fragment.text
    assert rows() == {}
