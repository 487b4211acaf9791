"""Asking to join a board, and the moderators' answer."""

import threading

import pytest

from core.db import db
from core.errors import Refused
from core.outbox import OutboxRow
from forum.boards import commands, queries
from forum.boards.models import Application, Membership, ModerationRecord
from tests import make
from tests.conftest import reload

ANSWERS = {"answer-1": "I roast at home.", "answer-2": "For years."}


@pytest.fixture
def board(app):
    return make.board("apply", questions=["What do you do?", "Since when?"])


@pytest.fixture
def moderator(board):
    return make.member(of=board, role="moderator")


def waiting(board, **given):
    return make.saved(Application(board_id=board.id, member_id=make.member().id, **given))


def newest():
    return db.session.scalar(db.select(Application).order_by(Application.id.desc()))


def applied(member, board):
    query = db.select(db.func.count()).select_from(Application)
    return db.session.scalar(query.filter_by(member_id=member.id, board_id=board.id))


def is_member(member_id, board):
    found = db.session.scalar(db.select(Membership).filter_by(board_id=board.id, member_id=member_id))
    return found is not None and found.role == "member"


def test_an_application_keeps_the_questions_as_they_were_asked(as_member, board):
    member = make.member()

    answer = as_member(member).post(f"/b/{board.slug}/join", data=ANSWERS)

    assert answer.status_code == 303
    asked = [["What do you do?", "I roast at home."], ["Since when?", "For years."]]
    assert (newest().member_id, newest().answers, newest().state) == (member.id, asked, "waiting")
    assert not is_member(member.id, board)


def test_an_unanswered_question_comes_back_with_the_other_answers(as_member, board):
    answer = as_member(make.member()).post(f"/b/{board.slug}/join", data={"answer-1": "I roast at home."})

    assert answer.status_code == 422
    assert "I roast at home." in answer.text
    assert 'id="answer-2-error"' in answer.text
    assert newest() is None


def test_applying_twice_is_applying_once(as_member, board):
    member = make.member()
    browser = as_member(member)

    assert [browser.post(f"/b/{board.slug}/join", data=ANSWERS).status_code for _ in range(2)] == [303, 303]

    assert applied(member, board) == 1


def test_who_has_not_confirmed_their_mail_cannot_apply(as_member, board):
    member = make.member(email_verified_at=None)

    assert as_member(member).post(f"/b/{board.slug}/join", data=ANSWERS).status_code == 403


def test_rules_are_accepted_with_the_application_and_hold_after_it(as_member, moderator):
    board = make.board("apply", rules="Be kind.", rules_version=2)
    make.membership(moderator, board, "moderator")
    member = make.member()

    assert as_member(member).post(f"/b/{board.slug}/join").status_code == 422
    as_member(member).post(f"/b/{board.slug}/join", data={"rules": "2"})
    commands.accept(newest(), actor=moderator)

    assert not queries.board_page(member, board.slug).needs_rules


def test_accepting_lets_the_applicant_in(as_member, board, moderator):
    application = waiting(board)
    before = reload(board).member_count

    answer = as_member(moderator).post(f"/b/{board.slug}/applications/{application.id}/accept")

    assert answer.status_code == 303
    assert is_member(application.member_id, board)
    assert reload(board).member_count == before + 1
    assert (reload(application).state, application.decided_by_id) == ("accepted", moderator.id)
    assert db.session.scalar(db.select(ModerationRecord.action)) == "accepted"


def test_accepting_twice_counts_once(as_member, board, moderator):
    application = waiting(board)
    browser = as_member(moderator)

    codes = [browser.post(f"/b/{board.slug}/applications/{application.id}/accept").status_code for _ in range(2)]

    assert codes == [303, 303]
    assert reload(board).member_count == 1
    assert db.session.scalar(db.select(db.func.count()).select_from(ModerationRecord)) == 1


def test_two_moderators_cannot_both_decide(app, board, moderator):
    application, other = waiting(board), make.member(of=board, role="moderator")
    commands.accept(application, actor=moderator)

    with pytest.raises(Refused) as refused:
        commands.refuse(application, actor=other, reason="No.")

    assert refused.value.code == "already_decided"
    assert (reload(application).state, application.decided_by_id) == ("accepted", moderator.id)


def test_a_refusal_needs_a_reason(as_member, board, moderator):
    application = waiting(board)

    answer = as_member(moderator).post(f"/b/{board.slug}/applications/{application.id}/refuse", data={"reason": " "})

    assert answer.status_code == 422
    assert "field__error" in answer.text
    assert reload(application).state == "waiting"


