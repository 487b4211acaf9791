"""Locking, pinning and moving threads; watching them."""

import pytest

from core.db import db
from forum.boards.models import ModerationRecord
from forum.pictures.models import Picture
from forum.threads.models import Post, Watch
from tests import make
from tests.conftest import reload


@pytest.fixture
def scene(app, as_member):
    board = make.board(thread_count=1)
    moderator = make.member(of=board, role="moderator")
    return board, make.thread(on=board), moderator, as_member(moderator)


@pytest.mark.parametrize(
    ("verb", "field", "value"),
    [("lock", "is_locked", True), ("pin", "is_pinned", True), ("unlock", "is_locked", False)],
)
def test_moderators_lock_and_pin(scene, verb, field, value):
    _board, thread, _moderator, browser = scene

    answer = browser.post(f"/t/{thread.id}/{verb}")

    assert answer.location == thread.address
    assert getattr(reload(thread), field) is value


def test_each_change_is_written_down_once(scene):
    board, thread, moderator, browser = scene

    for verb in ("lock", "lock", "pin", "unpin", "unlock"):
        browser.post(f"/t/{thread.id}/{verb}")

    records = db.session.query(ModerationRecord).order_by(ModerationRecord.id)
    assert [r.action for r in records] == ["lock", "pin", "unpin", "unlock"]
    assert {(r.board_id, r.actor_id) for r in records} == {(board.id, moderator.id)}


@pytest.mark.parametrize("verb", ["lock", "unlock", "pin", "unpin", "move"])
def test_other_members_may_not(scene, as_member, verb):
    board, thread, _moderator, _browser = scene
    browser = as_member(make.member(of=board))

    assert browser.post(f"/t/{thread.id}/{verb}", data={"board": board.slug}).status_code == 403
    assert db.session.query(ModerationRecord).count() == 0


@pytest.mark.parametrize("verb", ["lock", "pin", "move", "watch", "unwatch"])
def test_outsiders_of_a_closed_board_find_nothing(app, as_member, verb):
    thread = make.thread(on=make.board("secret"))

    assert as_member(make.member()).post(f"/t/{thread.id}/{verb}").status_code == 404


def test_a_locked_thread_offers_no_reply(scene, as_member):
    board, thread, _moderator, browser = scene
    browser.post(f"/t/{thread.id}/lock")

    page = as_member(make.member(of=board)).get(f"/t/{thread.id}").text

    assert 'data-code="thread_locked"' in page
    assert f'action="/t/{thread.id}/posts"' not in page


def test_a_moved_thread_obeys_its_new_board_at_once(scene, guest):
    board, thread, moderator, browser = scene
    secret = make.board("secret")
    make.membership(moderator, secret, "moderator")
    post = db.session.query(Post).filter_by(thread_id=thread.id).one()
    picture = make.saved(
        Picture(
            key="abcdef0123456789",
            owner_id=post.author_id,
            board_id=board.id,
            post_id=post.id,
            width=1,
            height=1,
            bytes=1,
        )
    )
    assert guest.get(f"/t/{thread.id}").status_code == 200

    answer = browser.post(f"/t/{thread.id}/move", data={"board": secret.slug})

    assert answer.status_code == 303
    assert guest.get(f"/t/{thread.id}").status_code == 404
    assert reload(picture).board_id == secret.id
    assert (reload(board).thread_count, reload(secret).thread_count) == (0, 1)
    assert (reload(board).last_post_at, reload(secret).last_post_at) == (None, reload(thread).last_post_at)


def test_threads_move_only_between_boards_one_moderates(scene):
    board, thread, moderator, browser = scene
    plain, secret = make.board(), make.board("secret")
    make.membership(moderator, plain)

    assert browser.post(f"/t/{thread.id}/move", data={"board": plain.slug}).status_code == 403
    assert browser.post(f"/t/{thread.id}/move", data={"board": secret.slug}).status_code == 404
    assert browser.post(f"/t/{thread.id}/move", data={"board": "nope"}).status_code == 404
    assert reload(thread).board_id == board.id


def test_the_move_form_offers_only_boards_one_moderates(scene):
    board, thread, moderator, browser = scene
    other = make.board(name="The other place")
    make.membership(moderator, other, "owner")
    make.membership(moderator, make.board(name="Only a member here"))

    page = browser.get(f"/t/{thread.id}/move").text

    assert "The other place" in page
    assert "Only a member here" not in page
    assert f'value="{board.slug}"' not in page


def test_moving_to_where_it_is_changes_nothing(scene):
    board, thread, _moderator, browser = scene

    browser.post(f"/t/{thread.id}/move", data={"board": board.slug})

    assert reload(board).thread_count == 1
    assert db.session.query(ModerationRecord).count() == 0


def test_members_watch_and_stop_watching(app, as_member):
    thread, member = make.thread(), make.member()
    browser = as_member(member)

    browser.post(f"/t/{thread.id}/watch")
    browser.post(f"/t/{thread.id}/watch")
    assert "Stop watching" in browser.get(f"/t/{thread.id}").text
    browser.post(f"/t/{thread.id}/unwatch")

    assert [(w.member_id, w.is_on) for w in db.session.query(Watch)] == [(member.id, False)]


def test_only_moderators_see_the_moderators_menu(scene, as_member, guest):
    board, thread, _moderator, browser = scene

    assert f'action="/t/{thread.id}/lock"' in browser.get(f"/t/{thread.id}").text
    for other in (guest, as_member(make.member(of=board))):
        assert f"/t/{thread.id}/lock" not in other.get(f"/t/{thread.id}").text
