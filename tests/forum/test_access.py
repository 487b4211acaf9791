"""Joining and leaving, rules to accept, and who sees what of which board."""

import re

import pytest

from core.db import db
from core.errors import NotAllowed, Refused
from forum.boards import commands, queries, rules
from forum.boards.models import ACCESS, Application, Membership
from tests import make
from tests.conftest import reload

TOKEN = re.compile(r"[\w-]{4,}\.[\w-]{6}\.[\w-]{20,}")  # signed with the second it was made in
CLOSED = ("apply", "invite", "secret")


def membership(member, board):
    return db.session.scalar(db.select(Membership).filter_by(member_id=member.id, board_id=board.id))


@pytest.mark.parametrize("access", ["public", "open"])
def test_an_open_board_is_joined_at_once(as_member, access):
    board, member = make.board(access), make.member()

    answer = as_member(member).post(f"/b/{board.slug}/join")

    assert (answer.status_code, answer.location) == (303, f"/b/{board.slug}")
    assert membership(member, board).role == "member"
    assert reload(board).member_count == 1


def test_a_double_click_joins_once(as_member):
    board, member = make.board("open"), make.member()
    browser = as_member(member)

    assert [browser.post(f"/b/{board.slug}/join").status_code for _ in range(2)] == [303, 303]

    assert reload(board).member_count == 1


def test_joining_without_the_rules_comes_back_with_a_sentence(as_member):
    board, member = make.board("open", rules="Be kind.", rules_html="<p>Be kind.</p>", rules_version=3), make.member()

    answer = as_member(member).post(f"/b/{board.slug}/join")

    assert answer.status_code == 422
    assert "Please read the rules and accept them." in answer.text
    assert membership(member, board) is None


@pytest.mark.parametrize(("typed", "status"), [("3", 303), ("2", 422), ("on", 422), ("٣", 422), ("9" * 30, 422)])
def test_the_version_of_the_rules_is_remembered_and_must_be_the_newest(as_member, typed, status):
    board, member = make.board("open", rules="Be kind.", rules_version=3), make.member()

    assert as_member(member).post(f"/b/{board.slug}/join", data={"rules": typed}).status_code == status

    assert (membership(member, board) and membership(member, board).accepted_rules) == (3 if status == 303 else None)


@pytest.mark.parametrize(("access", "status"), [("invite", 409), ("secret", 404)])
def test_a_board_by_invitation_cannot_simply_be_joined(as_member, access, status):
    board, member = make.board(access), make.member()

    assert as_member(member).post(f"/b/{board.slug}/join").status_code == status
    assert membership(member, board) is None


@pytest.mark.parametrize("access", ACCESS)
def test_who_was_banned_does_not_come_back(as_member, access):
    board = make.board(access)
    member = make.member(of=board, role="banned")

    answer = as_member(member).post(f"/b/{board.slug}/join", data={"answer-1": "Please"})

    assert answer.status_code in (403, 404)
    assert membership(member, board).role == "banned"


def test_leaving_takes_the_membership_and_the_count(as_member):
    board = make.board("open", member_count=1)
    member = make.member(of=board)

    as_member(member).post(f"/b/{board.slug}/leave")

    assert membership(member, board) is None
    assert reload(board).member_count == 0


def test_the_last_owner_cannot_leave_but_one_of_two_can(as_member):
    board = make.board("open", member_count=2)
    first = make.member(of=board, role="owner")

    assert as_member(first).post(f"/b/{board.slug}/leave").status_code == 409

    make.member(of=board, role="owner")
    assert as_member(first).post(f"/b/{board.slug}/leave").status_code == 303


def test_a_ban_is_not_shaken_off_by_leaving(as_member):
    board = make.board()
    member = make.member(of=board, role="banned")

    assert as_member(member).post(f"/b/{board.slug}/leave").status_code == 409
    assert membership(member, board).role == "banned"


