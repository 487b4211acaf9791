"""`flask search …`, and the index that follows what happens."""

from core.db import writing
from core.outbox import announce
from forum.threads.events import PostDeleted, PostEdited, PostWritten, ThreadChanged
from tests import make


def run(app, *words):
    return app.test_cli_runner().invoke(args=["search", *words])


def say(*events):
    with writing():
        announce(*events)


def test_verify_agrees_after_a_rebuild_and_notices_every_difference(app, index):
    thread = make.thread(body="helmet")
    assert run(app, "verify").exit_code == 1
    assert run(app, "rebuild").exit_code == 0
    agreed = run(app, "verify")
    assert (agreed.exit_code, "agree" in agreed.output) == (0, True)

    with writing():
        thread.title = "Another title"
    assert "1 outdated" in run(app, "verify").output
    post = make.post(to=thread)
    assert "1 missing" in run(app, "verify").output
    run(app, "rebuild")
    with writing():
        post.deleted_at = post.written_at
    assert "1 left over" in run(app, "verify").output


def test_status_says_how_it_is(app, index):
    assert run(app, "status").exit_code == 0
    index.forget()
    assert run(app, "status").exit_code == 1


def test_events_keep_the_index_true_whatever_their_order(app, index, worker):
    thread = make.thread(body="helmet")
    post = make.post(to=thread, body="first words")
    say(ThreadChanged(thread.id), PostWritten(post.id), PostWritten(post.id))
    say(PostDeleted(10_000), PostEdited(10_001))
    worker()
    run_ = run(app, "verify")
    assert "posts: 2 in the database\n" in run_.output
    assert "  " not in run_.output.split("products")[0].split("posts:")[1]

    other = make.board()
    with writing():
        post.html, thread.board_id = "<p>second words</p>", other.id
    say(PostEdited(post.id), ThreadChanged(thread.id))
    worker()
    assert "outdated" not in run(app, "verify").output.split("products")[0]

    with writing():
        thread.deleted_at = thread.created_at
    say(ThreadChanged(thread.id))
    worker()
    assert "left over" not in run(app, "verify").output.split("products")[0]


def test_an_import_is_found_once_the_worker_was_there(app, index, reindex, worker, tmp_path):
    reindex()
    letter = "From x\nFrom: ann@mill.example (Ann)\nSubject: Boots\nMessage-ID: <1@mill.example>\n"
    box = tmp_path / "rec.boots.mbox"
    box.write_text(letter + "Date: 5 Apr 1993 10:00:00 GMT\n\nHello.\n\n")
    assert app.test_cli_runner().invoke(args=["import", "mbox", str(box)]).exit_code == 0
    worker()
    told = run(app, "verify")
    assert told.exit_code == 0, told.output