def test_who_was_refused_reads_why_and_may_apply_again_after_a_week(as_member, board, moderator, clock):
    member = make.member()
    browser = as_member(member)
    browser.post(f"/b/{board.slug}/join", data=ANSWERS)
    as_member(moderator).post(f"/b/{board.slug}/applications/{newest().id}/refuse", data={"reason": "Say more."})

    assert "Say more." in browser.get(f"/b/{board.slug}/join").text
    assert browser.post(f"/b/{board.slug}/join", data=ANSWERS).status_code == 409

    clock.travel(days=8)
    assert as_member(member).post(f"/b/{board.slug}/join", data=ANSWERS).status_code == 303
    assert applied(member, board) == 2


def test_who_withdraws_may_apply_again_at_once(as_member, board):
    member = make.member()
    browser = as_member(member)
    browser.post(f"/b/{board.slug}/join", data=ANSWERS)

    assert browser.post(f"/b/{board.slug}/withdraw").status_code == 303
    assert newest().state == "withdrawn"
    assert browser.post(f"/b/{board.slug}/join", data=ANSWERS).status_code == 303


def test_nothing_that_was_decided_can_be_withdrawn(as_member, board, moderator):
    application = waiting(board)
    commands.accept(application, actor=moderator)

    member = db.session.get(make.Member, application.member_id)
    assert as_member(member).post(f"/b/{board.slug}/withdraw").status_code == 409


def test_the_queue_shows_the_oldest_first_with_their_answers(as_member, board, moderator):
    waiting(board, answers=[["What do you do?", "First answer"]])
    waiting(board, answers=[["What do you do?", "<b>Second</b> answer"]])

    page = as_member(moderator).get(f"/b/{board.slug}/applications").text

    assert page.index("First answer") < page.index("&lt;b&gt;Second&lt;/b&gt; answer")


@pytest.mark.parametrize(("role", "status"), [("member", 403), ("moderator", 200), ("owner", 200)])
def test_only_moderators_see_the_queue(as_member, board, role, status):
    member = make.member(of=board, role=role)

    assert as_member(member).get(f"/b/{board.slug}/applications").status_code == status


def test_a_moderator_of_another_board_decides_nothing_here(as_member, board):
    application, theirs = waiting(board), make.board("apply")
    browser = as_member(make.member(of=theirs, role="owner"))

    for path in (board.slug, theirs.slug):
        assert browser.post(f"/b/{path}/applications/{application.id}/accept").status_code == 404
    assert reload(application).state == "waiting"


def test_a_moderator_who_lost_the_role_meanwhile_decides_nothing(app, board, moderator):
    application = waiting(board)
    commands.set_role(board, actor=make.member(of=board, role="owner"), target=moderator, role="banned", reason="Left.")

    with pytest.raises(Refused):
        commands.accept(application, actor=moderator)

    assert reload(application).state == "waiting"


def test_a_ban_ends_the_application(app, board, moderator):
    application = waiting(board)
    applicant = db.session.get(make.Member, application.member_id)

    commands.set_role(board, actor=moderator, target=applicant, role="banned", reason="Spam.")

    assert reload(application).state == "withdrawn"


def test_applying_and_the_answer_are_announced(app, board, moderator):
    application = commands.apply(board, member=make.member(), answers=["A", "B"])
    commands.accept(application, actor=moderator)

    events = set(db.session.scalars(db.select(OutboxRow.event)))
    assert {"Applied", "ApplicationDecided"} <= events


def test_the_form_of_a_board_without_questions_is_only_a_button(as_member):
    board = make.board("apply")

    assert as_member(make.member()).post(f"/b/{board.slug}/join").status_code == 303
    assert newest().answers == []


def test_of_two_moderators_at_once_one_decides(app, board, moderator):
    application, other = waiting(board), make.member(of=board, role="moderator")
    outcomes = []

    def decide(verb, actor_id, **more):
        with app.app_context():
            found = db.session.get(Application, application.id)
            try:
                verb(found, actor=db.session.get(make.Member, actor_id), **more)
                outcomes.append(verb.__name__)
            except Refused as refused:
                outcomes.append(refused.code)

    deciders = [
        threading.Thread(target=decide, args=(commands.accept, moderator.id)),
        threading.Thread(target=decide, args=(commands.refuse, other.id), kwargs={"reason": "No."}),
    ]
    for decider in deciders:
        decider.start()
    for decider in deciders:
        decider.join()

    assert sorted(outcomes) in (["accept", "already_decided"], ["already_decided", "refuse"])
    assert is_member(application.member_id, board) == ("accept" in outcomes)
