"""Replying to a thread."""

from io import BytesIO

import pytest
from PIL import Image

from core.db import db
from core.errors import Missing, NotAllowed, Refused
from core.outbox import OutboxRow
from forum.threads import commands
from forum.threads.commands import Draft
from forum.threads.models import Post, ReadMark, Watch
from tests import make
from tests.conftest import reload

HTMX = {"HX-Request": "true"}


def reply(thread, author, body="Nice grinder.", **given):
    return commands.reply(thread, author=author, draft=Draft(body, **given))


def test_a_reply_is_numbered_and_counted(app):
    board = make.board()
    author = make.member(of=board)
    thread = make.thread(on=board)

    post = reply(thread, author)

    assert post.post_no == 2
    assert reload(thread).post_count == 2
    assert (thread.last_poster_id, thread.last_post_at) == (author.id, post.written_at)
    assert reload(author).post_count == 1
    assert reload(board).last_post_at == post.written_at


def test_a_reply_watches_and_reads_the_thread_for_its_author(app):
    thread, author = make.thread(), make.member()

    reply(thread, author)
    reply(thread, author, "And another one.")

    assert [(w.member_id, w.is_on) for w in db.session.query(Watch)] == [(author.id, True)]
    assert [(m.member_id, m.post_no) for m in db.session.query(ReadMark)] == [(author.id, 3)]


def test_who_stopped_watching_is_not_made_to_watch_again_by_replying(app, as_member):
    thread, author = make.thread(), make.member()
    as_member(author).post(f"/t/{thread.id}/unwatch")

    reply(thread, author)

    assert [w.is_on for w in db.session.query(Watch)] == [False]


def test_a_reply_is_rendered_to_safe_html_when_it_is_written(app):
    post = reply(make.thread(), make.member(), "Hello **there** <script>alert(1)</script>")

    assert "<strong>there</strong>" in post.html
    assert "<script" not in post.html
    assert post.render_version > 0


def test_mentions_become_links_in_the_members_own_spelling(app):
    make.member(username="MarinA")

    post = reply(make.thread(), make.member(), "Ask @marina, or @nobody-here.")

    assert '<a href="/m/MarinA"' in post.html
    assert "@MarinA</a>" in post.html
    assert "@nobody-here" in post.html
    assert "/m/nobody" not in post.html


@pytest.mark.parametrize(
    ("access", "role", "locked", "refusal"),
    [
        ("open", None, False, (NotAllowed, "not_a_member")),
        ("public", "banned", False, (NotAllowed, "banned")),
        ("public", "member", True, (Refused, "thread_locked")),
        ("apply", None, False, (Missing, "missing")),
        ("secret", None, False, (Missing, "missing")),
    ],
)
def test_a_refused_reply_leaves_nothing_behind(app, access, role, locked, refusal):
    board = make.board(access)
    thread = make.thread(on=board, is_locked=locked)
    author = make.member(of=board if role else None, role=role or "member")

    with pytest.raises(refusal[0]) as refused:
        reply(thread, author)

    assert refused.value.code == refusal[1]
    assert db.session.query(Post).count() == 1
    assert db.session.query(OutboxRow).count() == 0
    assert reload(thread).post_count == 1


def test_a_member_whose_mail_is_not_confirmed_cannot_reply(app, as_member):
    thread, author = make.thread(), make.member(email_verified_at=None)

    answer = as_member(author).post(f"/t/{thread.id}/posts", data={"body": "Hello"})

    assert answer.status_code == 403


def test_moderators_may_still_write_in_a_locked_thread(app):
    board = make.board()
    moderator = make.member(of=board, role="moderator")

    assert reply(make.thread(on=board, is_locked=True), moderator).post_no == 2


def test_the_same_form_sent_twice_makes_one_post(app, as_member):
    thread, author = make.thread(), make.member()
    browser = as_member(author)

    first = browser.post(f"/t/{thread.id}/posts", data={"body": "Once", "key": "a1"})
    second = browser.post(f"/t/{thread.id}/posts", data={"body": "Once", "key": "a1"})

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert reload(thread).post_count == 2


def test_going_back_and_writing_something_else_makes_another_post(app, as_member):
    thread, author = make.thread(), make.member()
    browser = as_member(author)

    browser.post(f"/t/{thread.id}/posts", data={"body": "First thought", "key": "a1"})
    browser.post(f"/t/{thread.id}/posts", data={"body": "Second thought", "key": "a1"})

    assert reload(thread).post_count == 3


def test_a_double_click_with_a_picture_makes_one_post(app, as_member):
    thread, author = make.thread(), make.member()
    browser = as_member(author)

    for _click in range(2):
        data = {"body": "Look", "key": "a1", "pictures": (BytesIO(png()), "x.png")}
        answer = browser.post(f"/t/{thread.id}/posts", data=data, content_type="multipart/form-data")
        assert answer.status_code == 303, answer.text

    assert reload(thread).post_count == 2
    assert "<img" in browser.get(f"/t/{thread.id}").text


