"""What is out of sight is out of every answer of search at once, before the worker and after it: moved, deleted,
rewritten, renamed, closed, banned."""

import pytest

from core.db import db, writing
from core.outbox import OutboxRow, announce
from forum.boards.commands import joining, roles
from forum.boards.events import BoardChanged
from forum.boards.models import Board
from forum.members.commands import profiles
from forum.members.events import MemberChanged
from forum.members.models import Member
from forum.threads.commands import moderating
from forum.threads.commands import writing as threads
from forum.threads.commands.drafts import Draft
from forum.threads.events import PostDeleted
from forum.threads.models import Post
from search import unsettled
from shop.products import commands as products
from shop.products.models import Product
from tests import make

CANARY = "xylophonquartz"
MISSPELT = "xylophonquertz"


@pytest.fixture
def staff(app):
    return make.member(username="staff")


@pytest.fixture
def board(staff):
    board = make.board(name="Music", slug="music")
    make.membership(staff, board, "owner")
    return board


@pytest.fixture
def thread(index, reindex, board):
    """Opening, replies and offer say the canary, all by one author; another thread says nothing of it."""
    author = make.member(username="ann", of=board)
    thread = make.thread(on=board, by=author, title=f"{CANARY} thread", body=f"the {CANARY} here", tags=[CANARY])
    for number in range(3):
        make.post(to=thread, by=author, body=f"{CANARY} reply {number}")
    make.offer(thread=thread, by=author, product={"title": f"{CANARY} offered"})
    make.thread(on=board, title="Something else", body="nothing of it")
    reindex()
    return thread


def surfaces(client):
    """Everything that search says to a browser about the canary: name of the surface -> text."""
    said = {tab: client.get(f"/search?q={CANARY}&in={tab}").text for tab in ("posts", "people", "products", "boards")}
    said |= {"completed": client.get("/search/suggest?q=xylo").text}
    said |= {"tag": client.get(f"/search?q=tag:{CANARY}").text}
    said |= {"meant": client.get(f"/search?q={MISSPELT}").text}
    return said


def shown(client):
    """The surfaces that let on that there is such a word, person or thing."""
    said, found = surfaces(client), set()
    for name, text in said.items():
        assert "being rebuilt" not in text
        counted = 'tabs__count">' in text and any(f'tabs__count">{number}<' in text for number in range(1, 9))
        marked = f"{CANARY}</mark>" in text or f"{CANARY} thread" in text or "/m/ann" in text
        suggested = name in ("completed", "meant") and CANARY in text
        if counted or marked or suggested:
            found.add(name)
    return found


def opening(thread):
    return db.session.scalar(db.select(Post).filter_by(thread_id=thread.id, post_no=1))


def move_away(thread, staff):
    secret = make.board("secret", name="Hidden room", slug="hidden")
    make.membership(staff, secret, "owner")
    with writing():
        announce(BoardChanged(secret.id))
    moderating.move(thread, secret, actor=staff)


def delete_thread(thread, staff):
    moderating.delete(opening(thread), actor=staff)


def delete_posts(thread, staff):
    for post in db.session.scalars(db.select(Post).filter_by(thread_id=thread.id).order_by(Post.post_no.desc())).all():
        moderating.delete(post, actor=staff, reason="spam")


def rewrite(thread, staff):
    """Word by word: the opening with title and tags, the replies, the offer."""
    author = db.session.get(Member, thread.author_id)
    for post in db.session.scalars(db.select(Post).filter_by(thread_id=thread.id)).all():
        threads.edit(post, editor=author, draft=Draft(body="other words", title="Another title", tags=()))
    product = db.session.scalar(db.select(Product).filter_by(thread_id=thread.id))
    products.close(product, seller=author)


def make_secret(thread, staff):
    with writing():
        board = db.session.get(Board, thread.board_id)
        board.access, board.read_level = "secret", 2


HIDDEN = [move_away, delete_thread, delete_posts, rewrite, make_secret]


