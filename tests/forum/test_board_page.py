"""A board's list of threads."""

import re
from datetime import timedelta

import pytest

from core.clock import now
from tests import make

HTMX = {"HX-Request": "true"}


def titles(answer):
    return re.findall(r'thread-row__title">.*?<a href="[^"]*">([^<]*)</a>', answer.text)


def threads(board, number, **given):
    author = make.member()
    return [
        make.thread(on=board, by=author, title=f"Thread {n}", last_post_at=now(), **given) for n in range(1, number + 1)
    ]


def test_the_liveliest_thread_comes_first_and_pinned_ones_before_it(app, guest):
    board = make.board()
    first, second, _third = threads(board, 3)
    make.thread(on=board, title="Rules", is_pinned=True, last_post_at=now() - timedelta(days=9))
    make.post(to=first)
    make.post(to=second)

    assert titles(guest.get(f"/b/{board.slug}")) == ["Rules", "Thread 2", "Thread 1", "Thread 3"]


def test_new_sorts_by_beginning(app, guest):
    board = make.board()
    first, *_others = threads(board, 3)
    make.post(to=first)

    assert titles(guest.get(f"/b/{board.slug}?sort=new")) == ["Thread 3", "Thread 2", "Thread 1"]


def test_top_sorts_by_posts(app, guest):
    board = make.board()
    first, second, _third = threads(board, 3)
    for thread in (second, second, first):
        make.post(to=thread)

    assert titles(guest.get(f"/b/{board.slug}?sort=top")) == ["Thread 2", "Thread 1", "Thread 3"]


def test_for_sale_shows_only_what_is_for_sale(app, guest):
    board = make.board()
    threads(board, 2)
    make.thread(on=board, title="Grinder", is_for_sale=True)

    assert titles(guest.get(f"/b/{board.slug}?sort=for-sale")) == ["Grinder"]


def test_one_kind_can_be_picked(app, guest):
    board = make.board()
    threads(board, 2)
    make.thread(on=board, title="Why?", kind="question")

    assert titles(guest.get(f"/b/{board.slug}?kind=question")) == ["Why?"]
    assert titles(guest.get(f"/b/{board.slug}?kind=wish")) == []


@pytest.mark.parametrize("sort", ["", "new", "top", "for-sale"])
def test_paging_shows_each_thread_once(app, guest, sort):
    board = make.board()
    threads(board, 60, is_for_sale=True)
    address, shown = f"/b/{board.slug}?sort={sort}", []

    while address:
        answer = guest.get(address)
        shown += titles(answer)
        more = re.search(r'class="more"><a class="button" href="([^"]+)"', answer.text)
        address = more.group(1).replace("&amp;", "&") if more else None

    assert sorted(shown) == sorted(f"Thread {n}" for n in range(1, 61))


def test_a_thread_that_moves_up_between_pages_hides_no_other(app, guest):
    board = make.board()
    rows = threads(board, 30)
    first = guest.get(f"/b/{board.slug}")
    after = re.search(r"after=([\w-]+)", first.text).group(1)
    make.post(to=rows[0])

    rest = titles(guest.get(f"/b/{board.slug}?after={after}"))

    assert rest == [f"Thread {n}" for n in (5, 4, 3, 2)]


def test_htmx_gets_only_the_next_part(app, guest):
    board = make.board()
    threads(board, 30)
    after = re.search(r"after=([\w-]+)", guest.get(f"/b/{board.slug}").text).group(1)

    answer = guest.get(f"/b/{board.slug}?after={after}", headers=HTMX)

    assert "<html" not in answer.text
    assert len(titles(answer)) == 5
    assert 'class="more"' not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "after=junk", "after=" + "A" * 5000, "after=MQ", "after=%00", "after=OTk5OTk5OTk5OTk5OTk5OTk5OTkuMS4x",
        "sort=nope", "kind=auction", "after=%D9%A3", "after=MS4yLi4z", "after=MC45OTk5OTk5OTk5OTk5OTk5OTk5OS4x",
    ],
)  # fmt: skip
def test_junk_in_the_address_is_missing(app, guest, query):
    board = make.board()
    threads(board, 2)

    assert guest.get(f"/b/{board.slug}?{query}").status_code == 404


def test_deleted_threads_are_not_listed(app, guest):
    board = make.board()
    make.thread(on=board, title="Gone", deleted_at=now())

    assert titles(guest.get(f"/b/{board.slug}")) == []


@pytest.mark.parametrize("access", ["apply", "invite"])
def test_a_closed_board_shows_outsiders_its_facade_only(app, guest, as_member, access):
    board = make.board(access, name="Inner circle")
    make.thread(on=board, title="Canary")

    for browser in (guest, as_member(make.member())):
        answer = browser.get(f"/b/{board.slug}?sort=new")
        assert answer.status_code == 200
        assert "Inner circle" in answer.text
        assert "Canary" not in answer.text


def test_a_secret_board_is_missing_for_outsiders(app, guest, as_member):
    board = make.board("secret")

    assert guest.get(f"/b/{board.slug}").status_code == 404
    assert as_member(make.member()).get(f"/b/{board.slug}").status_code == 404
    assert as_member(make.member(of=board)).get(f"/b/{board.slug}").status_code == 200


def test_an_empty_board_invites_to_begin(app, as_member):
    board = make.board()

    assert f'href="/b/{board.slug}/new"' in as_member(make.member(of=board)).get(f"/b/{board.slug}").text


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_board_costs_the_same_few_statements_whatever_its_size(app, as_member, count_queries, signed_in):
    small, large = make.board(), make.board()
    threads(small, 1)
    threads(large, 30)
    member = make.member(of=small)
    make.membership(member, large)
    browser = as_member(member if signed_in else None)

    def statements(board):
        with count_queries() as sent:
            assert browser.get(f"/b/{board.slug}").status_code == 200
        return len(sent)

    assert statements(small) == statements(large) <= 8


def test_a_nul_in_an_address_is_missing_on_every_database(app, guest, as_member):
    thread, browser = make.thread(), as_member(make.member())

    assert guest.get("/b/%00").status_code == 404
    assert browser.post("/b/%00/new", data={"title": "T", "kind": "talk", "body": "b"}).status_code == 404
    assert browser.post("/b/%00/read").status_code == 404
    assert browser.post(f"/t/{thread.id}/move", data={"board": "\x00"}).status_code in (403, 404)
    assert guest.get(f"/t/{thread.id}/%00").status_code == 301
