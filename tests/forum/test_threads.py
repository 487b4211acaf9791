"""Starting and reading threads."""

import pytest

from core.db import db
from forum.boards.models import Board
from forum.threads.models import Thread, Watch
from tests import make
from tests.conftest import reload


def start(browser, board, **given):
    data = {"title": "Brass grinder", "body": "Look at this **beauty**.", "kind": "talk", "key": "k1"} | given
    return browser.post(f"/b/{board.slug}/new", data=data)


def test_a_thread_starts_with_its_opening_post(app, as_member):
    board = make.board()
    author = make.member(of=board)

    answer = start(as_member(author), board, kind="sale")

    thread = db.session.query(Thread).one()
    assert answer.status_code == 303
    assert answer.location == thread.address == f"/t/{thread.id}/brass-grinder"
    assert (thread.kind, thread.post_count, thread.author_id) == ("sale", 1, author.id)
    assert reload(board).thread_count == 1
    assert reload(author).post_count == 1
    assert [w.member_id for w in db.session.query(Watch)] == [author.id]


def test_a_double_click_starts_one_thread(app, as_member):
    board = make.board()
    browser = as_member(make.member(of=board))

    first, second = start(browser, board), start(browser, board)

    assert first.location == second.location
    assert db.session.query(Thread).count() == 1
    assert reload(board).thread_count == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"title": ""}, "Fill this in."),
        ({"title": "x" * 161}, "This is too long"),
        ({"title": "safe \u202e evil"}, "direction-changing"),
        ({"body": ""}, "Write something first."),
        ({"kind": "auction"}, "Not a valid choice"),
    ],
)
def test_a_form_with_mistakes_comes_back_with_what_was_typed(app, as_member, given, sentence):
    board = make.board()
    browser = as_member(make.member(of=board))

    answer = start(browser, board, **({"title": "Kept title", "body": "Kept body"} | given))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Kept title" in answer.text or "title" in given
    assert "Kept body" in answer.text or "body" in given
    assert db.session.query(Thread).count() == 0


def test_outsiders_of_an_open_board_cannot_start_there(app, as_member):
    board = make.board("open")
    browser = as_member(make.member())

    assert browser.get(f"/b/{board.slug}/new").status_code == 403
    assert start(browser, board).status_code == 403


@pytest.mark.parametrize("access", ["apply", "invite", "secret"])
def test_a_closed_board_has_no_form_for_outsiders(app, as_member, access):
    board = make.board(access)

    assert as_member(make.member()).get(f"/b/{board.slug}/new").status_code == 404


@pytest.mark.parametrize("access", ["apply", "invite", "secret"])
@pytest.mark.parametrize("path", ["/t/{0}", "/t/{0}/a-thread", "/t/{0}/wrong", "/t/{0}/posts/1", "/t/{0}?page=2"])
def test_a_hidden_thread_looks_like_a_missing_one(app, as_member, guest, access, path):
    thread = make.thread(on=make.board(access))

    for browser in (guest, as_member(make.member())):
        hidden = browser.get(path.format(thread.id))
        missing = browser.get(path.format(thread.id + 1000))
        assert hidden.status_code == missing.status_code == 404
        assert "a-thread" not in hidden.headers.get("Location", "")


def test_members_of_a_closed_board_read_its_threads(app, as_member):
    board = make.board("secret")
    thread = make.thread(on=board, title="Among us")

    assert "Among us" in as_member(make.member(of=board)).get(f"/t/{thread.id}").text


def test_who_is_banned_from_a_closed_board_reads_nothing_more(app, as_member):
    board = make.board("apply")
    thread = make.thread(on=board)

    assert as_member(make.member(of=board, role="banned")).get(f"/t/{thread.id}").status_code == 404


def test_an_old_title_in_the_address_leads_to_the_present_one(app, guest):
    thread = make.thread(title="New title")

    answer = guest.get(f"/t/{thread.id}/old-title?page=1")

    assert answer.status_code == 301
    assert answer.location == f"/t/{thread.id}/new-title?page=1"


def test_a_chinese_title_makes_an_address_that_works(app, guest):
    thread = make.thread(title="减肥 心得")

    assert guest.get(thread.address).status_code == 200
    assert guest.get(f"/t/{thread.id}/x").status_code == 301


def test_a_title_cannot_take_the_address_of_another_page(app):
    assert make.thread(title="Sell").address.count("/") == 2


def test_posts_come_in_pages_of_twenty(app, guest):
    thread = make.thread()
    for number in range(2, 43):
        make.post(to=thread, body=f"Number {number}.")

    first, last = guest.get(f"/t/{thread.id}").text, guest.get(f"/t/{thread.id}?page=3").text

    assert 'id="post-1"' in first
    assert 'id="post-20"' in first
    assert 'id="post-21"' not in first
    assert 'id="post-41"' in last
    assert 'id="post-40"' not in last


@pytest.mark.parametrize("page", ["0", "-1", "2", "x", "99999999999999999999", "٣", "1.5", ""])
def test_a_page_that_cannot_be_is_missing(app, guest, page):
    thread = make.thread()

    assert guest.get(f"/t/{thread.id}?page={page}").status_code == 404


@pytest.mark.parametrize("path", ["/t/{0}", "/t/{0}/x", "/t/1/posts/{0}"])
def test_a_number_of_twenty_digits_is_missing(app, guest, path):
    make.thread()

    assert guest.get(path.format(99999999999999999999)).status_code == 404


def test_a_posts_address_leads_to_its_page(app, guest):
    thread = make.thread()
    for _number in range(30):
        make.post(to=thread)

    assert guest.get(f"/t/{thread.id}/posts/25").location == f"/t/{thread.id}/a-thread?page=2#post-25"


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_page_of_posts_costs_the_same_few_statements_whatever_their_number(app, as_member, count_queries, signed_in):
    board = make.board()
    short, long = make.thread(on=board), make.thread(on=board)
    for _number in range(45):
        make.post(to=long, by=make.member(of=board))
    browser = as_member(make.member(of=board) if signed_in else None)

    def statements(address):
        with count_queries() as sent:
            assert browser.get(address).status_code == 200
        return len(sent)

    few, many, deep = (statements(a) for a in (f"/t/{short.id}", f"/t/{long.id}", f"/t/{long.id}?page=2"))
    assert few == many == deep <= 8


def test_the_reply_form_is_for_those_who_may_reply(app, as_member, guest):
    thread = make.thread(on=make.board("open"))
    address = f"/t/{thread.id}"

    assert f'action="{address}/posts"' not in guest.get(address).text
    assert "Sign in to reply" in guest.get(address).text
    assert f'action="{address}/posts"' not in as_member(make.member()).get(address).text
    assert f'action="{address}/posts"' in as_member(make.member(of=thread_board(thread))).get(address).text


def thread_board(thread):
    return db.session.get(Board, thread.board_id)


def test_the_author_is_offered_to_sell_where_the_board_lets_them(app, as_member):
    board = make.board()
    author = make.member(of=board)
    thread = make.thread(on=board, by=author)
    link = f'href="/t/{thread.id}/sell"'

    assert link in as_member(author).get(f"/t/{thread.id}").text
    assert link not in as_member(make.member(of=board)).get(f"/t/{thread.id}").text
