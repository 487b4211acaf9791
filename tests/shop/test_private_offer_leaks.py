"""A private offer is for two: everyone else finds nothing, also in the same conversation."""

import pytest
from sqlalchemy import delete

from core.db import db, writing
from forum.boards.models import Board
from forum.messages.models import Message, Participant
from forum.threads.models import Thread
from shop.private_offers.slots import cards_of_what_is_sold
from shop.products.models import Product
from tests import make
from tests.shop.offering import counter, offered, on_sale

SECRET = "only for the two of us"


@pytest.fixture
def private(seller, buyer):
    offer = on_sale(seller, stock=5, product={"title": "Lamp"})
    return offered(offer, seller, buyer, note=SECRET, unit_price=1234)


def everything(browser, private):
    """Each door to it: status and words."""
    form = {"key": "k", "address": "x", "price": "1", "quantity": 1}
    yield browser.get(f"/offers/{private.id}")
    yield browser.get(f"/offers/{private.id}", headers={"HX-Request": "true"})
    for step in ("accept", "counter", "decline", "withdraw"):
        yield browser.post(f"/offers/{private.id}/{step}", data=form)


def test_outsiders_find_nothing(as_member, private):
    for answer in everything(as_member(make.member()), private):
        assert (answer.status_code, SECRET in answer.text) == (404, False)


def test_an_operator_finds_nothing_either(as_member, private):
    for answer in everything(as_member(make.operator()), private):
        assert (answer.status_code, SECRET in answer.text) == (404, False)


def test_another_member_of_the_conversation_sees_that_there_was_something_and_no_terms(as_member, private):
    third = make.member()
    make.saved(Participant(conversation_id=private.conversation_id, member_id=third.id))
    browser = as_member(third)

    page = browser.get(f"/messages/{private.conversation_id}").text

    assert "I have made you an offer." in page
    assert "What this was about is not there any more, or you may not see it." in page
    for word in (SECRET, "12.34", "Lamp", "/offers/"):
        assert word not in page
    assert {answer.status_code for answer in everything(browser, private)} == {404}


def test_the_card_of_a_hidden_product_is_not_there_beside_a_private_offer_for_it(as_member, private, buyer):
    """One statement brings both; what brings the offer must not bring the product."""
    product_id, board = db.session.query(Product.id, Thread.board_id).join(Product.thread).one()
    abouts = [f"product:{product_id}", private.about]
    assert set(cards_of_what_is_sold(abouts, buyer)["product_by_about"]) == {f"product:{product_id}"}

    with writing():
        db.session.get_one(Board, board).read_level = 2
    db.session.expire_all()
    found = cards_of_what_is_sold(abouts, buyer)

    assert found["product_by_about"] == {}
    assert found["private_offer_by_about"][private.about].card is None


def test_who_has_left_the_conversation_finds_nothing(as_member, private, buyer):
    with writing():
        theirs = (Participant.member_id == buyer.id, Participant.conversation_id == private.conversation_id)
        db.session.execute(delete(Participant).where(*theirs))

    assert {answer.status_code for answer in everything(as_member(buyer), private)} == {404}


def test_what_is_written_into_the_conversation_holds_no_terms(worker, private, buyer):
    counter(private, buyer, note=SECRET)
    worker()

    for message in db.session.query(Message):
        assert SECRET not in message.body
        assert "12.34" not in message.body


def test_a_card_of_it_elsewhere_is_seen_by_the_two_only(as_member, private, buyer):
    other = make.member(username="elsewhere")
    form = {"to": "elsewhere", "body": "Look", "about": f"private-offer:{private.id}"}

    where = as_member(buyer).post("/messages/new", data=form).location

    assert SECRET in as_member(buyer).get(where).text
    assert SECRET not in as_member(other).get(where).text
    answer = as_member(other).post("/messages/new", data=form | {"to": buyer.username})
    assert answer.status_code == 409


def test_a_buyer_who_may_not_read_the_board_is_not_offered_what_is_sold_there(as_member, seller, buyer):
    board = make.board("secret")
    make.membership(seller, board)
    offer = make.offer(by=seller, on=board, product={"title": "Hidden lamp"})
    open_one = offered(on_sale(seller, stock=5), seller, buyer)
    form = {"key": "k", "product": offer.product_id, "price": "1", "quantity": 1, "delivery": "ship", "hours": 1}

    answer = as_member(seller).post(f"/messages/{open_one.conversation_id}/offers", data=form)

    assert answer.status_code == 409
    assert "may not read the board" in answer.text
    assert "Hidden lamp" not in as_member(buyer).get(f"/messages/{open_one.conversation_id}").text
