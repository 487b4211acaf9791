"""Search on bad days, on each engine, as visitors, the worker and the operator see it."""

import random

import pytest
from sqlalchemy.exc import OperationalError

from core.db import db, writing
from core.outbox import OutboxRow, announce
from forum.members.models import Member
from forum.threads.events import PostDeleted, PostEdited, PostWritten, ThreadChanged
from forum.threads.models import Post, Thread
from search import consumers, documents
from search.engine import Busy
from tests import make
from tests.search.breaking import killed

PAGES = ("/", "/search?q=helmet", "/search?q=helmt&in=people", "/search?q=helmet&in=products", "/search/suggest?q=helm")


def run(app, *words):
    return app.test_cli_runner().invoke(args=["search", *words])


def agrees(app):
    done = run(app, "verify")
    return done.exit_code == 0 or done.output


@pytest.fixture
def thread(index, reindex):
    thread = make.thread(title="Helmets", body="which helmet?")
    make.offer(thread=thread, by=make.member(), product={"title": "A helmet"})
    reindex()
    return thread


def replied(thread, body):
    return make.post(to=thread, by=db.session.get(Member, thread.author_id), body=body)


def healthy(guest, thread):
    for address in PAGES:
        page = guest.get(address)
        assert page.status_code == 200
        assert "being rebuilt" not in page.text, address
    return "<mark>helmet</mark>" in guest.get("/search?q=helmet").text


def test_given_up_the_pages_stay_up_say_so_and_the_worker_heals_it(thread, index, guest, app):
    assert healthy(guest, thread)
    index.forget()

    for address in PAGES:
        assert guest.get(address).status_code == 200, address
    page = guest.get("/search?q=helmet").text
    assert "being rebuilt" in page
    assert f"/t/{thread.id}/" in page
    assert run(app, "verify").exit_code == run(app, "status").exit_code == 1

    consumers.heal()
    assert healthy(guest, thread)
    assert agrees(app) is True


def test_a_disk_that_is_full_loses_no_event(thread, index, guest, app, worker, clock, monkeypatch):
    def full(*_given):
        raise OSError(28, "No space left on device")

    post = replied(thread, "a visor")
    with monkeypatch.context() as patched:
        patched.setattr(type(index), "apply", full)
        with writing():
            announce(PostWritten(post.id))
        worker(may_fail=True)
        assert healthy(guest, thread)
        assert "#post-2" not in guest.get("/search?q=visor").text
    clock.travel(seconds=3)
    worker()
    assert "#post-2" in guest.get("/search?q=visor").text
    assert agrees(app) is True


def test_a_rebuild_that_fails_is_tried_again(thread, index, guest, app, monkeypatch):
    index.forget()
    with monkeypatch.context() as patched:
        patched.setattr(documents, "_post_documents", lambda rows: (_ for _ in ()).throw(OSError(28, "No space left")))
        with pytest.raises(OSError, match="No space"):
            consumers.heal()
    assert "being rebuilt" in guest.get("/search?q=helmet").text
    consumers.heal()
    assert healthy(guest, thread)


@pytest.mark.parametrize("back", [1, 3_600, 10 * 365 * 86_400])
def test_a_clock_that_is_set_back_changes_nothing(thread, index, guest, app, worker, clock, back):
    clock.travel(seconds=-back)
    post = replied(thread, "a visor")
    with writing():
        announce(PostWritten(post.id), ThreadChanged(thread.id))
    worker()
    assert "#post-2" in guest.get("/search?q=visor").text
    assert "#post-2" in guest.get("/search?q=visor&sort=new").text
    assert healthy(guest, thread)
    assert agrees(app) is True


def change(kind, thread, post, posts):
    """One change of the database, and its events, which nobody has handed over yet."""
    if kind == "write":
        posts.append(make.post(to=thread, body=f"helmet number{len(posts)}"))
        return [PostWritten(posts[-1].id)]
    where = make.board().id if kind == "move" else thread.board_id
    with writing():
        post, thread = db.session.get(Post, post.id), db.session.get(Thread, thread.id)
        if kind == "edit":
            post.html = f"{post.html}<p>edited</p>"
        elif kind == "delete":
            post.deleted_at = None if post.deleted_at else post.written_at
        elif kind == "rename":
            thread.title = f"{thread.title} again"
        thread.board_id = where
    if kind in ("move", "rename"):
        return [ThreadChanged(thread.id)]
    return [PostDeleted(post.id) if kind == "delete" else PostEdited(post.id)]


