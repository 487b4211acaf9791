"""A member's page, and what they say about themselves."""

import pytest

from core.db import db, writing
from forum.members.models import Block
from tests import make
from tests.conftest import reload

GOOD = {
    "about": "I *like* boats",
    "interests": "boats, 摄影",
    "language": "",
    "is_findable": "y",
}


@pytest.fixture
def anna(app):
    return make.member(username="Anna", interests="boats, 摄影", about="x", about_html="<p>Hi</p>")


def test_everyone_sees_a_profile(guest, anna):
    page = guest.get("/m/Anna").text

    assert "<h1>Anna</h1>" in page
    assert 'href="/search?q=%E6%91%84%E5%BD%B1"' in page
    assert "anna@example.org" not in page


def test_another_spelling_leads_to_the_right_one(guest, anna):
    answer = guest.get("/m/anna")

    assert (answer.status_code, answer.location) == (301, "/m/Anna")


@pytest.mark.parametrize("name", ["nobodyhere", "../settings", "%00", "a" * 500])
def test_who_is_not_there_is_missing(guest, name):
    assert guest.get(f"/m/{name}").status_code in (404, 308)


def test_a_suspended_member_looks_missing(guest, anna):
    with writing():
        anna.is_suspended = True

    assert guest.get("/m/Anna").status_code == 404


def test_a_profile_is_saved_rendered_and_safe(as_member, anna):
    client = as_member(anna)

    answer = client.post("/settings", data={**GOOD, "about": "I *like* <script>alert(1)</script> [x](javascript:1)"})

    assert answer.status_code == 303
    page = client.get("/m/Anna").text
    assert "<em>like</em>" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("about", "x" * 5001),
        ("about", "\x01"),
        ("interests", "x" * 301),
        ("interests", "\u202eabc"),
        ("language", "xx"),
    ],
)
def test_a_wrong_field_comes_back_at_its_place(as_member, anna, field, value):
    answer = as_member(anna).post("/settings", data={**GOOD, field: value})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert reload(anna).interests == "boats, 摄影"


def test_a_form_changes_only_its_own_fields(as_member, anna):
    as_member(anna).post("/settings", data={**GOOD, "role": "operator", "username": "admin", "email_verified_at": "1"})

    assert (reload(anna).role, anna.username) == ("member", "Anna")


def test_the_language_of_the_settings_is_the_language_of_the_pages(as_member, anna):
    client = as_member(anna)
    client.post("/settings", data={**GOOD, "language": "zh_Hans"})

    assert '<html lang="zh-Hans"' in client.get("/settings").text


def test_blocking_and_unblocking(as_member, anna):
    client, other = as_member(anna), make.member(username="paul")

    client.post("/m/paul/block")
    client.post("/m/paul/block")
    assert db.session.query(Block).count() == 1
    assert "/m/paul/unblock" in client.get("/settings/blocked").text
    assert "/m/paul/unblock" in client.get("/m/paul").text
    client.post("/m/paul/unblock")
    db.session.rollback()
    assert db.session.query(Block).count() == 0
    assert client.post("/m/Anna/block").status_code == 409
    assert other.id


def test_a_profile_says_who_was_imported_and_offers_no_conversation(guest):
    make.member(username="ghost", email=None, imported_from="hash")

    page = guest.get("/m/ghost").text

    assert "nobody has claimed" in page
    assert "/messages/new" not in page


def test_recent_posts_show_only_what_the_viewer_may_read(as_member, guest, anna):
    board = make.board("secret")
    insider = make.member(of=board)
    make.thread(on=board, by=anna, title="The hidden thread")
    make.thread(on=make.board(), by=anna, title="The open thread")

    outside, inside = guest.get("/m/Anna").text, as_member(insider).get("/m/Anna").text

    assert "The open thread" in outside
    assert "The hidden thread" not in outside
    assert "The hidden thread" in inside


def test_boards_show_only_where_the_viewer_may_read(as_member, guest, anna):
    secret, shared = make.board("secret", name="Hidden harbour"), make.board(name="Open sea")
    for board in (secret, shared):
        make.membership(anna, board)

    outside, inside = guest.get("/m/Anna").text, as_member(make.member(of=secret)).get("/m/Anna").text

    assert "Open sea" in outside
    assert "Hidden harbour" not in outside
    assert "Hidden harbour" in inside


@pytest.mark.parametrize("amount", [1, 15])
def test_a_profile_costs_few_statements_however_much_was_written(as_member, anna, count_queries, amount):
    board = make.board()
    for _ in range(amount):
        make.thread(on=board, by=anna)
        make.offer(by=anna, on=board)
    client = as_member(make.member())

    with count_queries() as sent:
        assert client.get("/m/Anna").status_code == 200

    assert len(sent) <= 8


@pytest.mark.parametrize("path", ["/settings", "/settings/account", "/settings/sessions", "/settings/blocked"])
def test_settings_cost_few_statements_and_are_for_members(as_member, guest, anna, count_queries, path):
    client = as_member(anna)

    with count_queries() as sent:
        assert client.get(path).status_code == 200

    assert len(sent) <= 8
    assert guest.get(path).status_code == 302
