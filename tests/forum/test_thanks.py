"""Thanks for posts: who may say them, how they are counted, shown and told."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.db import db, writing
from core.outbox import OutboxRow
from forum.boards.models import Board
from forum.members.models import Block
from forum.notices.models import Notice
from forum.threads import commands
from forum.threads.models import Post, Thanks
from tests import make
from tests.conftest import reload
from tests.forum.test_board_page import HTMX


@pytest.fixture
def scene(app):
    """A thread, its author, and another member."""
    author = make.member()
    return make.thread(by=author, title="Good advice"), author, make.member(username="Vera")


def opening_of(thread):
    return db.session.query(Post).filter_by(thread_id=thread.id, post_no=1).one()


def notices(member):
    db.session.rollback()
    return db.session.query(Notice).filter_by(member_id=member.id).order_by(Notice.id).all()


def foot(page, post):
    """What the post's foot says about thanks: (whether there is a button, whether it is pressed, how many)."""
    button = re.search(rf'<button[^>]*id="thank-{post.id}"[^>]*aria-pressed="(\w+)"', page)
    count = re.search(rf'href="/posts/{post.id}/thanks"[^>]*>(?:<svg.*?</svg>Thanks )?(\d+)<', page)
    return bool(button), bool(button and button[1] == "true"), int(count[1]) if count else 0


def test_thanks_are_said_shown_and_taken_back(scene, as_member, guest):
    thread, _author, vera = scene
    post, browser = opening_of(thread), as_member(vera)
    assert foot(browser.get(thread.address).text, post) == (True, False, 0)

    answer = browser.post(f"/posts/{post.id}/thanks")

    assert (answer.status_code, answer.location) == (303, thread.address)
    assert foot(browser.get(thread.address).text, post) == (True, True, 1)
    assert foot(guest.get(thread.address).text, post) == (False, False, 1)
    assert "Vera" in guest.get(f"/posts/{post.id}/thanks").text
    browser.post(f"/posts/{post.id}/thanks/remove")
    assert foot(browser.get(thread.address).text, post) == (True, False, 0)
    assert "Vera" not in guest.get(f"/posts/{post.id}/thanks").text


def test_in_place_only_the_foot_changes(scene, as_member):
    thread, _author, vera = scene
    post, browser = opening_of(thread), as_member(vera)

    said = browser.post(f"/posts/{post.id}/thanks", headers=HTMX)
    taken = browser.post(f"/posts/{post.id}/thanks/remove", headers=HTMX)

    assert foot(said.text, post) == (True, True, 1)
    assert f'hx-post="/posts/{post.id}/thanks/remove"' in said.text
    assert foot(taken.text, post) == (True, False, 0)
    assert "post__body" not in said.text + taken.text


def test_a_double_click_counts_once(scene, as_member):
    thread, _author, vera = scene
    post, browser = opening_of(thread), as_member(vera)

    for _ in range(2):
        browser.post(f"/posts/{post.id}/thanks")
    assert reload(post).thank_count == 1
    for _ in range(2):
        browser.post(f"/posts/{post.id}/thanks/remove")
    assert reload(post).thank_count == 0


def test_nobody_thanks_themselves(scene, as_member):
    thread, author, _vera = scene
    post, browser = opening_of(thread), as_member(author)

    assert foot(browser.get(thread.address).text, post) == (False, False, 0)
    answer = browser.post(f"/posts/{post.id}/thanks")
    assert (answer.status_code, reload(post).thank_count) == (409, 0)
    assert "thanks are for others" in answer.text


def test_guests_sign_in_first(scene, guest):
    post = opening_of(scene[0])

    assert guest.post(f"/posts/{post.id}/thanks").location.startswith("/login")


@pytest.mark.parametrize("given", [{"email_verified_at": None}, {"is_suspended": True}])
def test_who_may_not_write_may_not_thank(scene, as_member, given):
    post, browser = opening_of(scene[0]), as_member(make.member(**given))

    answer = browser.post(f"/posts/{post.id}/thanks")

    assert answer.status_code in (403, 303)
    assert reload(post).thank_count == 0
    assert not foot(browser.get(scene[0].address).text, post)[0]


def test_who_is_banned_reads_and_does_nothing_else(scene, as_member):
    thread, *_people = scene
    post = opening_of(thread)
    browser = as_member(make.member(of=db.session.get_one(Board, thread.board_id), role="banned"))

    assert browser.post(f"/posts/{post.id}/thanks").status_code == 403
    assert foot(browser.get(thread.address).text, post) == (False, False, 0)


