"""Text that is an attack, a mistake, or merely long: refused in words, the typed text kept."""

import pytest

from core.db import db
from forum.threads.models import Post, Thread
from tests import make
from tests.conftest import reload

BAD = {
    "a letter too long": ("x" * 100_001, "at most 100000 characters"),
    "a NUL byte": ("before \x00 after", "control characters"),
    "an escape sequence": ("before \x1b[31m after", "control characters"),
    "quotes 10,000 deep": (">" * 10_000 + " hello", "nested too deep"),
    "spaced quotes 10,000 deep": ("> " * 10_000 + "hello", "nested too deep"),
    "brackets without end": ("[" * 50_000, "formatting mark too many times"),
    "only white space": (" \n\t ", "Write something first."),
}


@pytest.mark.parametrize("what", BAD)
def test_a_reply_with(app, as_member, what):
    body, sentence = BAD[what]
    thread = make.thread()

    answer = as_member(make.member()).post(f"/t/{thread.id}/posts", data={"body": body})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert reload(thread).post_count == 1


@pytest.mark.parametrize("what", BAD)
def test_an_opening_post_with(app, as_member, what):
    body, sentence = BAD[what]
    board = make.board()

    answer = as_member(make.member()).post(f"/b/{board.slug}/new", data={"title": "T", "kind": "talk", "body": body})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.query(Thread).count() == 0


@pytest.mark.parametrize("what", BAD)
def test_an_edit_or_a_preview_with(app, as_member, what):
    body, sentence = BAD[what]
    author = make.member()
    thread = make.thread(by=author, body="As it was.")
    post = db.session.query(Post).filter_by(thread_id=thread.id).one()
    data = {"title": "T", "kind": "talk", "body": body}

    edited = as_member(author).post(f"/posts/{post.id}/edit", data=data)
    previewed = as_member(author).post("/preview", data=data)

    assert (edited.status_code, previewed.status_code) == (422, 422)
    assert sentence in edited.text
    assert sentence in previewed.text
    assert reload(post).body == "As it was."


@pytest.mark.parametrize("title", ["a\u202eb", "a\u2066b", "a\x00b", "a\x1bb", "\u200f", "x" * 161, "   "])
def test_a_title_that_hides_something_is_refused(app, as_member, title):
    board = make.board()

    answer = as_member(make.member()).post(f"/b/{board.slug}/new", data={"title": title, "kind": "talk", "body": "b"})

    assert answer.status_code == 422
    assert db.session.query(Thread).count() == 0


def test_the_longest_text_is_taken(app, as_member):
    thread = make.thread()

    answer = as_member(make.member()).post(f"/t/{thread.id}/posts", data={"body": "word " * 19_999 + "word"})

    assert answer.status_code == 303


@pytest.mark.parametrize(
    "data",
    [
        {"body": "ok", "reply_to": "99999999999999999999"},
        {"body": "ok", "reply_to": "-1"},
        {"body": "ok", "reply_to": "2"},
        {"body": "ok", "last_no": "99999999999999999999"},
        {"body": "ok", "key": ""},
        {"body": "ok", "post_no": "7", "author_id": "1", "deleted_at": "now"},
        {"body": ["ok", "second"]},
    ],
)
def test_odd_hidden_fields_change_nothing(app, as_member, data):
    thread, author = make.thread(), make.member()

    answer = as_member(author).post(f"/t/{thread.id}/posts", data=data)

    post = db.session.query(Post).filter_by(post_no=2).one()
    assert answer.status_code == 303
    assert (post.author_id, post.body, post.reply_to_no) == (author.id, "ok", None)


def test_a_key_that_is_too_long_is_refused(app, as_member):
    thread = make.thread()

    answer = as_member(make.member()).post(f"/t/{thread.id}/posts", data={"body": "Kept", "key": "k" * 65})

    assert answer.status_code == 422
    assert "Kept" in answer.text


def test_one_members_key_means_nothing_to_another(app, as_member):
    thread = make.thread()

    for _number in range(2):
        as_member(make.member()).post(f"/t/{thread.id}/posts", data={"body": "Hello", "key": "same"})

    assert reload(thread).post_count == 3


@pytest.mark.parametrize("number", ["99999999999999999999", "0", "-1", "x"])
@pytest.mark.parametrize("path", ["/posts/{}/edit", "/posts/{}/history", "/t/{}/move"])
def test_ids_that_cannot_be_are_missing(app, as_member, path, number):
    assert as_member(make.member()).get(path.format(number)).status_code == 404