@pytest.mark.parametrize(
    ("access", "role", "doing", "error"),
    [
        ("public", None, "reply", None),
        ("public", "banned", "reply", NotAllowed),
        ("public", None, "sell", NotAllowed),
        ("open", None, "reply", NotAllowed),
        ("open", "member", "sell", None),
        ("apply", "member", "start", None),
    ],
)
def test_levels_decide_who_writes(app, access, role, doing, error):
    board = make.board(access)
    member = make.member(of=board if role else None, role=role or "member")
    own = queries.membership_of(member, board.id)

    if error is None:
        rules.check_write(board, own, member, doing)
    else:
        with pytest.raises(error):
            rules.check_write(board, own, member, doing)


def test_writing_waits_for_the_newest_rules(app):
    board = make.board(rules="Be kinder.", rules_version=2)
    member = make.member(of=board)

    with pytest.raises(Refused) as refused:
        rules.check_write(board, queries.membership_of(member, board.id), member, "reply")
    assert refused.value.code == "rules_changed"

    commands.accept_rules(board, member=member, version=2)
    rules.check_write(board, queries.membership_of(member, board.id), member, "reply")


@pytest.mark.parametrize("access", CLOSED)
@pytest.mark.parametrize("kind", ["guest", "stranger", "applicant", "banned"])
def test_outsiders_find_nothing_inside_a_closed_board(as_member, access, kind):
    board = make.board(access, name="Name of the closed", rules="Canary of the rules", rules_version=1)
    insider = make.member(of=board, role="owner", username="CanaryOwner")
    invitation = commands.invite(board, actor=insider, quota=5, days=5)
    browser = as_member(outsider(kind, board))

    for path in ("people", "applications", "invitations", "record", "settings", "people?banned=1"):
        answer = browser.get(f"/b/{board.slug}/{path}")
        assert answer.status_code in ((302, 404) if kind == "guest" else (404,)), path
        assert "Canary" not in answer.text
    for path in (
        "people/CanaryOwner/role",
        "people/bans",
        "settings",
        "invitations",
        f"invitations/{invitation.id}/revoke",
    ):
        answer = browser.post(
            f"/b/{board.slug}/{path}", data={"role": "banned", "reason": "x", "username": "CanaryOwner"}
        )
        assert answer.status_code in ((303,) if kind == "guest" else (404,)), path
    assert membership(insider, board).role == "owner"


@pytest.mark.parametrize("kind", ["guest", "stranger", "applicant", "banned"])
def test_a_secret_board_and_one_that_is_not_there_look_the_same(as_member, kind):
    board = make.board("secret", slug="hush", name="Hush hush")
    browser = as_member(outsider(kind, board))

    for path in ("rules", "join", "people", "settings"):
        hidden, missing = browser.get(f"/b/hush/{path}"), browser.get(f"/b/nothing/{path}")
        assert hidden.status_code == missing.status_code
        assert TOKEN.sub("", hidden.text).replace("hush", "nothing") == TOKEN.sub("", missing.text)
    hidden, missing = browser.post("/b/hush/join"), browser.post("/b/nothing/join")
    assert (hidden.status_code, hidden.location) == (missing.status_code, missing.location)
    assert "Hush" not in browser.get("/boards").text


def outsider(kind, board):
    if kind == "guest":
        return None
    member = make.member(of=board if kind == "banned" else None, role="banned" if kind == "banned" else "member")
    if kind == "applicant":
        make.saved(Application(board_id=board.id, member_id=member.id))
    return member


def test_a_facade_shows_what_the_board_is_about_and_asks_its_questions(as_member):
    board = make.board(
        "apply", about="About it.", questions=["Why you?"], rules="Be kind.", rules_html="<p>Be kind.</p>"
    )

    page = as_member(make.member()).get(f"/b/{board.slug}/join").text

    assert "About it." in page
    assert "Why you?" in page
    assert 'name="answer-1"' in page
    assert "Be kind." in page


@pytest.mark.parametrize("access", ACCESS)
def test_a_boards_page_is_known_in_two_statements(app, count_queries, access):
    board = make.board(access)
    owner = make.member(of=board, role="owner")

    with count_queries() as sent:
        page = queries.board_page(owner, board.slug)

    assert page.may_read
    assert page.may_moderate
    assert len(sent) <= 2
