"""Editing, deleting and restoring posts, and the versions that are kept."""

import pytest

from core.clock import now
from core.db import db
from forum.boards.models import ModerationRecord
from forum.pictures.models import Picture
from forum.threads.models import Post, PostEdit
from tests import make
from tests.conftest import reload


@pytest.fixture
def scene(app, as_member):
    """A board with its moderator; a thread with a second post by another author."""
    board = make.board()
    moderator, author = make.member(of=board, role="moderator"), make.member(of=board)
    thread = make.thread(on=board)
    post = make.post(to=thread, by=author, body="First version.")
    return board, thread, post, as_member(author), as_member(moderator)


def test_an_author_edits_and_the_old_text_is_kept(scene):
    _board, thread, post, author, _moderator = scene

    answer = author.post(f"/posts/{post.id}/edit", data={"body": "Second **version**.", "seen": "0"})

    assert answer.location == f"/t/{thread.id}/a-thread#post-2"
    assert reload(post).body == "Second **version**."
    assert "<strong>version</strong>" in post.html
    assert (post.edit_count, post.edited_at is not None) == (1, True)
    assert [e.body for e in db.session.query(PostEdit)] == ["First version."]


def test_saving_without_a_change_leaves_no_version(scene):
    _board, _thread, post, author, _moderator = scene

    author.post(f"/posts/{post.id}/edit", data={"body": "First version.", "seen": "0"})

    assert reload(post).edit_count == 0
    assert db.session.query(PostEdit).count() == 0


def test_two_who_edit_at_once_do_not_overwrite_each_other(scene):
    _board, _thread, post, author, moderator = scene
    moderator.post(f"/posts/{post.id}/edit", data={"body": "By the moderator.", "seen": "0"})

    answer = author.post(f"/posts/{post.id}/edit", data={"body": "By the author.", "seen": "0"})

    assert answer.status_code == 409
    assert "By the author." in answer.text
    assert reload(post).body == "By the moderator."


def test_the_form_shows_the_present_text(scene):
    _board, _thread, post, author, _moderator = scene

    page = author.get(f"/posts/{post.id}/edit").text

    assert "First version.</textarea>" in page
    assert 'name="seen" type="hidden" value="0"' in page


def test_an_empty_text_is_refused_at_the_field(scene):
    _board, _thread, post, author, _moderator = scene

    answer = author.post(f"/posts/{post.id}/edit", data={"body": " "})

    assert answer.status_code == 422
    assert reload(post).body == "First version."


def test_others_cannot_edit_or_delete(scene, as_member):
    board, _thread, post, _author, _moderator = scene
    stranger = as_member(make.member(of=board))

    assert stranger.get(f"/posts/{post.id}/edit").status_code == 403
    assert stranger.post(f"/posts/{post.id}/edit", data={"body": "Mine now"}).status_code == 403
    assert stranger.post(f"/posts/{post.id}/delete").status_code == 403
    assert reload(post).deleted_at is None


def test_a_locked_thread_is_changed_by_moderators_only(app, as_member):
    board = make.board()
    author, moderator = make.member(of=board), make.member(of=board, role="moderator")
    post = make.post(to=make.thread(on=board, is_locked=True), by=author)

    assert as_member(author).post(f"/posts/{post.id}/edit", data={"body": "x"}).status_code == 409
    assert as_member(moderator).post(f"/posts/{post.id}/edit", data={"body": "x"}).status_code == 303


def test_who_was_banned_changes_nothing_more(app, as_member):
    board = make.board()
    author = make.member(of=board, role="banned")
    post = make.post(to=make.thread(on=board), by=author)

    assert as_member(author).post(f"/posts/{post.id}/edit", data={"body": "x"}).status_code == 403
    assert as_member(author).post(f"/posts/{post.id}/delete").status_code == 403


@pytest.mark.parametrize("path", ["edit", "history", "delete", "restore"])
def test_posts_of_a_hidden_thread_look_missing(app, as_member, path):
    thread = make.thread(on=make.board("secret"))
    post = db.session.query(Post).filter_by(thread_id=thread.id).one()
    browser = as_member(make.member())
    ask = browser.get if path == "history" else browser.post

    assert ask(f"/posts/{post.id}/{path}").status_code == 404
    assert ask(f"/posts/{post.id + 1000}/{path}").status_code == 404


def test_the_opening_post_carries_title_and_kind(app, as_member):
    author = make.member()
    thread = make.thread(by=author, title="Old title", body="Text")
    post = db.session.query(Post).filter_by(thread_id=thread.id).one()

    data = {"body": "Text", "title": "New title", "kind": "question", "seen": "0"}
    answer = as_member(author).post(f"/posts/{post.id}/edit", data=data)

    assert answer.location == f"/t/{thread.id}/new-title"
    assert (reload(thread).title, thread.kind) == ("New title", "question")
    assert reload(post).edit_count == 0


