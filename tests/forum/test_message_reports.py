"""Reporting conversations, with evidence, to the operators and to nobody else."""

import pytest

from core.db import db
from forum.members.models import Block
from forum.messages.commands import Letter, add, delete, reply, send, send_to_several
from forum.messages.models import Message
from forum.moderation.models import Evidence, TalkReport
from forum.notices.models import Notice
from forum.pictures.commands import keep_picture
from tests import make
from tests.conftest import reload
from tests.forum.test_pictures import drawn


@pytest.fixture
def anna(app):
    return make.member(username="anna", messages_from="everyone")


@pytest.fixture
def rude(app):
    return make.member(username="rude", messages_from="everyone")


@pytest.fixture
def talk(anna, rude):
    for words in ("Hello", "Something foul", "Something worse"):
        sent = send(rude, anna, Letter(words))
    return sent.conversation_id


def report(client, talk, numbers=(2,), **given):
    data = {"reason": "Look at this", "message": [str(number) for number in numbers], "key": "k" * 32, **given}
    return client.post(f"/messages/{talk}/report", data=data)


def evidence():
    db.session.rollback()
    return [(row.message_no, row.body) for row in db.session.query(Evidence).order_by(Evidence.message_no)]


def test_the_chosen_messages_are_copied_and_shown_to_operators(as_member, anna, rude, talk, worker):
    operator = make.operator()

    assert report(as_member(anna), talk, (2, 3)).status_code == 303
    worker()

    assert evidence() == [(2, "Something foul"), (3, "Something worse")]
    desk = as_member(operator).get("/moderation").text
    for words in ("Look at this", "Something foul", "Something worse", "anna", "rude"):
        assert words in desk
    assert "Hello" not in desk.partition("talk-report")[2]
    notice = db.session.query(Notice).filter_by(kind="talk_report").one()
    assert (notice.member_id, notice.actor_id, notice.facts) == (operator.id, None, {})
    assert "A conversation was reported." in as_member(operator).get("/notices").text


def test_board_owners_and_the_reported_see_nothing_of_it(as_member, anna, rude, talk, worker):
    board = make.board()
    owner = make.member(of=board, role="owner")
    make.membership(rude, board)
    report(as_member(anna), talk)
    worker()
    found = db.session.query(TalkReport).one().id

    for person in (owner, rude, anna):
        client = as_member(person)
        assert "Something foul" not in client.get("/moderation").text
        assert client.post(f"/moderation/conversations/{found}/close").status_code == 404
        assert db.session.query(Notice).filter_by(member_id=person.id, kind="talk_report").count() == 0


def test_evidence_stays_when_the_message_goes_with_its_picture(as_member, anna, rude, talk):
    picture = keep_picture(rude, drawn())
    number = send(rude, anna, Letter(f"Foul ![]({picture.address})")).message_no
    report(as_member(anna), talk, (number,))

    delete(rude, talk, number)

    operator = as_member(make.operator())
    assert "Foul" in operator.get("/moderation").text
    assert operator.get(picture.address).status_code == 200
    assert as_member(anna).get(picture.address).status_code == 404
    assert operator.get(f"/messages/{talk}").status_code == 404


def test_closing_takes_it_from_the_desk_and_keeps_the_evidence(as_member, anna, talk):
    report(as_member(anna), talk)
    operator = make.operator()
    client, found = as_member(operator), db.session.query(TalkReport).one()

    for _twice in range(2):
        assert client.post(f"/moderation/conversations/{found.id}/close").status_code == 303

    assert "Something foul" not in client.get("/moderation").text
    found = reload(found)
    assert (found.state, found.decided_by_id) == ("closed", operator.id)
    assert len(evidence()) == 1


def test_the_author_is_suspended_from_the_desk(as_member, anna, rude, talk):
    report(as_member(anna), talk)
    client = as_member(make.operator())
    assert 'action="/admin/members/rude/suspend"' in client.get("/moderation").text

    client.post("/admin/members/rude/suspend")

    assert reload(rude).is_suspended
    assert "rude is suspended." in client.get("/moderation").text


def test_a_double_click_reports_once_and_blocking_is_a_tick(as_member, anna, rude, talk):
    for _twice in range(2):
        assert report(as_member(anna), talk, blocks="y").status_code == 303

    assert db.session.query(TalkReport).count() == 1
    assert db.session.query(Block).filter_by(member_id=anna.id, blocked_id=rude.id).count() == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"message": []}, "at least one message that the other wrote"),
        ({"message": [4]}, "at least one message that the other wrote"),  # her own
        ({"message": [99]}, "at least one message that the other wrote"),
        ({"message": [*range(1, 22)]}, "at most 20 messages"),
        ({"reason": " "}, "reason-error"),
        ({"reason": "x" * 1001}, "reason-error"),
        ({"key": ""}, "incomplete"),
        ({"message": ["x", "2²", "٢"]}, "at least one message that the other wrote"),
    ],
)
def test_what_proves_nothing_is_refused_and_the_ticks_stay(as_member, anna, talk, given, words):
    as_member(anna).post(f"/messages/{talk}/replies", data={"body": "Stop it"})

    answer = report(as_member(anna), talk, **given)

    assert answer.status_code == 422
    assert words in answer.text
    assert evidence() == []
    if "message" not in given:
        assert 'value="2" checked' in answer.text


def test_one_reports_only_what_one_sees(as_member, anna, rude):
    mia, late = (make.member(username=name, messages_from="everyone") for name in ("mia", "late"))
    talk = send_to_several(rude, [anna, mia], Letter("Before")).conversation_id
    add(anna, talk, late)
    reply(rude, talk, Letter("After"))
    gone = reply(rude, talk, Letter("Gone"))
    delete(rude, talk, gone.message_no)

    page = as_member(late).get(f"/messages/{talk}/report").text
    report(as_member(late), talk, range(1, 6))

    assert "Before" not in page
    assert "Gone" not in page
    assert evidence() == [(3, "After")]
    assert db.session.query(Message).count() == 4


def test_a_message_leads_to_its_report(as_member, anna, talk):
    client = as_member(anna)

    assert f'href="/messages/{talk}/report?message=2"' in client.get(f"/messages/{talk}").text
    assert 'value="2" checked' in client.get(f"/messages/{talk}/report?message=2").text


def test_the_desk_of_an_operator_costs_few_statements(as_member, anna, rude, count_queries, unlimited):
    for number in range(12):
        author = make.member(messages_from="everyone")
        sent = send(author, anna, Letter("Foul"))
        report(as_member(anna), sent.conversation_id, (1,), key=f"key{number}")
    client = as_member(make.operator())

    with count_queries() as sent:
        assert client.get("/moderation").text.count("talk-report-") == 12
    assert len(sent) <= 8
