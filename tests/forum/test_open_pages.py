"""What an open page asks for when it hears of news."""

import pytest
from sqlalchemy import select

from core.db import db
from core.live import Signal
from tests import make

HTMX = {"HX-Request": "true"}


@pytest.fixture
def talk(as_member, anna, paul, unlimited):
    """The address of a conversation with three messages of Anna's to Paul."""
    for number in (1, 2, 3):
        answer = as_member(anna).post("/messages/new", data={"to": "paul", "body": f"Number {number}"})
    return answer.location.partition("#")[0]


def heard_by(member):
    return list(db.session.scalars(select(Signal.topic).where(Signal.member_id == member.id).order_by(Signal.id)))


def test_a_page_gets_what_it_does_not_show_yet_and_marks_it_read(as_member, paul, talk, count_queries):
    reader = as_member(paul)

    with count_queries() as sent:
        answer = reader.get(f"{talk}/newer?after=1", headers=HTMX)

    assert "Number 1" not in answer.text
    assert answer.text.index("Number 2") < answer.text.index("Number 3")
    assert f'data-read-url="{talk}/read" data-read-no="3"' in answer.text
    assert len(sent) <= 2
    assert reader.get(f"{talk}/newer?after=3", headers=HTMX).text.strip() == ""
    assert reader.get(f"{talk}/newer?after=99999999999999999999", headers=HTMX).status_code == 200


def test_nobody_else_gets_it(as_member, talk):
    assert as_member(make.member()).get(f"{talk}/newer", headers=HTMX).status_code == 404


def test_only_a_page_that_shows_the_newest_message_is_added_to(as_member, paul, talk):
    assert "data-conversation=" in as_member(paul).get(talk).text
    assert "data-conversation=" not in as_member(paul).get(f"{talk}?before=3").text


def test_the_numbers_in_the_head_cost_one_statement(as_member, paul, talk, worker, count_queries):
    worker()
    reader = as_member(paul)

    with count_queries() as sent:
        answer = reader.get("/notices/counts", headers=HTMX)

    assert len(sent) == 1
    for place in ("messages-count", "messages-count-dock", "notices-count", "notices-count-dock"):
        assert f'id="{place}" hx-swap-oob="true"><span class="count">' in answer.text


def test_a_page_whose_session_ended_is_not_sent_away_by_its_numbers(guest):
    assert guest.get("/notices/counts", headers=HTMX).status_code == 204


def test_a_message_a_notice_and_having_read_are_heard_of(as_member, anna, paul, talk, worker):
    topic = f"conversation:{talk.rpartition('/')[2]}"
    assert heard_by(paul) == [topic] * 3
    assert heard_by(anna) == [topic] * 3  # for another page of hers

    worker()
    assert heard_by(paul)[3:] == ["notices"] * 3
    as_member(paul).post(f"{talk}/read", data={"no": 3})

    assert set(heard_by(paul)[6:]) == {"notices"}
    assert heard_by(anna)[3:] == [topic]  # her page shows the read mark


def test_guests_pages_do_not_listen(as_member, guest, paul):
    assert 'data-live="/live"' in as_member(paul).get("/").text
    assert "data-live" not in guest.get("/").text