@pytest.mark.parametrize("blocker", ["author", "thanker"])
def test_who_blocked_the_other_is_not_thanked(scene, as_member, blocker):
    thread, author, vera = scene
    pair = (author, vera) if blocker == "author" else (vera, author)
    make.saved(Block(member_id=pair[0].id, blocked_id=pair[1].id))
    post = opening_of(thread)

    answer = as_member(vera).post(f"/posts/{post.id}/thanks")

    assert (answer.status_code, reload(post).thank_count) == (403, 0)
    assert ("You have blocked" in answer.text) is (blocker == "thanker")
    assert foot(as_member(vera).get(thread.address).text, post) == (False, False, 0)
    assert foot(as_member(make.member()).get(thread.address).text, post) == (True, False, 0)


@pytest.mark.parametrize("blocker", ["author", "thanker"])
def test_what_was_said_before_a_block_can_be_taken_back_and_not_said_again(scene, as_member, blocker):
    thread, author, vera = scene
    post, browser = opening_of(thread), as_member(vera)
    browser.post(f"/posts/{post.id}/thanks")
    pair = (author, vera) if blocker == "author" else (vera, author)
    make.saved(Block(member_id=pair[0].id, blocked_id=pair[1].id))
    assert foot(browser.get(thread.address).text, post) == (True, True, 1)

    taken = browser.post(f"/posts/{post.id}/thanks/remove", headers=HTMX)

    assert foot(taken.text, post) == (False, False, 0)
    assert reload(post).thank_count == 0


@pytest.mark.parametrize("access", ["apply", "invite", "secret"])
def test_behind_a_closed_door_thanks_do_not_exist(app, as_member, guest, access):
    board = make.board(access)
    post = make.post(to=make.thread(on=board), by=make.member(of=board))
    commands.thank(post, member=make.member(of=board, username="Insider"))
    stranger = as_member(make.member())

    for browser in (guest, stranger):
        answer = browser.get(f"/posts/{post.id}/thanks")
        assert (answer.status_code, "Insider" in answer.text) == (404, False)
    assert stranger.post(f"/posts/{post.id}/thanks").status_code == 404
    assert stranger.post(f"/posts/{post.id}/thanks/remove").status_code == 404
    assert reload(post).thank_count == 1


def test_too_many_thanks_at_once_have_to_wait(scene, as_member, app, monkeypatch):
    monkeypatch.setitem(app.config, "LIMITS", {"thanks": "2/minute"})
    monkeypatch.setitem(app.extensions, "limit_windows", {})
    post, browser = opening_of(scene[0]), as_member(scene[2])

    answers = [browser.post(f"/posts/{post.id}/thanks", headers=HTMX) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert answers[2].headers["HX-Retarget"] == "#notice"


def test_twenty_members_at_once_are_counted_each_once(scene, app):
    thread, *_people = scene
    post, members = opening_of(thread), [make.member() for _ in range(20)]

    def thank(number):
        with app.app_context():
            commands.thank(post, member=members[number % 20])

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(thank, range(40)))

    assert reload(post).thank_count == 20
    assert db.session.query(Thanks).count() == 20


def test_said_and_taken_back_at_once_the_number_stays_that_of_the_rows(scene, app):
    thread, *_people = scene
    post, members = opening_of(thread), [make.member() for _ in range(4)]

    def change(number):
        with app.app_context():
            verb = commands.thank if number % 3 else commands.take_thanks_back
            verb(post, member=members[number % 4])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, range(48)))

    assert reload(post).thank_count == db.session.query(Thanks).count()


def test_a_deleted_post_keeps_its_thanks_for_when_it_comes_back(scene, app, as_member):
    thread, author, vera = scene
    post = make.post(to=thread, by=author)
    commands.thank(post, member=vera)
    owner = make.member(of=db.session.get_one(Board, thread.board_id), role="owner")

    commands.delete(post, actor=owner)
    assert as_member(vera).post(f"/posts/{post.id}/thanks").status_code == 404
    assert "thanked once" not in as_member(vera).get(f"/m/{author.username}").text
    commands.restore(post, actor=owner)

    assert reload(post).thank_count == 1
    assert "thanked once" in as_member(vera).get(f"/m/{author.username}").text


