"""Counters and rendered text: moved under concurrency, proved and mended by commands."""

from concurrent.futures import ThreadPoolExecutor

from core.db import db, writing
from forum.threads import commands
from forum.threads.commands import Draft
from forum.threads.models import Post
from tests import make
from tests.conftest import reload


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=list(arguments))


def change(statement, **values):
    with writing():
        db.session.execute(db.text(statement), values)


def test_forty_replies_at_once_get_forty_numbers(app):
    board = make.board()
    thread, authors = make.thread(on=board), [make.member(of=board) for _ in range(4)]

    def write(number):
        with app.app_context():
            commands.reply(thread, author=authors[number % 4], draft=Draft(f"Reply {number}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))

    numbers = [no for (no,) in db.session.query(Post.post_no).filter_by(thread_id=thread.id).order_by(Post.post_no)]
    assert numbers == list(range(1, 42))
    assert reload(thread).post_count == 41
    assert [reload(author).post_count for author in authors] == [10, 10, 10, 10]


def test_twelve_identical_forms_at_once_make_one_post(app):
    thread, author = make.thread(), make.member()

    def write(_number):
        with app.app_context():
            return commands.reply(thread, author=author, draft=Draft("Once", key="same")).post_no

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(write, range(12))) == {2}

    assert reload(thread).post_count == 2


def test_recount_finds_nothing_to_mend_after_ordinary_life(app, as_member):
    board = make.board()
    moderator = make.member(of=board, role="moderator")
    change("update board set member_count = 1")
    thread = commands.start(board, author=moderator, draft=Draft("Opening", "Title"))
    post = commands.reply(thread, author=moderator, draft=Draft("Regretted"))
    commands.delete(post, actor=moderator)
    gone = commands.start(board, author=moderator, draft=Draft("Opening", "Gone"))
    commands.delete(db.session.query(Post).filter_by(thread_id=gone.id).one(), actor=moderator)

    checked = run(app, "recount", "--check")

    assert checked.exit_code == 0, checked.output
    assert "All counters are right." in checked.output


def test_recount_mends_what_is_wrong(app):
    board = make.board()
    author = make.member(of=board)
    thread = make.thread(on=board, by=author)
    change("update thread set post_count = 9, last_poster_id = null where id = :id", id=thread.id)
    change("update board set thread_count = 7, member_count = 5 where id = :id", id=board.id)
    change("update member set post_count = 3 where id = :id", id=author.id)

    assert run(app, "recount", "--check").exit_code == 1
    assert reload(thread).post_count == 9
    assert run(app, "recount").exit_code == 0

    assert (reload(thread).post_count, thread.last_poster_id) == (1, author.id)
    assert (reload(board).thread_count, board.member_count) == (1, 1)
    assert reload(author).post_count == 1
    assert "All counters are right." in run(app, "recount").output


def test_render_brings_old_posts_to_the_present_renderer(app):
    make.member(username="Anna")
    thread = make.thread(body="**Hi** @anna")
    make.post(to=thread, body="Newer")
    change("update post set html = 'old', render_version = 0 where post_no = 1")

    answer = run(app, "render")

    assert answer.exit_code == 0
    assert "1 posts rendered." in answer.output
    html = db.session.query(Post.html).filter_by(thread_id=thread.id, post_no=1).scalar()
    assert "<strong>Hi</strong>" in html
    assert 'href="/m/Anna"' in html
    assert "0 posts rendered." in run(app, "render").output