@pytest.mark.parametrize("seed", range(4))
def test_events_may_come_twice_late_and_in_any_order(index, reindex, app, worker, seed):
    """Each is handed over at once, later, or both; in the end index and database agree."""
    chance = random.Random(seed)
    thread = make.thread(body="helmet")
    posts, late = [make.post(to=thread, body="the first helmet")], []
    reindex()
    for _ in range(12):
        kind = chance.choice(["write", "edit", "delete", "move", "rename"])
        for event in change(kind, thread, chance.choice(posts), posts):
            at_once = chance.random() < 0.5
            late += [event] * (chance.randrange(1, 3) if not at_once else chance.randrange(2))
            with writing():
                announce(*[event] * at_once)
        if chance.random() < 0.3:
            worker()
    chance.shuffle(late)
    with writing():
        announce(*late)
    worker()
    told = run(app, "verify").output.split("boards:")[0]
    assert not [word for word in ("missing", "outdated", "left over") if word in told], told


def test_an_event_that_was_taken_but_not_crossed_off_comes_again_and_does_no_harm(thread, index, app, worker):
    """As after `kill -9` between the commit of the index and that of the outbox."""
    post = replied(thread, "a visor")
    consumers.index([PostWritten(post.id)])
    with writing():
        announce(PostWritten(post.id))
    worker()
    assert agrees(app) is True
    assert db.session.query(OutboxRow).filter_by(consumer="search.index").count() == 0


def test_search_goes_on_while_the_index_is_made_anew(thread, index, guest, app, worker):
    seen = []

    def watched():
        for document in documents.every():
            seen.append(healthy(guest, thread))
            if len(seen) == 2:
                post = replied(thread, "written meanwhile, a visor")
                with writing():
                    announce(PostWritten(post.id), ThreadChanged(thread.id))
                worker()
                assert "#post-2" in guest.get("/search?q=visor").text
            yield document

    index.rebuild(watched(), documents.some)
    assert len(seen) > 3
    assert all(seen)
    assert "#post-2" in guest.get("/search?q=visor").text
    assert agrees(app) is True


def test_a_rebuild_says_how_far_it_is(thread, app):
    for number in range(20):
        make.post(to=thread, body=f"helmet {number}")
    done = run(app, "rebuild")
    assert done.exit_code == 0
    assert "Indexing: 4 of about " in done.output
    assert "Putting the parts together" in done.output
    assert "documents in" in done.output


def test_a_rebuild_by_hand_beside_another_says_so_and_does_nothing(thread, index, app, monkeypatch):
    def busy(*_given):
        raise Busy("Another process is rebuilding the index.")

    with monkeypatch.context() as patched:
        patched.setattr(type(index), "rebuild", busy)
        done = run(app, "rebuild")
    assert (done.exit_code, "Another process" in done.output) == (1, True)
    assert agrees(app) is True


def test_a_rebuild_stopped_by_hand_leaves_the_index_in_use(thread, index, guest, app, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(documents, "_board_document", lambda row: (_ for _ in ()).throw(KeyboardInterrupt))
        done = run(app, "rebuild")
    assert (done.exit_code, "same as before" in done.output) == (130, True)
    assert healthy(guest, thread)
    assert agrees(app) is True
    assert run(app, "rebuild").exit_code == 0


@pytest.mark.engine("whoosh")
def test_a_rebuild_killed_and_begun_again(thread, index, guest, app):
    rows = list(documents.every())
    assert killed(lambda: index.rebuild(iter(rows), documents.some), 2_000)
    assert healthy(guest, thread)
    index.tidy()
    assert [path.name for path in index.files.home.glob("g*")] == [index.files.pointer().folder]
    assert run(app, "rebuild").exit_code == 0
    assert agrees(app) is True


def test_the_database_away_is_no_reason_to_rebuild(thread, index, guest, monkeypatch):
    """Of the site's database: jobs fail and are tried again, the index stays."""

    def away(*_given):
        raise OperationalError("SELECT 1", {}, Exception("away"))

    with monkeypatch.context() as patched:
        patched.setattr(documents, "some", away)
        with pytest.raises(OperationalError):
            consumers.index([PostWritten(1)])
    assert index.trouble() == ""
    assert healthy(guest, thread)
