"""What strangers write waits under Requests, and they are told nothing of it."""

import re

import pytest

from core.db import db, writing
from core.live import Signal
from forum.members.models import Block
from forum.messages.commands import Letter, add, mark_read, send, send_to_several
from forum.messages.models import Conversation, Participant
from forum.notices.models import Notice
from tests import make
from tests.conftest import reload
from tests.shop import buying


@pytest.fixture
def anna(app):
    return make.member(username="anna")


@pytest.fixture
def stranger(app):
    return make.member(username="stranger")


@pytest.fixture
def request_(anna, stranger):
    return send(stranger, anna, Letter("Dear madam")).conversation_id


def state_of(member):
    db.session.rollback()
    return db.session.query(Participant.state).filter_by(member_id=member.id).scalar()


def test_a_strangers_first_message_waits_and_stirs_nothing(as_member, anna, stranger, request_, worker):
    send(stranger, anna, Letter("Are you there?"))
    worker()
    client = as_member(anna)

    assert reload(anna).unread_messages == 0
    assert db.session.query(Notice).count() == 0
    assert db.session.query(Signal).filter_by(member_id=anna.id).count() == 0
    assert "stranger" not in client.get("/messages").text
    assert '<span class="tabs__count">1</span>' in client.get("/messages").text
    assert "stranger" in client.get("/messages/requests").text
    assert "Dear madam" in client.get(f"/messages/{request_}").text


def test_the_stranger_sees_an_ordinary_conversation_whatever_becomes_of_it(as_member, anna, stranger, request_):
    sender = as_member(stranger)

    def seen():
        page = sender.get(f"/messages/{request_}").text
        shown = page.partition("<main")[2].partition("composer")[0]
        return re.sub(r'name="csrf_token" value="[^"]*"', "", shown)  # holds the second in which it was made

    before = seen()
    mark_read(anna, request_, 1)
    assert seen() == before
    as_member(anna).post(f"/messages/{request_}/decline")
    assert seen() == before
    assert "request" not in sender.get("/messages").text.partition("item-list")[2].lower().partition("</ol>")[0]
    assert sender.post(f"/messages/{request_}/replies", data={"body": "Hello?"}).status_code == 303
    assert state_of(anna) == "declined"


def test_accepting_moves_it_to_the_conversations_with_what_is_unread(as_member, anna, request_, worker):
    client = as_member(anna)

    for _twice in range(2):
        assert client.post(f"/messages/{request_}/accept").status_code == 303

    assert reload(anna).unread_messages == 1
    assert "stranger" in client.get("/messages").text
    assert "stranger" not in client.get("/messages/requests").text.partition("<ol")[2]


def test_answering_accepts(as_member, anna, stranger, request_):
    as_member(anna).post(f"/messages/{request_}/replies", data={"body": "Hello"})
    send(stranger, anna, Letter("Thank you"))

    assert state_of(anna) == "in"
    assert reload(anna).unread_messages == 2


def test_declining_makes_it_disappear_until_one_writes_oneself(as_member, anna, stranger, request_):
    client = as_member(anna)
    for _twice in range(2):
        assert client.post(f"/messages/{request_}/decline").status_code == 303
    send(stranger, anna, Letter("And another thing"))

    assert client.get(f"/messages/{request_}").status_code == 404
    assert "stranger" not in client.get("/messages/requests").text.partition("<ol")[2]
    assert client.post(f"/messages/{request_}/accept").status_code == 404
    assert client.post("/messages/new", data={"to": "stranger", "body": "Now then"}).status_code == 303
    assert "another thing" in client.get(f"/messages/{request_}").text


def test_what_was_accepted_is_not_declined_by_an_old_page(as_member, anna, request_):
    client = as_member(anna)
    client.post(f"/messages/{request_}/accept")

    assert client.post(f"/messages/{request_}/decline").status_code == 409
    assert state_of(anna) == "in"