def test_a_picture_alone_is_a_reply(app, as_member):
    thread, author = make.thread(), make.member()
    data = {"body": "", "pictures": (BytesIO(png()), "x.png")}

    answer = as_member(author).post(f"/t/{thread.id}/posts", data=data, content_type="multipart/form-data")

    assert answer.status_code == 303
    assert reload(thread).post_count == 2


def test_what_is_no_picture_is_refused_at_its_field_and_the_text_kept(app, as_member):
    thread, author = make.thread(), make.member()
    data = {"body": "Kept words", "pictures": (BytesIO(b"<svg onload=alert(1)>"), "x.png")}

    answer = as_member(author).post(f"/t/{thread.id}/posts", data=data, content_type="multipart/form-data")

    assert answer.status_code == 422
    assert "Kept words</textarea>" in answer.text
    assert reload(thread).post_count == 1


def png():
    file = BytesIO()
    Image.new("RGB", (8, 6), "teal").save(file, "PNG")
    return file.getvalue()


def test_without_htmx_one_is_led_to_the_new_post(app, as_member):
    thread, author = make.thread(title="Brass grinder"), make.member()

    answer = as_member(author).post(f"/t/{thread.id}/posts", data={"body": "Hello"})

    assert answer.status_code == 303
    assert answer.location == f"/t/{thread.id}/brass-grinder#post-2"


def test_htmx_gets_the_new_posts_and_an_empty_form_only(app, as_member):
    thread, author = make.thread(), make.member()
    make.post(to=thread, body="Written while you were typing.")

    answer = as_member(author).post(f"/t/{thread.id}/posts", data={"body": "Hi <b>", "last_no": "1"}, headers=HTMX)

    assert answer.status_code == 201
    assert "<html" not in answer.text
    assert 'id="post-2"' in answer.text
    assert 'id="post-3"' in answer.text
    assert "Hi &lt;b&gt;" in answer.text
    assert 'name="last_no" type="hidden" value="3"' in answer.text


def test_htmx_on_an_early_page_is_led_to_the_post(app, as_member):
    thread, author = make.thread(), make.member()
    for _number in range(41):
        make.post(to=thread, by=author)

    answer = as_member(author).post(f"/t/{thread.id}/posts", data={"body": "Hi", "last_no": "20"}, headers=HTMX)

    assert answer.headers["HX-Redirect"] == f"/t/{thread.id}/a-thread?page=3#post-43"


def test_htmx_is_led_to_a_thread_with_a_chinese_title(app, as_member):
    thread, author = make.thread(title="减肥的人"), make.member()
    for _number in range(21):
        make.post(to=thread, by=author)

    answer = as_member(author).post(f"/t/{thread.id}/posts", data={"body": "Hi", "last_no": "1"}, headers=HTMX)

    assert answer.headers["HX-Redirect"] == f"/t/{thread.id}/%E5%87%8F%E8%82%A5%E7%9A%84%E4%BA%BA?page=2#post-23"


def test_a_guest_is_sent_to_sign_in(app, guest):
    thread = make.thread()

    answer = guest.post(f"/t/{thread.id}/posts", data={"body": "Hello"})

    assert answer.status_code == 303
    assert answer.location.startswith("/login")


def test_a_refused_reply_keeps_what_was_typed(app, as_member):
    board = make.board()
    thread, author = make.thread(on=board, is_locked=True), make.member(of=board)

    answer = as_member(author).post(f"/t/{thread.id}/posts", data={"body": "My long careful answer"})

    assert answer.status_code == 409
    assert 'data-code="thread_locked"' in answer.text
    assert "My long careful answer" in answer.text


def test_an_empty_reply_comes_back_with_a_sentence(app, as_member):
    thread, author = make.thread(), make.member()

    answer = as_member(author).post(f"/t/{thread.id}/posts", data={"body": "  \n "})

    assert answer.status_code == 422
    assert "Write something first." in answer.text


def test_newcomers_are_slowed_down_earlier(app, as_member):
    thread = make.thread()
    newcomer, regular = make.member(), make.member(post_count=50)

    def posts_until_refused(member):
        browser = as_member(member)
        answers = [browser.post(f"/t/{thread.id}/posts", data={"body": f"Post {n}"}) for n in range(8)]
        assert all("Retry-After" in a.headers for a in answers if a.status_code == 429)
        return [a.status_code for a in answers].count(303)

    app.config["LIMITS"] = {"post-new": "2/5 minutes", "post": "7/5 minutes"}
    app.extensions.pop("limit_windows", None)
    try:
        newcomers, regulars = posts_until_refused(newcomer), posts_until_refused(regular)
    finally:
        app.config["LIMITS"] = {}
        app.extensions.pop("limit_windows", None)

    assert newcomers < regulars == 7


def test_a_reply_costs_few_statements(app, as_member, count_queries):
    thread, author = make.thread(), make.member()
    browser = as_member(author)
    browser.post(f"/t/{thread.id}/posts", data={"body": "Warm", "key": "w"})

    with count_queries() as sent:
        browser.post(f"/t/{thread.id}/posts", data={"body": "Hello", "key": "k"})

    assert len(sent) <= 14, "\n".join(sent)
