"""Read marks, without a write on GET."""

import pytest

from core.db import db
from forum.threads.models import ReadMark
from tests import make
from tests.conftest import reload


@pytest.fixture
def scene(app, clock, as_member):
    """A member of a board, then a thread of 25 posts on it."""
    board = make.board()
    member = make.member(of=board)
    clock.travel(hours=1)
    thread = make.thread(on=board)
    for _number in range(24):
        make.post(to=thread)
    return board, member, thread, as_member(member)


def mark(member):
    db.session.rollback()
    return db.session.query(ReadMark.post_no).filter_by(member_id=member.id).scalar()


def test_reading_a_page_writes_nothing(scene):
    _board, member, thread, browser = scene

    browser.get(f"/t/{thread.id}")
    browser.get("/")

    assert mark(member) is None


def test_the_page_tells_its_script_how_far_it_shows(scene):
    _board, _member, thread, browser = scene

    assert f'data-read-url="/t/{thread.id}/read" data-read-no="20"' in browser.get(f"/t/{thread.id}").text
    assert 'data-read-no="25"' in browser.get(f"/t/{thread.id}?page=2").text


def test_a_page_that_is_marked_already_tells_nothing(scene):
    _board, _member, thread, browser = scene
    browser.post(f"/t/{thread.id}/read", data={"no": "25"})

    assert "data-read-url" not in browser.get(f"/t/{thread.id}").text


def test_a_mark_never_goes_back_nor_beyond_the_end(scene):
    _board, member, thread, browser = scene

    assert browser.post(f"/t/{thread.id}/read", data={"no": "20"}).status_code == 204
    browser.post(f"/t/{thread.id}/read", data={"no": "3"})
    assert mark(member) == 20
    browser.post(f"/t/{thread.id}/read", data={"no": "999999999"})
    assert mark(member) == 25


@pytest.mark.parametrize("junk", ["", "x", "-1", "99999999999999999999"])
def test_junk_marks_the_whole_thread_and_breaks_nothing(scene, junk):
    _board, member, thread, browser = scene

    assert browser.post(f"/t/{thread.id}/read", data={"no": junk}).status_code == 204
    assert mark(member) == 25


def test_without_javascript_a_button_marks_the_thread(scene):
    board, member, thread, browser = scene

    answer = browser.post(f"/t/{thread.id}/read")

    assert answer.location == f"/b/{board.slug}"
    assert mark(member) == 25


def test_a_hidden_thread_cannot_be_marked(app, as_member):
    thread = make.thread(on=make.board("secret"))

    assert as_member(make.member()).post(f"/t/{thread.id}/read").status_code == 404


def test_lists_lead_to_the_first_unread_post(scene):
    board, _member, thread, browser = scene
    browser.post(f"/t/{thread.id}/read", data={"no": "20"})

    page = browser.get(f"/b/{board.slug}").text

    assert f'href="/t/{thread.id}/a-thread?page=2#post-21"' in page
    assert "5 new" in page
    assert "New since your last visit" in browser.get(f"/t/{thread.id}?page=2").text


def test_what_was_written_before_joining_is_not_unread(app, as_member, clock):
    board = make.board()
    thread = make.thread(on=board)
    clock.travel(hours=1)
    member = make.member(of=board)

    assert "thread-row--unread" not in as_member(member).get(f"/b/{board.slug}").text
    clock.travel(hours=1)
    make.post(to=thread)
    assert "thread-row--unread" in as_member(member).get(f"/b/{board.slug}").text


def test_a_whole_board_can_be_marked_as_read(scene, clock):
    board, _member, thread, browser = scene
    clock.travel(minutes=1)

    assert browser.post(f"/b/{board.slug}/read").location == f"/b/{board.slug}"

    assert "thread-row--unread" not in browser.get(f"/b/{board.slug}").text
    clock.travel(minutes=1)
    make.post(to=reload(thread))
    assert "thread-row--unread" in browser.get(f"/b/{board.slug}").text


def test_everything_can_be_marked_as_read(scene, clock):
    _board, _member, _thread, browser = scene
    assert "thread-row--unread" in browser.get("/").text
    clock.travel(minutes=1)

    assert browser.post("/read").location == "/"

    assert "thread-row--unread" not in browser.get("/").text


def test_ones_own_reply_is_read(scene):
    board, member, thread, browser = scene

    browser.post(f"/t/{thread.id}/posts", data={"body": "Mine"})

    assert mark(member) == 26
    assert "thread-row--unread" not in browser.get(f"/b/{board.slug}").text


def test_guests_have_no_unread_marks(app, guest):
    thread = make.thread()

    assert "data-read-url" not in guest.get(f"/t/{thread.id}").text
    assert guest.post(f"/t/{thread.id}/read").location.startswith("/login")


def test_the_directory_marks_own_boards_with_something_new(scene, clock):
    board, _member, _thread, browser = scene
    make.thread(on=make.board(name="Not mine"))

    assert browser.get("/boards").text.count(">New</span>") == 1
    clock.travel(minutes=1)
    browser.post(f"/b/{board.slug}/read")
    assert ">New</span>" not in browser.get("/boards").text