def test_reading_a_request_leaves_the_number_in_the_head_alone(anna, stranger, request_):
    friend = make.member()
    make.talk(friend, anna)
    with writing():
        reload(anna).unread_messages = 1

    mark_read(anna, request_, 1)

    assert reload(anna).unread_messages == 1


@pytest.mark.parametrize("setting", ["everyone", "requests", "shared"])
def test_people_of_a_common_board_come_straight_in(anna, stranger, setting):
    board = make.board()
    for person in (anna, stranger):
        make.membership(person, board)
    with writing():
        anna.messages_from = setting

    send(stranger, anna, Letter("Hello"))

    assert state_of(anna) == "in"


@pytest.mark.parametrize(("setting", "state"), [("everyone", "in"), ("requests", "request")])
def test_the_setting_decides_about_strangers(anna, stranger, setting, state):
    with writing():
        anna.messages_from = setting

    send(stranger, anna, Letter("Hello"))

    assert state_of(anna) == state


def test_people_one_trades_with_come_straight_in_whatever_the_setting(anna):
    offer = make.offer(by=anna, on=make.board(), stock=3)
    buyer = buying.rich()
    buying.buy(offer, buyer)
    with writing():
        reload(anna).messages_from = "nobody"

    send(buyer, anna, Letter("When will it come?"))

    assert state_of(anna) == "in"


def test_a_question_about_what_one_sells_comes_straight_in(anna, stranger):
    offer = make.offer(by=anna, on=make.board())
    other = make.offer(on=make.board())

    send(stranger, anna, Letter("Is it still there?", f"product:{offer.product_id}"))
    send(make.member(), anna, Letter("Is yours better than this?", f"product:{other.product_id}"))

    states = db.session.query(Participant.state).filter_by(member_id=anna.id).order_by(Participant.id)
    assert [state for (state,) in states] == ["in", "request"]


def test_who_answered_once_is_no_stranger_in_a_conversation_of_several(anna, stranger, request_):
    send(anna, stranger, Letter("Hello"))
    other = make.member()

    group = send_to_several(stranger, [anna, other], Letter("All of us"))

    rows = db.session.query(Participant).filter_by(conversation_id=group.conversation_id)
    assert {row.member_id: row.state for row in rows} == {stranger.id: "in", anna.id: "in", other.id: "request"}


def test_being_added_by_a_stranger_is_a_request_too(as_member, anna, stranger, worker):
    other = make.member(messages_from="everyone")
    group = make.talk(stranger, other, make.member())

    add(stranger, group.id, anna)
    worker()

    assert db.session.query(Notice).filter_by(member_id=anna.id).count() == 0
    assert as_member(anna).get("/messages/requests").text.count("item--") == 0
    assert "stranger" in as_member(anna).get("/messages/requests").text


def test_a_request_is_blocked_and_reported_in_one_go(as_member, anna, stranger, request_):
    client = as_member(anna)
    page = client.get(f"/messages/{request_}/report").text
    assert (
        "checked"
        in page.partition('name="blocks"')[0].rpartition("<input")[2] + page.partition('name="blocks"')[2][:60]
    )

    answer = client.post(
        f"/messages/{request_}/report", data={"reason": "Spam", "message": "1", "blocks": "y", "key": "k"}
    )

    assert answer.status_code == 303
    assert state_of(anna) == "declined"
    assert db.session.query(Block).filter_by(member_id=anna.id, blocked_id=stranger.id).count() == 1
    assert db.session.query(Conversation).count() == 1


@pytest.mark.parametrize("how", ["blocked", "suspended"])
def test_requests_of_people_who_are_gone_are_not_shown(as_member, anna, stranger, request_, how):
    client = as_member(anna)
    if how == "blocked":
        client.post("/m/stranger/block")
    else:
        with writing():
            stranger.is_suspended = True

    page = client.get("/messages/requests").text

    assert "item-list" not in page
    assert "tabs__count" not in page