def test_history_is_for_the_author_and_the_moderators(scene, as_member):
    board, _thread, post, author, moderator = scene
    author.post(f"/posts/{post.id}/edit", data={"body": "Second version.", "seen": "0"})
    address = f"/posts/{post.id}/history"

    assert "First version." in author.get(address).text
    assert "First version." in moderator.get(address).text
    assert as_member(make.member(of=board)).get(address).status_code == 404


def test_an_edit_can_be_previewed_without_javascript(scene):
    _board, _thread, post, author, _moderator = scene

    answer = author.post(f"/posts/{post.id}/preview", data={"body": "A **bold** plan", "seen": "0"})

    assert "<strong>bold</strong>" in answer.text
    assert reload(post).body == "First version."


def test_a_deleted_post_leaves_a_tombstone(scene, guest):
    _board, thread, post, author, _moderator = scene

    answer = author.post(f"/posts/{post.id}/delete")

    assert answer.status_code == 303
    page = guest.get(f"/t/{thread.id}").text
    assert "First version." not in page
    assert "deleted by its author" in page
    assert reload(thread).post_count == 2
    assert db.session.query(ModerationRecord).count() == 0


def test_activity_falls_back_to_the_last_post_that_is_left(scene):
    board, thread, post, author, _moderator = scene
    opening = db.session.query(Post).filter_by(thread_id=thread.id, post_no=1).one()

    author.post(f"/posts/{post.id}/delete")

    assert reload(thread).last_post_at == opening.written_at
    assert thread.last_poster_id == opening.author_id
    assert reload(board).last_post_at == opening.written_at


def test_a_moderators_deletion_is_written_down_with_its_reason(scene, guest):
    board, thread, post, _author, moderator = scene

    moderator.post(f"/posts/{post.id}/delete", data={"reason": "Spam"})

    record = db.session.query(ModerationRecord).one()
    assert (record.board_id, record.action, record.reason) == (board.id, "delete", "Spam")
    assert "deleted by a moderator" in guest.get(f"/t/{thread.id}").text


def test_deleting_twice_counts_once(scene):
    _board, _thread, post, author, _moderator = scene
    writer = db.session.get(type(post), post.id).author_id
    make.member()
    before = db.session.execute(db.text("select post_count from member where id = :id"), {"id": writer}).scalar()

    author.post(f"/posts/{post.id}/delete")
    second = author.post(f"/posts/{post.id}/delete")

    db.session.rollback()
    after = db.session.execute(db.text("select post_count from member where id = :id"), {"id": writer}).scalar()
    assert second.status_code == 404
    assert after == before - 1


def test_deleting_the_opening_post_takes_the_thread_away(app, as_member, guest):
    board = make.board(thread_count=1)
    author, moderator = make.member(of=board), make.member(of=board, role="moderator")
    thread = make.thread(on=board, by=author, title="Regretted")
    post = db.session.query(Post).filter_by(thread_id=thread.id).one()

    answer = as_member(author).post(f"/posts/{post.id}/delete")

    assert answer.location == f"/b/{board.slug}"
    for browser in (guest, as_member(author)):
        assert browser.get(f"/t/{thread.id}").status_code == 404
        assert "Regretted" not in browser.get(f"/b/{board.slug}").text
    assert as_member(moderator).get(f"/t/{thread.id}").status_code == 200
    assert reload(board).thread_count == 0


def test_moderators_bring_a_thread_back(app, as_member, guest):
    board = make.board(thread_count=1)
    author, moderator = make.member(of=board, post_count=1), make.member(of=board, role="moderator")
    thread = make.thread(on=board, by=author)
    post = db.session.query(Post).filter_by(thread_id=thread.id).one()
    as_member(author).post(f"/posts/{post.id}/delete")

    as_member(moderator).post(f"/posts/{post.id}/restore")
    as_member(moderator).post(f"/posts/{post.id}/restore")

    assert guest.get(f"/t/{thread.id}").status_code == 200
    assert reload(board).thread_count == 1
    assert reload(author).post_count == 1


def test_a_thread_that_sells_is_not_deleted_by_its_author(app, as_member):
    author = make.member()
    thread = make.thread(by=author, is_for_sale=True)
    post = db.session.query(Post).filter_by(thread_id=thread.id).one()

    answer = as_member(author).post(f"/posts/{post.id}/delete")

    assert answer.status_code == 409
    assert 'data-code="still_for_sale"' in answer.text


def test_pictures_of_a_deleted_post_are_served_to_nobody_else(scene):
    board, _thread, post, author, moderator = scene
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

    author.post(f"/posts/{post.id}/delete")
    assert reload(picture).board_id is None
    moderator.post(f"/posts/{post.id}/restore")
    assert reload(picture).board_id == board.id


def test_moderators_read_what_a_deleted_post_said(scene):
    _board, _thread, post, author, moderator = scene
    author.post(f"/posts/{post.id}/delete")

    assert "First version." in moderator.get(f"/posts/{post.id}/history").text
    assert author.get(f"/posts/{post.id}/history").status_code == 404
    assert now() > reload(post).deleted_at
