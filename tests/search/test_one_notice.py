"""A person hears of a post once, for the nearest of their reasons, whichever part of the worker was first."""

import pytest

from core.db import db, writing
from forum.notices.commands import post_key, read_all, tell
from forum.threads.models import Post, Watch
from search.matching.commands import WISH, tell_shops
from search.saved.finding import FOUND
from tests import make
from tests.conftest import reload
from tests.search.keeping import kinds, notices, opening_of, replied, saved_search, written

KINDS = ["reply", FOUND, WISH, "quoted", "mention"]  # from far to near


@pytest.fixture
def board(app):
    return make.board()


@pytest.fixture
def reader(app):
    return make.member(username="Reader")


@pytest.fixture
def thread(board, reader):
    """One that the reader watches."""
    thread = make.thread(on=board, title="Evening talk")
    make.saved(Watch(thread_id=thread.id, member_id=reader.id, is_on=True))
    return thread


def told(reader, post, kind, **facts):
    thread = db.session.get(Post, post.id).thread_id
    given = {"address": f"/t/{thread}#post-{post.post_no}", "thread_id": thread, "actor_id": post.author_id}
    facts = {"post_no": post.post_no, "search": "x", "what": "post", **facts}
    return tell([reader.id], kind=kind, key=post_key(post.id), facts=facts, gathers=kind == "reply", **given)


def test_a_reply_in_a_watched_thread_that_a_saved_search_finds_is_one_notice(index, as_member, reader, thread, worker):
    saved_search(reader, "helmet")
    post = replied(to=thread, body="I have a helmet")
    replied(to=thread, body="Nothing of the kind")
    worker()

    assert kinds(reader) == [FOUND, "reply"] or kinds(reader) == ["reply", FOUND]
    assert reload(reader).unread_notices == 2
    assert {notice.key for notice in notices(reader)} == {post_key(post.id), post_key(post.id + 1)}
    page = as_member(reader).get("/notices").text
    assert page.count("New for your search “helmet”") == 1
    assert "1 more reply" not in page


def test_who_is_named_hears_that_and_not_that_a_search_found_it(index, reader, thread, worker):
    saved_search(reader, "helmet")
    replied(to=thread, body="A helmet, @Reader?")
    worker()

    assert kinds(reader) == ["mention"]
    assert reload(reader).unread_notices == 1


@pytest.mark.parametrize("first", KINDS)
@pytest.mark.parametrize("second", KINDS)
def test_the_nearer_one_is_told_in_either_order(reader, thread, first, second):
    post = make.post(to=thread)

    told(reader, post, first)
    told(reader, post, second)

    assert kinds(reader) == [max(first, second, key=KINDS.index)]
    assert reload(reader).unread_notices == 1


def test_what_was_read_is_not_told_again_for_a_nearer_reason(reader, thread):
    post = make.post(to=thread)
    told(reader, post, "reply")
    read_all(reader=reader)

    told(reader, post, "mention")

    assert kinds(reader) == ["reply"]
    assert reload(reader).unread_notices == 0


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_notice_that_gathered_several_replies_goes_on_without_the_one(reader, thread, number):
    posts = [make.post(to=thread) for _ in range(3)]
    for post in posts:
        told(reader, post, "reply")
    assert [notice.facts["count"] for notice in notices(reader)] == [3]

    told(reader, posts[number], FOUND)
    told(reader, posts[number], "reply")

    [reply] = notices(reader, "reply")
    assert (reply.facts["count"], len(notices(reader, FOUND))) == (2, 1)
    assert reload(reader).unread_notices == 2
    for post in posts:
        told(reader, post, "reply")
    assert [notice.facts["count"] for notice in notices(reader, "reply")] == [2]


def test_reading_the_post_reads_what_the_search_told_of_it(index, as_member, reader, thread, worker):
    saved_search(reader, "helmet")
    post = replied(to=thread, body="I have a helmet")
    worker()
    assert kinds(reader) == [FOUND]

    as_member(reader).post(f"/t/{thread.id}/read", data={"no": post.post_no})
    worker()

    assert [notice.read_at is not None for notice in notices(reader)] == [True]
    assert reload(reader).unread_notices == 0


def test_a_shop_hears_of_a_wish_once_and_as_a_wish(index, board, reader, worker):
    make.membership(reader, board)
    saved_search(reader, "helmet")
    wish = written(on=board, title="A helmet, please", kind="wish")
    worker()
    assert kinds(reader) == [FOUND]

    wish = db.session.get(type(wish), wish.id, options=[db.joinedload(type(wish).board)], populate_existing=True)
    assert tell_shops(wish, {reader.id: 1.0}) == 1

    assert kinds(reader) == [WISH]
    assert notices(reader)[0].key == post_key(opening_of(wish))
    with writing():
        assert tell_shops(wish, {reader.id: 1.0}) == 0
