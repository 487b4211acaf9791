"""The front page."""

from datetime import timedelta

import pytest

from core.clock import now
from tests import make


def test_a_guest_sees_what_is_going_on_in_public(app, guest):
    make.thread(on=make.board(thread_count=1, name="Coffee", last_post_at=now()), title="Brass grinder")
    make.thread(on=make.board("open"), title="Open talk")

    page = guest.get("/").text

    assert "Brass grinder" in page
    assert "Open talk" in page
    assert "Coffee" in page


@pytest.mark.parametrize("access", ["apply", "invite", "secret"])
def test_nothing_of_closed_boards_is_on_an_outsiders_front_page(app, guest, as_member, access):
    closed = make.board(access, name="Inner circle", thread_count=3, last_post_at=now())
    make.thread(on=closed, title="Canary")

    for browser in (guest, as_member(make.member()), as_member(make.member(of=closed, role="banned"))):
        assert "Canary" not in browser.get("/").text
        assert "Inner circle" not in browser.get("/").text


def test_an_empty_site_still_welcomes(app, guest):
    answer = guest.get("/")

    assert answer.status_code == 200
    assert 'href="/join"' in answer.text


def test_a_member_sees_their_own_boards_only(app, as_member):
    mine = make.board("secret")
    make.thread(on=mine, title="For us")
    make.thread(title="Elsewhere")

    page = as_member(make.member(of=mine)).get("/").text

    assert "For us" in page
    assert "Elsewhere" not in page


def test_a_member_without_boards_is_shown_the_way_to_them(app, as_member):
    lively = make.board(thread_count=1, name="Coffee", last_post_at=now())

    page = as_member(make.member()).get("/").text

    assert "Find your people" in page
    assert f'href="/b/{lively.slug}"' in page


def test_unread_threads_come_before_livelier_ones_that_were_read(app, as_member, clock):
    board = make.board()
    member = make.member(of=board)
    clock.travel(hours=1)
    make.thread(on=board, title="Unread", last_post_at=now() - timedelta(minutes=5))
    read = make.thread(on=board, title="Just read")
    browser = as_member(member)
    browser.post(f"/t/{read.id}/read", data={"no": "1"})

    page = browser.get("/").text

    assert page.index("Unread</a>") < page.index("Just read</a>")
    assert page.count("thread-row--unread") == 1


@pytest.mark.parametrize("signed_in", [False, True])
def test_home_costs_the_same_few_statements_whatever_is_on_it(app, as_member, count_queries, signed_in):
    board = make.board()
    member = make.member(of=board)
    browser = as_member(member if signed_in else None)

    def statements():
        with count_queries() as sent:
            assert browser.get("/").status_code == 200
        return len(sent)

    make.thread(on=board, by=member)
    few = statements()
    for _number in range(19):
        make.thread(on=board, by=member)
    assert few == statements() <= 8
