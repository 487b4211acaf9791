"""Links that let people in: quota, expiry, revocation."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import clock as core_clock
from core.db import db
from core.errors import Refused
from forum.boards import commands
from forum.boards.models import Invitation, Membership
from tests import make
from tests.conftest import reload


@pytest.fixture
def board(app):
    return make.board("secret", name="Hush hush")


@pytest.fixture
def owner(board):
    return make.member(of=board, role="owner")


@pytest.fixture
def invitation(board, owner):
    return commands.invite(board, actor=owner, quota=2, days=7)


def members(board):
    query = db.select(db.func.count()).select_from(Membership).where(Membership.board_id == board.id)
    return db.session.scalar(query.where(Membership.role == "member"))


def test_a_moderator_makes_a_link(as_member, board):
    moderator = make.member(of=board, role="moderator")

    answer = as_member(moderator).post(f"/b/{board.slug}/invitations", data={"quota": "3", "days": "30"})

    made = db.session.scalar(db.select(Invitation))
    assert answer.status_code == 303
    assert (made.quota, made.uses, made.created_by_id) == (3, 0, moderator.id)
    assert f"/i/{made.token}" in as_member(moderator).get(f"/b/{board.slug}/invitations").text


@pytest.mark.parametrize(("quota", "days"), [("0", "7"), ("101", "7"), ("1", "91"), ("1", ""), ("-1", "7"), ("٣", "7")])
def test_quota_and_days_have_bounds(as_member, board, owner, quota, days):
    answer = as_member(owner).post(f"/b/{board.slug}/invitations", data={"quota": quota, "days": days})

    assert answer.status_code == 422
    assert "field__error" in answer.text
    assert db.session.scalar(db.select(Invitation)) is None


def test_a_plain_member_invites_nobody(as_member, board):
    browser = as_member(make.member(of=board))

    assert browser.get(f"/b/{board.slug}/invitations").status_code == 403
    assert browser.post(f"/b/{board.slug}/invitations", data={"quota": "1", "days": "1"}).status_code == 403


def test_the_link_shows_the_board_and_lets_a_member_in(as_member, board, invitation):
    member = make.member()
    browser = as_member(member)

    assert "Hush hush" in browser.get(f"/i/{invitation.token}").text
    assert browser.post(f"/i/{invitation.token}").location == f"/b/{board.slug}"

    assert members(board) == 1
    assert reload(invitation).uses == 1
    assert browser.get(f"/b/{board.slug}/people").status_code == 200


def test_a_guest_signs_in_first_and_comes_back(guest, invitation):
    page = guest.get(f"/i/{invitation.token}").text

    assert f"/login?next=/i/{invitation.token}" in page
    assert guest.post(f"/i/{invitation.token}").status_code == 303
    assert reload(invitation).uses == 0


def test_the_rules_are_accepted_before_coming_in(as_member, board, owner):
    ruled = make.board("invite", rules="Be kind.", rules_html="<p>Be kind.</p>", rules_version=4)
    make.membership(owner, ruled, "owner")
    link = commands.invite(ruled, actor=owner, quota=1, days=1)
    browser = as_member(make.member())

    assert "Be kind." in browser.get(f"/i/{link.token}").text
    assert browser.post(f"/i/{link.token}").status_code == 422
    assert reload(link).uses == 0
    assert browser.post(f"/i/{link.token}", data={"rules": "4"}).status_code == 303


def test_coming_twice_uses_one_place(as_member, invitation):
    browser = as_member(make.member())

    assert [browser.post(f"/i/{invitation.token}").status_code for _ in range(3)] == [303] * 3

    assert reload(invitation).uses == 1


def end(invitation, way):
    if way == "expired":
        core_clock.travel(days=8)
    elif way == "revoked":
        commands.revoke(invitation, actor=db.session.get(make.Member, invitation.created_by_id))
    else:
        for _ in range(2):
            commands.redeem(invitation, member=make.member())


@pytest.mark.parametrize(
    ("way", "said"), [("expired", "has expired"), ("revoked", "was taken back"), ("used up", "has been used up")]
)
def test_a_link_that_is_over_says_so_and_shows_nothing_of_the_board(as_member, invitation, way, said):
    end(invitation, way)
    browser = as_member(make.member())

    for answer in (browser.get(f"/i/{invitation.token}"), browser.post(f"/i/{invitation.token}")):
        assert answer.status_code == 409
        assert said in answer.text
        assert "Hush" not in answer.text


def test_an_unknown_link_is_missing(guest):
    assert guest.get("/i/nonsense").status_code == 404


def test_a_banned_member_does_not_come_in_by_a_link(as_member, board, invitation):
    browser = as_member(make.member(of=board, role="banned"))

    for answer in (browser.get(f"/i/{invitation.token}"), browser.post(f"/i/{invitation.token}")):
        assert answer.status_code == 403
        assert "Hush" not in answer.text
    assert reload(invitation).uses == 0


def test_links_of_another_board_cannot_be_taken_back(as_member, invitation):
    other = make.board()
    browser = as_member(make.member(of=other, role="owner"))

    assert browser.post(f"/b/{other.slug}/invitations/{invitation.id}/revoke").status_code == 404
    assert reload(invitation).revoked_at is None


def test_a_moderator_who_steps_down_leaves_no_open_links(app, board, owner):
    moderator = make.member(of=board, role="moderator")
    link = commands.invite(board, actor=moderator, quota=9, days=9)

    commands.set_role(board, actor=owner, target=moderator, role="member")

    assert reload(link).revoked_at is not None


def test_an_application_that_waits_ends_when_its_writer_comes_by_a_link(app):
    board = make.board("apply")
    link = commands.invite(board, actor=make.member(of=board, role="owner"), quota=1, days=1)
    member = make.member()
    application = commands.apply(board, member=member, answers=[])

    commands.redeem(link, member=member)

    assert reload(application).state == "withdrawn"


STEPS = st.lists(st.tuples(st.sampled_from(["come", "leave", "revoke", "later"]), st.integers(0, 5)), max_size=25)


@settings(max_examples=20)
@given(quota=st.integers(1, 4), steps=STEPS)
def test_no_history_uses_a_link_more_often_than_its_quota(app, clock, quota, steps):
    board = make.board("invite")
    owner, people = make.member(of=board, role="owner"), [make.member() for _ in range(6)]
    link = commands.invite(board, actor=owner, quota=quota, days=3)
    came = 0
    for step, who in steps:
        inside = members(board)
        _try(step, link, board, (people[who], owner))
        came += max(members(board) - inside, 0)
    clock.settle()

    assert came == reload(link).uses <= quota
    assert reload(board).member_count == members(board)


def _try(step, link, board, who):
    person, owner = who
    try:
        if step == "come":
            commands.redeem(link, member=person)
        elif step == "leave":
            commands.leave(board, member=person)
        elif step == "revoke":
            commands.revoke(link, actor=owner)
        else:
            core_clock.travel(days=1)
    except Refused:
        pass


def test_twenty_at_once_get_exactly_five_places(app, board, owner):
    link = commands.invite(board, actor=owner, quota=5, days=1)
    people = [make.member() for _ in range(20)]
    outcomes = []

    def come(member_id):
        with app.app_context():
            try:
                found = db.session.get(Invitation, link.id)
                commands.redeem(found, member=db.session.get(make.Member, member_id))
                outcomes.append("in")
            except Refused as refused:
                outcomes.append(refused.code)

    threads = [threading.Thread(target=come, args=(person.id,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["in"] * 5 + ["invitation_used_up"] * 15
    assert reload(link).uses == members(board) == 5
    assert reload(board).member_count == 5
