"""Roles on a board: appointing, banning, letting back."""

import pytest

from core.db import db
from core.errors import Refused
from forum.boards import commands, queries
from forum.boards.models import Membership, ModerationRecord
from tests import make
from tests.conftest import reload

ROLES = ("owner", "moderator", "member")


@pytest.fixture
def board(app):
    return make.board("apply", member_count=3)


def role_of(member, board):
    return db.session.scalar(db.select(Membership.role).filter_by(board_id=board.id, member_id=member.id))


def give(browser, board, member, role, reason=""):
    return browser.post(f"/b/{board.slug}/people/{member.username}/role", data={"role": role, "reason": reason})


def test_an_owner_appoints_a_moderator(as_member, board):
    owner, member = make.member(of=board, role="owner"), make.member(of=board)

    assert give(as_member(owner), board, member, "moderator").status_code == 303

    assert role_of(member, board) == "moderator"
    record = db.session.scalar(db.select(ModerationRecord))
    assert (record.action, record.about, record.actor_id) == ("made_moderator", member.username, owner.id)


@pytest.mark.parametrize("wanted", ["moderator", "owner", "member", "none"])
def test_a_moderator_appoints_and_removes_nobody(as_member, board, wanted):
    moderator, member = make.member(of=board, role="moderator"), make.member(of=board)

    answer = give(as_member(moderator), board, member, wanted)

    assert answer.status_code == 403
    assert role_of(member, board) == "member"


@pytest.mark.parametrize("target", ["moderator", "owner"])
def test_a_moderator_bans_nobody_of_their_own_level_or_above(as_member, board, target):
    moderator, other = make.member(of=board, role="moderator"), make.member(of=board, role=target)

    assert give(as_member(moderator), board, other, "banned", "Because.").status_code == 403
    assert role_of(other, board) == target


def test_a_ban_counts_at_once_and_everywhere(as_member, board):
    moderator, member = make.member(of=board, role="moderator"), make.member(of=board)
    browser = as_member(member)
    assert browser.get(f"/b/{board.slug}/people").status_code == 200

    give(as_member(moderator), board, member, "banned", "Spam.")

    assert browser.get(f"/b/{board.slug}/people").status_code == 404
    assert board.id not in queries.readable_ids(member)
    assert reload(board).member_count == 2


def test_a_ban_needs_a_reason(as_member, board):
    moderator, member = make.member(of=board, role="moderator"), make.member(of=board)

    assert give(as_member(moderator), board, member, "banned").status_code == 422
    assert role_of(member, board) == "member"


def test_someone_who_never_joined_can_be_banned_by_name(as_member):
    board = make.board("public")
    moderator, stranger = make.member(of=board, role="moderator"), make.member()

    answer = as_member(moderator).post(
        f"/b/{board.slug}/people/bans", data={"username": f"@{stranger.username.upper()}", "reason": "Spam."}
    )

    assert answer.status_code == 303
    assert role_of(stranger, board) == "banned"
    assert reload(board).member_count == 0


def test_banning_an_unknown_name_comes_back_with_a_sentence(as_member, board):
    moderator = make.member(of=board, role="moderator")

    answer = as_member(moderator).post(f"/b/{board.slug}/people/bans", data={"username": "nobody", "reason": "Spam."})

    assert answer.status_code == 422
    assert "There is no member of this name." in answer.text


def test_a_lifted_ban_leaves_a_stranger_who_may_come_again(as_member):
    board = make.board("open")
    moderator, member = make.member(of=board, role="moderator"), make.member(of=board, role="banned")

    assert give(as_member(moderator), board, member, "none").status_code == 303

    assert role_of(member, board) is None
    assert as_member(member).post(f"/b/{board.slug}/join").status_code == 303


def test_the_last_owner_stays_an_owner(as_member, board):
    owner = make.member(of=board, role="owner")

    assert give(as_member(owner), board, owner, "member").status_code == 409
    make.member(of=board, role="owner")
    assert give(as_member(owner), board, owner, "member").status_code == 303


def test_nobody_bans_themselves(as_member, board):
    owner = make.member(of=board, role="owner")
    make.member(of=board, role="owner")

    assert give(as_member(owner), board, owner, "banned", "Bye.").status_code == 409


@pytest.mark.parametrize("role", ["member", "moderator", "owner"])
def test_only_members_are_given_a_role(as_member, board, role):
    owner, stranger = make.member(of=board, role="owner"), make.member()

    assert give(as_member(owner), board, stranger, role).status_code == 409
    assert role_of(stranger, board) is None


@pytest.mark.parametrize("role", ["operator", "", "OWNER", "0"])
def test_an_unknown_role_is_refused(as_member, board, role):
    owner, member = make.member(of=board, role="owner"), make.member(of=board)

    assert give(as_member(owner), board, member, role).status_code == 422
    assert role_of(member, board) == "member"


def test_the_same_role_twice_is_recorded_once(as_member, board):
    owner, member = make.member(of=board, role="owner"), make.member(of=board)
    browser = as_member(owner)

    assert [give(browser, board, member, "moderator").status_code for _ in range(2)] == [303, 303]

    assert db.session.scalar(db.select(db.func.count()).select_from(ModerationRecord)) == 1


def test_an_actor_who_was_demoted_meanwhile_acts_no_more(app, board):
    first, second = make.member(of=board, role="owner"), make.member(of=board, role="owner")
    victim = make.member(of=board)
    queries.membership_of(second, board.id)
    commands.set_role(board, actor=first, target=second, role="member")

    with pytest.raises(Refused):
        commands.set_role(board, actor=second, target=victim, role="banned", reason="Revenge.")

    assert role_of(victim, board) == "member"


def test_people_are_listed_by_role_and_the_banned_only_for_moderators(as_member, board):
    names = {role: make.member(of=board, role=role, username=f"the-{role}") for role in (*ROLES, "banned")}

    page = as_member(names["member"]).get(f"/b/{board.slug}/people").text
    peeked = as_member(names["member"]).get(f"/b/{board.slug}/people?banned=1").text
    banned = as_member(names["moderator"]).get(f"/b/{board.slug}/people?banned=1").text

    listed = page.split('class="member-list"')[1]
    assert listed.index("the-owner") < listed.index("the-moderator") < listed.index("the-member")
    assert "the-banned" not in page + peeked
    assert "the-banned" in banned


def test_people_go_on_by_key(as_member, board):
    viewer = make.member(of=board, role="owner")
    for _ in range(70):
        make.member(of=board)

    first = as_member(viewer).get(f"/b/{board.slug}/people").text
    second = as_member(viewer).get(first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")).text

    assert first.count('class="member-card"') == 60
    assert second.count('class="member-card"') == 11


def test_a_record_can_be_written_by_rooms_above(app, board):
    owner = make.member(of=board, role="owner")

    commands.record(board.id, actor=owner, action="lock", about="A thread", address="/t/1")

    assert db.session.scalar(db.select(ModerationRecord.about)) == "A thread"