@pytest.mark.parametrize("hide", HIDDEN)
def test_what_is_hidden_is_nowhere_before_the_worker_and_after_it(thread, staff, guest, worker, app, hide):
    assert shown(guest) == {"posts", "people", "products", "boards", "completed", "tag", "meant"}

    hide(thread, staff)
    assert shown(guest) == set()
    worker()
    assert shown(guest) == set()
    verified = app.test_cli_runner().invoke(args=["search", "verify"])
    assert "Index and database agree" in verified.output, verified.output


def test_the_banned_see_nothing_more_of_a_closed_board(index, reindex, staff, worker, as_member):
    board = make.board("invite", name="The club", slug="club")
    make.membership(staff, board, "owner")
    ann, bob = make.member(username="ann", of=board), make.member(username="bob", of=board)
    make.thread(on=board, by=ann, title=f"{CANARY} thread", body=CANARY)
    reindex()
    client = as_member(bob)
    assert {"posts", "people", "completed", "meant"} <= shown(client)

    roles.set_role(board, actor=staff, target=bob, role="banned", reason="rude")
    assert shown(client) == set()
    worker()
    assert shown(client) == set()


@pytest.mark.parametrize("out", ["on the site", "on the board", "suspended", "blocked"])
def test_people_who_are_out_are_not_named_before_the_worker_and_after_it(thread, board, worker, as_member, out):
    ann, viewer = db.session.get(Member, thread.author_id), make.member()
    client = as_member(viewer)
    assert "/m/ann" in client.get(f"/search?q={CANARY}&in=people").text

    if out == "on the site":
        profile = profiles.Profile(about="", interests="", language=None, is_findable=False)
        profiles.save_profile(ann, profile)
    elif out == "on the board":
        joining.set_findable(board, member=ann, is_findable=False)
    elif out == "suspended":
        profiles.suspend(ann)
    else:
        profiles.block(viewer, ann)
    for _ in range(2):
        page = client.get(f"/search?q={CANARY}&in=people").text
        assert "/m/ann" not in page
        assert 'People <span class="tabs__count">0<' in page
        worker()


def test_a_renamed_member_and_board_are_not_found_by_the_old_name(thread, board, worker, guest):
    ann = db.session.get(Member, thread.author_id)
    with writing():
        ann.username, ann.username_lower = "newname", "newname"
        announce(MemberChanged(ann.id))
    make.saved(board)
    for _ in range(2):
        assert "/m/newname" not in guest.get("/search?q=ann&in=people").text
        worker()
    assert "/m/newname" in guest.get("/search?q=newname&in=people").text


def test_what_is_restored_or_moved_back_is_found_again_after_the_worker(thread, staff, guest, worker):
    delete_thread(thread, staff)
    worker()
    moderating.restore(opening(thread), actor=staff)
    worker()
    assert "posts" in shown(guest)


def test_other_threads_are_found_meanwhile(thread, staff, guest):
    move_away(thread, staff)
    assert "Something else" in guest.get("/search?q=nothing").text.replace("<mark>", "").replace("</mark>", "")


def test_with_too_much_not_indexed_yet_the_database_answers(thread, guest, worker, monkeypatch):
    monkeypatch.setattr(unsettled, "MOST", 3)
    with writing():
        announce(*(PostDeleted(number) for number in range(9_000, 9_004)))
    page = guest.get(f"/search?q={CANARY}")
    assert (page.status_code, "being rebuilt" in page.text) == (200, True)
    assert CANARY not in guest.get("/search/suggest?q=xylo").text.split("data-threads")[0].replace("q=xylo", "")
    worker()
    assert "being rebuilt" not in guest.get(f"/search?q={CANARY}").text


def test_asking_costs_no_statement_more_while_something_waits(thread, staff, guest, count_queries):
    def cost():
        with count_queries() as sent:
            guest.get(f"/search?q={CANARY}&in=people")
        return len(sent)

    before = cost()
    move_away(thread, staff)
    assert cost() <= before
    assert db.session.query(OutboxRow).filter_by(consumer=unsettled.INDEXER).count()