def test_a_profile_counts_only_thanks_where_its_reader_may_read(app, as_member, guest):
    secret, author = make.board("secret"), make.member()
    hidden, shown = make.thread(on=secret, by=author), make.thread(by=author)
    insiders = [make.member(of=secret) for _ in range(2)]
    for insider in insiders:
        commands.thank(opening_of(hidden), member=insider)
    commands.thank(opening_of(shown), member=insiders[0])

    assert "thanked once" in guest.get(f"/m/{author.username}").text
    assert "thanked 3 times" in as_member(insiders[0]).get(f"/m/{author.username}").text


def test_recount_mends_thanks(scene, app):
    post = opening_of(scene[0])
    commands.thank(post, member=scene[2])
    with writing():
        db.session.execute(db.text("update post set thank_count = 5"))

    assert "post.thank_count         1 wrong" in app.test_cli_runner().invoke(args=["recount"]).output
    assert reload(post).thank_count == 1


def test_a_long_list_of_who_said_thanks_pages_by_key(scene, guest, count_queries):
    post, people = opening_of(scene[0]), [make.member(username=f"reader{n}") for n in range(60)]
    for person in people:
        make.saved(Thanks(post_id=post.id, member_id=person.id))

    with count_queries() as sent:
        first = guest.get(f"/posts/{post.id}/thanks").text
    more = re.search(r'href="(/posts/[^"]*before=\d+)"', first)[1]
    second = guest.get(more, headers=HTMX).text

    found = re.findall(r'href="/m/(reader\d+)"', first + second)
    assert found == [f"reader{n}" for n in reversed(range(60))]
    assert len(sent) <= 4


def test_a_full_page_asks_no_more_for_thanks(scene, as_member, count_queries):
    thread, author, vera = scene
    with count_queries() as before:
        as_member(vera).get(thread.address)
    for _ in range(19):
        commands.thank(make.post(to=thread, by=author), member=vera)

    with count_queries() as after:
        page = as_member(vera).get(thread.address).text

    assert len(re.findall(r'id="thank-\d+"[^>]*aria-pressed="true"', page)) == 19
    assert len(after) == len(before)


def test_the_author_hears_of_it_once_however_many_say_thanks(scene, as_member, worker):
    thread, author, vera = scene
    post, others = opening_of(thread), [make.member() for _ in range(3)]
    for person in (*others, vera):
        commands.thank(post, member=person)
    worker()

    assert [notice.facts["count"] for notice in notices(author)] == [4]
    assert reload(author).unread_notices == 1
    page = as_member(author).get("/notices").text
    assert "Vera and 3 others thanked you in “Good advice”." in page
    answer = as_member(author).post(f"/notices/{notices(author)[0].id}/read")
    assert answer.location == f"/t/{thread.id}/posts/1"


def test_each_post_has_its_own_notice(scene, worker):
    thread, author, vera = scene
    second = make.post(to=thread, by=author)
    for post in (opening_of(thread), second, second):
        commands.thank(post, member=vera)
    commands.thank(second, member=make.member())
    worker()

    assert [notice.facts["count"] for notice in notices(author)] == [1, 2]


def test_thanks_that_are_taken_back_are_not_told(scene, worker):
    thread, author, vera = scene
    post, other = opening_of(thread), make.member()
    commands.thank(post, member=other)
    commands.thank(post, member=vera)
    worker()

    commands.take_thanks_back(post, member=vera)
    worker()
    assert [(notice.actor_id, notice.facts["count"]) for notice in notices(author)] == [(other.id, 1)]
    commands.take_thanks_back(post, member=other)
    worker()

    assert notices(author) == []
    assert reload(author).unread_notices == 0


def test_to_and_fro_tells_nobody_twice(scene, as_member, worker):
    thread, author, vera = scene
    post = opening_of(thread)
    commands.thank(post, member=vera)
    worker()
    as_member(author).post("/notices/read")

    for _ in range(2):
        commands.take_thanks_back(post, member=vera)
        commands.thank(post, member=vera)
        worker()

    assert len(notices(author)) == 1
    assert reload(author).unread_notices == 0


def test_the_index_hears_of_thanks_and_of_their_end(scene):
    post = opening_of(scene[0])
    commands.thank(post, member=scene[2])
    commands.take_thanks_back(post, member=scene[2])

    heard = db.session.query(OutboxRow).filter_by(consumer="search.index").order_by(OutboxRow.id)
    assert [(row.event, row.payload["post_id"]) for row in heard] == [
        ("PostThanked", post.id),
        ("ThanksTakenBack", post.id),
    ]
