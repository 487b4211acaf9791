"""Previewing and quoting posts, and where else they show."""

import pytest

from core.db import db, writing
from core.slots import fill
from forum.members.models import Guest
from forum.pictures.models import Picture
from forum.threads import commands
from forum.threads.commands import Draft
from tests import make
from tests.conftest import reload

HTMX = {"HX-Request": "true"}


def picture(owner, **given):
    return make.saved(
        Picture(**{"key": "abcdef0123456789", "owner_id": owner.id, "width": 800, "height": 600, "bytes": 9, **given})
    )


def test_the_preview_is_what_the_post_will_look_like(app, as_member):
    make.member(username="marina")

    answer = as_member(make.member()).post("/preview", data={"body": "**Hi** @marina"}, headers=HTMX)

    assert answer.status_code == 200
    assert "<strong>Hi</strong>" in answer.text
    assert 'href="/m/marina"' in answer.text
    assert "<html" not in answer.text


def test_a_preview_of_nothing_says_so(app, as_member):
    answer = as_member(make.member()).post("/preview", data={"body": " "}, headers=HTMX)

    assert answer.status_code == 422
    assert "Write something first." in answer.text


def test_the_preview_without_javascript_keeps_the_text_and_posts_nothing(app, as_member):
    thread = make.thread()

    answer = as_member(make.member()).post(f"/t/{thread.id}/preview", data={"body": "A **bold** plan"})

    assert answer.status_code == 200
    assert "<strong>bold</strong>" in answer.text
    assert "A **bold** plan</textarea>" in answer.text
    assert reload(thread).post_count == 1


def test_a_new_thread_can_be_previewed_too(app, as_member):
    board = make.board()
    data = {"title": "Kept title", "kind": "wish", "body": "A **bold** plan"}

    answer = as_member(make.member(of=board)).post(f"/b/{board.slug}/preview", data=data)

    assert "<strong>bold</strong>" in answer.text
    assert "Kept title" in answer.text
    assert reload(board).thread_count == 0


def test_the_preview_of_a_hidden_thread_is_missing(app, as_member):
    thread = make.thread(on=make.board("secret"))

    assert as_member(make.member()).post(f"/t/{thread.id}/preview", data={"body": "x"}).status_code == 404


def test_quoting_prefills_the_form_with_a_link_to_the_post(app, as_member):
    author = make.member(username="otto")
    thread = make.thread(by=author, body="First line.\n\n> somebody else\n\nSecond line.")

    page = as_member(make.member()).get(f"/t/{thread.id}?quote=1").text

    assert f"&gt; @otto [#1](/t/{thread.id}/posts/1)\n&gt;\n&gt; First line.\n&gt;\n&gt; Second line." in page
    assert "somebody else</textarea>" not in page
    assert 'name="reply_to" type="hidden" value="1"' in page


@pytest.mark.parametrize("quote", ["0", "99", "x", "99999999999999999999"])
def test_quoting_what_is_not_there_quotes_nothing(app, as_member, quote):
    thread = make.thread()

    answer = as_member(make.member()).get(f"/t/{thread.id}?quote={quote}")

    assert answer.status_code in (200, 404)
    assert "&gt; @" not in answer.text


def test_a_deleted_post_cannot_be_quoted(app, as_member):
    moderator = make.member(role="member")
    thread = make.thread(by=moderator)
    post = make.post(to=thread, by=moderator, body="regretted words")
    commands.delete(post, actor=moderator)

    assert "regretted" not in as_member(make.member()).get(f"/t/{thread.id}?quote=2").text


def test_an_answer_says_to_which_post(app, as_member):
    thread, author = make.thread(), make.member()

    as_member(author).post(f"/t/{thread.id}/posts", data={"body": "To you", "reply_to": "1"})

    assert "to #1" in as_member(None).get(f"/t/{thread.id}").text


def test_a_post_takes_the_authors_pictures_to_its_board(app):
    board = make.board()
    author = make.member(of=board)
    own = picture(author)

    thread = commands.start(board, author=author, draft=Draft(f"Look: ![]({own.address})", "Photo"))

    assert (reload(own).board_id, own.post_id is not None) == (board.id, True)
    html = as_html(thread)
    assert 'width="800" height="600"' in html
    assert f'src="{own.address}/large"' in html


def as_html(thread):
    return db.session.execute(db.text("select html from post where thread_id = :id"), {"id": thread.id}).scalar()


def test_a_post_does_not_take_other_peoples_pictures(app):
    theirs = picture(make.member())

    commands.reply(make.thread(), author=make.member(), draft=Draft(f"![]({theirs.address})"))

    assert (reload(theirs).board_id, theirs.post_id) == (None, None)


def test_a_picture_of_a_closed_board_stays_there_when_shown_elsewhere(app):
    closed = make.board("secret")
    author = make.member(of=closed)
    own = picture(author, board_id=closed.id, post_id=1 and make_post_id(closed, author))

    commands.reply(make.thread(), author=author, draft=Draft(f"![]({own.address})"))

    assert reload(own).board_id == closed.id


def make_post_id(board, author):
    thread = make.thread(on=board, by=author)
    return db.session.execute(db.text("select id from post where thread_id = :id"), {"id": thread.id}).scalar()


def test_a_profile_shows_only_the_posts_that_the_viewer_may_read(app):
    closed = make.board("secret")
    author = make.member(of=closed)
    make.thread(on=closed, by=author, title="Among us", body="hidden words")
    make.thread(by=author, title="In the open", body="Some **bold** words.")

    shown = fill("member.show", author, Guest())["recent_posts"]
    inside = fill("member.show", author, make.member(of=closed))["recent_posts"]

    assert [(card.title, card.excerpt) for card in shown] == [("In the open", "Some bold words.")]
    assert {card.title for card in inside} == {"Among us", "In the open"}


def test_deleted_posts_are_not_in_the_profile(app):
    author = make.member()
    thread = make.thread(by=author)
    with writing():
        db.session.execute(db.text("update thread set deleted_at = created_at where id = :id"), {"id": thread.id})

    assert fill("member.show", author, Guest())["recent_posts"] == []


def test_a_message_shows_the_post_it_is_about_if_its_reader_may_see_it(app):
    closed = make.board("secret")
    member = make.member(of=closed)
    hidden, open_ = make_post_id(closed, member), make_post_id(make.board(), member)
    abouts = [f"post:{hidden}", f"post:{open_}", "post:x", "product:1", "post:99999999999999999999"]

    outside = fill("message.about", abouts, make.member())["post_by_about"]
    inside = fill("message.about", abouts, member)["post_by_about"]

    assert set(outside) == {f"post:{open_}"}
    assert set(inside) == {f"post:{hidden}", f"post:{open_}"}
