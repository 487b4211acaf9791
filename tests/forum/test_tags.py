"""Tags on threads: typing them, finding by them, and how many threads of a board have each."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from core.db import db, writing
from core.outbox import OutboxRow
from forum.boards.models import ModerationRecord
from forum.threads import commands
from forum.threads.commands import Draft
from forum.threads.models import BoardTag, Post, Thread, ThreadTag
from tests import make
from tests.conftest import reload
from tests.forum.test_board_page import HTMX, titles


def start(board, *tags, title="Tagged", by=None):
    return commands.start(board, author=by or make.member(of=board), draft=Draft("Text", title, tags=tags))


def opening(thread):
    return db.session.scalars(select(Post).filter_by(thread_id=thread.id, post_no=1)).one()


def counts(board):
    db.session.rollback()
    rows = db.session.execute(select(BoardTag.shown, BoardTag.thread_count).filter_by(board_id=board.id))
    return {shown: count for shown, count in rows if count}


def chips(page):
    """The tags on a page, less how many threads have them."""
    return re.findall(r'class="chip chip--tag"[^>]*>([^<]*)', page)


def typed(browser, board, tags, **given):
    return browser.post(f"/b/{board.slug}/new", data={"title": "Tagged", "body": "Text", "tags": tags} | given)


def test_tags_are_typed_with_the_thread_and_lead_to_others_with_them(app, as_member, guest):
    board = make.board()

    answer = typed(as_member(make.member(of=board)), board, "Film Cameras，維修")

    page = guest.get(answer.location).text
    assert chips(page) == ["film-cameras", "維修"]
    assert f'href="/b/{board.slug}?tag=film-cameras"' in page
    assert titles(guest.get(f"/b/{board.slug}?tag=film-cameras")) == ["Tagged"]
    for asked in ("維修", "维修", "FILM-CAMERAS"):
        assert titles(guest.get(f"/b/{board.slug}?tag={asked}")) == ["Tagged"]


@pytest.mark.parametrize(
    ("tags", "sentence"),
    [("1 2 3 4 5 6", "At most 5 tags."), ("y" * 31, "is too long for a tag"), ("\x01", "invisible")],
)
def test_wrong_tags_come_back_at_their_field_with_what_was_typed(app, as_member, tags, sentence):
    board = make.board()

    answer = typed(as_member(make.member(of=board)), board, tags, body="Kept body")

    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'id="tags-error"' in answer.text
    assert "Kept body" in answer.text
    assert db.session.query(Thread).count() == 0


def test_signs_in_tags_stay_signs_in_pages_and_addresses(app, as_member, guest):
    board = make.board()

    page = guest.get(typed(as_member(make.member(of=board)), board, "c++, b&w, <b>x</b>").location).text

    assert chips(page) == ["c++", "b&amp;w", "b-x-b"]
    assert titles(guest.get(f"/b/{board.slug}?tag=c%2B%2B")) == titles(guest.get(f"/b/{board.slug}?tag=b%26w"))


def test_the_author_changes_tags_with_the_opening_post(app, as_member):
    board, author = make.board(), make.member()
    thread = start(board, "film", "repair", by=author)
    form = {"title": "Tagged", "body": "Text", "kind": "talk", "seen": "0"}
    browser = as_member(author)
    assert 'value="film, repair"' in browser.get(f"/posts/{opening(thread).id}/edit").text

    browser.post(f"/posts/{opening(thread).id}/edit", data=form | {"tags": "film, darkroom"})

    assert reload(thread).tags == ["film", "darkroom"]
    assert counts(board) == {"film": 1, "darkroom": 1}


def test_a_form_that_knows_no_tags_leaves_them(app, as_member):
    board, author = make.board(), make.member()
    thread = start(board, "film", by=author)

    as_member(author).post(
        f"/posts/{opening(thread).id}/edit", data={"title": "New title", "body": "Text", "kind": "talk", "seen": "0"}
    )

    assert (reload(thread).title, thread.tags) == ("New title", ["film"])


def test_moderators_tag_without_touching_the_post_and_it_is_written_down(app, as_member):
    board = make.board()
    thread = start(board, "flim")
    moderator = as_member(make.member(of=board, role="moderator"))
    assert 'value="flim"' in moderator.get(f"/t/{thread.id}/tags").text

    answer = moderator.post(f"/t/{thread.id}/tags", data={"tags": "film"})

    assert answer.location == thread.address
    assert (reload(thread).tags, opening(thread).edit_count) == (["film"], 0)
    assert [(row.action, row.reason) for row in db.session.query(ModerationRecord)] == [("tag", "film")]
    assert "tagged" in moderator.get(f"/b/{board.slug}/record").text
    assert moderator.post(f"/t/{thread.id}/tags", data={"tags": "1 2 3 4 5 6"}).status_code == 422


def test_nobody_else_tags_others_threads(app, as_member, guest):
    board = make.board()
    thread = start(board, "film")
    member = as_member(make.member(of=board))

    assert member.get(f"/t/{thread.id}/tags").status_code == 403
    assert member.post(f"/t/{thread.id}/tags", data={"tags": "x"}).status_code == 403
    assert guest.post(f"/t/{thread.id}/tags", data={"tags": "x"}).location.startswith("/login")
    assert reload(thread).tags == ["film"]


def test_the_index_hears_of_new_tags_and_of_nothing_when_they_are_the_same(app, worker):
    board = make.board()
    thread = start(board, "film")
    moderator = make.member(of=board, role="moderator")
    worker()

    def announced(*tags):
        commands.set_tags(thread, tags, actor=moderator)
        found = sorted({row.event for row in db.session.query(OutboxRow)})
        worker()
        return found

    assert announced("film") == []
    assert announced("film", "repair") == ["ThreadChanged"]


def test_a_list_by_tag_is_of_one_board_and_pages_by_key(app, guest):
    board, other, author = make.board(), make.board(), make.member()
    for number in range(30):
        start(board, "film", title=f"Thread {number}", by=author)
    start(board, "repair", title="Not film", by=author)
    start(other, "film", title="Elsewhere", by=author)

    first = guest.get(f"/b/{board.slug}?tag=film")
    more = re.search(r'href="(/b/[^"]*after=[^"]*)"', first.text).group(1).replace("&amp;", "&")
    second = guest.get(more, headers=HTMX)

    assert titles(first) + titles(second) == [f"Thread {number}" for number in reversed(range(30))]
    assert "tag=film" in more
    assert titles(guest.get(f"/b/{board.slug}?tag=film&kind=wish")) == []
    assert titles(guest.get(f"/b/{board.slug}?tag=film&sort=new"))[0] == "Thread 29"
    assert "Nothing of this kind here" in guest.get(f"/b/{board.slug}?tag=unknown").text


def test_a_board_shows_what_most_of_its_threads_are_tagged_with(app, guest):
    board, author = make.board(), make.member()
    for tags in (("film", "repair"), ("film",), ("film", "darkroom", "repair")):
        start(board, *tags, by=author)

    page = guest.get(f"/b/{board.slug}").text.split("<ol")[0]

    assert [tag.strip() for tag in chips(page)] == ["film", "repair", "darkroom"]
    assert 'aria-current="true">darkroom' in guest.get(f"/b/{board.slug}?tag=Darkroom").text


def test_a_board_page_costs_the_same_however_many_tags_there_are(app, guest, count_queries):
    board, author = make.board(), make.member()
    start(board, by=author)
    with count_queries() as few:
        guest.get(f"/b/{board.slug}")
    for number in range(20):
        start(board, *(f"tag{number}-{n}" for n in range(5)), by=author)
    with count_queries() as many:
        page = guest.get(f"/b/{board.slug}").text

    assert len(many) == len(few)
    assert len(chips(page.split("<ol")[0])) == 12


def test_the_field_offers_the_boards_own_tags(app, as_member):
    board, author = make.board(), make.member()
    start(board, "film", by=author)
    start(make.board(), "elsewhere", by=author)

    page = as_member(author).get(f"/b/{board.slug}/new").text

    assert '<option value="film">' in page
    assert "elsewhere" not in page


def test_a_tag_is_shown_as_its_thread_wrote_it_and_counted_as_one(app, guest):
    board = make.board()
    thread = start(board, "減肥")
    other = start(board, "减肥")

    assert counts(board) == {"減肥": 2}
    assert chips(guest.get(other.address).text) == ["减肥"]
    assert len(titles(guest.get(f"/b/{board.slug}?tag=减肥"))) == 2
    owner = make.member(of=board, role="owner")
    for gone in (thread, other):
        commands.delete(opening(gone), actor=owner)
    start(board, "减肥")
    assert counts(board) == {"减肥": 1}


def test_deleting_restoring_and_moving_keep_the_counts_right(app):
    board, other = make.board(), make.board()
    owner = make.member(of=board, role="owner")
    make.membership(owner, other, "owner")
    thread, post = start(board, "film", "repair"), None
    post = opening(thread)
    start(board, "film")

    commands.delete(post, actor=owner)
    assert counts(board) == {"film": 1}
    commands.move(thread, other, actor=owner)
    assert (counts(board), counts(other)) == ({"film": 1}, {})
    commands.restore(post, actor=owner)
    assert (counts(board), counts(other)) == ({"film": 1}, {"film": 1, "repair": 1})
    commands.move(thread, board, actor=owner)
    assert (counts(board), counts(other)) == ({"film": 2, "repair": 1}, {})
    assert {row.board_id for row in db.session.query(ThreadTag)} == {board.id}


def test_twenty_threads_with_the_same_new_tag_at_once_are_counted(app):
    board, authors = make.board(), [make.member() for _ in range(4)]

    def write(number):
        with app.app_context():
            tags = ("film", "repair") if number % 2 else ("repair", "film")
            start(board, *tags, title=f"Thread {number}", by=authors[number % 4])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(20)))

    assert counts(board) == {"film": 20, "repair": 20}


def test_recount_mends_the_tags_of_boards(app):
    board = make.board()
    start(board, "film", "repair")
    with writing():
        db.session.execute(db.text("update board_tag set thread_count = 7 where tag = 'film'"))
        db.session.execute(db.text("delete from board_tag where tag = 'repair'"))
        db.session.execute(db.text("update board set thread_count = 1, member_count = 1"))

    def run(*arguments):
        return app.test_cli_runner().invoke(args=["recount", *arguments])

    assert "board_tag.thread_count   2 wrong" in run("--check").output
    assert "board_tag.thread_count   2 wrong" in run().output
    assert counts(board) == {"film": 1, "repair": 1}
    assert run("--check").exit_code == 0
