"""Sellers who write first: a number of people a day, smaller when hardly anyone answers."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.db import db
from forum.messages.commands import Letter, add, send, send_to_several
from forum.messages.models import Participant
from tests import make
from tests.shop import buying

pytestmark = pytest.mark.usefixtures("unlimited")


@pytest.fixture
def seller(app):
    member = make.member(username="seller")
    make.offer(by=member, on=make.board())
    return member


def strangers(number):
    return [make.member(messages_from="everyone") for _ in range(number)]


def write(client, to):
    return client.post("/messages/new", data={"to": to.username, "body": "Have a look at my lamps"})


def approach(seller, number, answering=0):
    people = strangers(number)
    for place, person in enumerate(people):
        send(seller, person, Letter("Have a look"))
        if place < answering:
            send(person, seller, Letter("Gladly"))
    return people


def test_ten_people_a_day_and_then_words(as_member, seller, clock):
    approach(seller, 10, answering=10)
    client, last = as_member(seller), strangers(1)[0]

    answer = write(client, last)

    assert answer.status_code == 409
    assert "10 people a day" in answer.text
    assert "Have a look at my lamps" in answer.text
    clock.travel(hours=24)
    assert write(client, last).status_code == 303


def test_with_few_answers_it_is_three_and_the_reason_is_said(as_member, seller, clock):
    approach(seller, 10, answering=1)
    clock.travel(days=1)
    client = as_member(seller)

    answers = [write(client, person) for person in strangers(4)]

    assert [answer.status_code for answer in answers] == [303, 303, 303, 409]
    assert "Of the 13 people you wrote to first in the last 30 days, 1 answered." in answers[3].text


@pytest.mark.parametrize(("answering", "more"), [(1, 3), (2, 10)])
def test_a_fifth_of_ten_is_enough(as_member, seller, clock, answering, more):
    approach(seller, 10, answering=answering)
    clock.travel(days=1)
    people = strangers(4)
    client = as_member(seller)

    sent = [write(client, person).status_code for person in people]

    assert sent.count(303) == min(more, 4) if more == 3 else sent.count(303) >= 3


def test_after_thirty_days_silence_is_forgotten(as_member, seller, clock):
    approach(seller, 10)
    clock.travel(days=31)
    client = as_member(seller)

    assert {write(client, person).status_code for person in strangers(5)} == {303}


def test_answering_is_free(as_member, seller):
    approach(seller, 10, answering=10)
    asker = strangers(1)[0]
    send(asker, seller, Letter("What do you sell?"))

    assert write(as_member(seller), asker).status_code == 303


def test_writing_to_ones_buyers_is_free(as_member, seller):
    approach(seller, 10, answering=10)
    buyer = buying.rich()
    buying.buy(make.offer(by=seller, on=make.board()), buyer)

    assert write(as_member(seller), buyer).status_code == 303


def test_each_person_of_a_conversation_of_several_counts(seller):
    send_to_several(seller, strangers(8), Letter("Have a look"))
    with pytest.raises(Exception, match="10 people a day") as refused:
        send_to_several(seller, strangers(3), Letter("Have a look"))
    assert refused.value.code == "approaches"

    group = send_to_several(seller, strangers(2), Letter("Have a look")).conversation_id
    with pytest.raises(Exception, match="people a day"):
        add(seller, group, strangers(1)[0])


def test_who_sells_nothing_has_no_such_number(as_member, seller):
    member = make.member()

    assert {write(as_member(member), person).status_code for person in strangers(12)} == {303}


def test_twenty_forms_at_once_reach_ten_people(app, seller):
    people = [person.id for person in strangers(20)]
    kind, seller_id = type(seller), seller.id

    def attempt(number):
        with app.app_context():
            try:
                send(db.session.get(kind, seller_id), db.session.get(kind, number), Letter("Have a look"))
            except Exception as problem:
                return getattr(problem, "code", repr(problem))
            finally:
                db.session.remove()
            return "sent"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, people))

    assert sorted(answers) == ["approaches"] * 10 + ["sent"] * 10
    assert db.session.query(Participant).filter_by(added_by_id=seller_id, is_cold=True).count() == 10
