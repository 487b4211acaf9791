"""The proof panel: each number from facts, moved as they happen, and the same when everything is counted anew."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select, update

from core.clock import now
from core.db import db, writing
from core.jobs import run_all
from shop.feedback import commands as feedback
from shop.feedback.commands import Words
from shop.orders import commands as orders
from shop.orders.models import OrderLine
from shop.proof import commands, queries
from shop.proof.models import MemberProof, ProductProof
from shop.proof.rules import Proof, median_of
from shop.shipments.commands import send_rest
from tests import make
from tests.shop.buying import again, buy, rich


def proof_of(member):
    db.session.rollback()
    return queries.panel_of_member(member)[0].seller


def sell(offer, seller, buyer, quantity=1):
    order = buy(offer, buyer, quantity=quantity)
    send_rest(order, actor=seller)
    return orders.receive(order, actor=buyer)


def rate(order, author, stars):
    line = db.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
    return feedback.write_of_line(order, line, Words(stars, "Said."), author=author)


def test_a_sale_a_review_and_a_partner_are_counted_as_they_happen(seller, worker, as_member):
    offer, buyer = make.offer(by=seller, stock=9), rich()
    order = sell(offer, seller, buyer, quantity=2)
    rate(order, buyer, 4)
    worker()
    assert (proof_of(seller).units, proof_of(seller).reviews) == (2, 0)  # still blind

    rate(order, seller, 5)
    worker()
    found = proof_of(seller)
    assert (found.units, found.returned, found.reviews, found.stars, found.partners) == (2, 0, 1, 4, 1)
    assert proof_of(buyer).partners == 1
    page = as_member(None).get(f"/p/{offer.product_id}").text
    assert "4.0 of 5" in page
    assert "Said." in page
    assert list(queries.verify()) == []


def test_many_deals_with_one_member_are_one_partner(seller, worker):
    offer, buyer = make.offer(by=seller, stock=9), rich()
    for _ in range(3):
        sell(offer, seller, buyer)
    worker()
    assert (proof_of(seller).units, proof_of(seller).partners) == (3, 1)


def test_what_was_wholly_given_back_is_a_return_and_no_partner(seller, worker):
    offer, buyer = make.offer(by=seller, stock=9), rich()
    order = sell(offer, seller, buyer)
    worker()
    orders.refund(order, actor=seller, amount=None, reason="", key="all")
    worker()
    found = proof_of(seller)
    assert (found.units, found.returned, found.partners) == (1, 1, 0)
    assert list(queries.verify()) == []


def test_what_was_cancelled_was_never_sold(seller, worker):
    order = buy(make.offer(by=seller, stock=9), buyer := rich())
    orders.cancel(order, actor=buyer)
    worker()
    assert (proof_of(seller).units, proof_of(seller).returned) == (0, 0)


def test_a_removed_review_counts_no_more(seller, worker):
    offer, buyer = make.offer(by=seller, stock=9), rich()
    order = sell(offer, seller, buyer)
    review = rate(order, buyer, 1)
    rate(order, seller, 5)
    worker()
    feedback.remove(review, "Insults", operator=make.operator())
    worker()
    assert (proof_of(seller).reviews, proof_of(seller).stars) == (0, 0)
    assert list(queries.verify()) == []


def test_events_that_come_twice_count_once(seller, worker):
    order = sell(make.offer(by=seller, stock=9), seller, rich())
    worker()
    for _ in range(2):
        commands.count_order(order.id)
    assert (proof_of(seller).units, proof_of(seller).partners) == (1, 1)


def test_the_answer_time_is_the_median_from_the_first_message_that_waited(as_member, worker, clock, seller):
    for minutes in (10, 20, 30, 40, 600):
        asker = make.member()
        talk = make.talk(asker, seller)
        as_member(asker).post(f"/messages/{talk.id}/replies", data={"body": "Are you there?"})
        clock.travel(minutes=minutes)
        as_member(seller).post(f"/messages/{talk.id}/replies", data={"body": "Yes"})
        as_member(seller).post(f"/messages/{talk.id}/replies", data={"body": "And more"})
    worker()
    assert proof_of(seller).answer_time == pytest.approx(1800, abs=60)
    assert list(queries.verify()) == []


def test_few_answers_and_few_units_say_nothing():
    assert Proof(answers=4, answer_seconds=60).answer_time is None
    assert Proof(units=9, returned=9).return_percent is None
    assert Proof(units=10, returned=1).return_percent == 10


@given(some.lists(some.integers(0, 10**9), min_size=1, max_size=50))
def test_the_median_lies_between_its_numbers(seconds):
    assert min(seconds) <= median_of(seconds) <= max(seconds)
    assert sum(number < median_of(seconds) for number in seconds) <= len(seconds) / 2


def test_verify_finds_a_wrong_number_and_the_nightly_job_mends_it(app, seller, worker):
    offer = make.offer(by=seller, stock=9)
    sell(offer, seller, rich())
    worker()
    with writing():
        db.session.execute(update(MemberProof).values(units=7, partners=3))
        db.session.execute(update(ProductProof).values(stars=1))
    answer = app.test_cli_runner().invoke(args=["trust", "verify"])
    assert answer.exit_code == 1
    assert len(list(queries.verify())) == 5  # units and partners of both members, stars of the product

    run_all()
    assert (proof_of(seller).units, proof_of(seller).partners) == (1, 1)
    assert app.test_cli_runner().invoke(args=["trust", "verify"]).exit_code == 0


def test_the_method_is_public(guest):
    assert "median" in guest.get("/trust").text


def test_an_order_of_the_past_is_counted_at_the_workers_start(seller, worker):
    order = sell(make.offer(by=seller, stock=9), seller, rich())
    assert again(order).completed_at > now() - timedelta(minutes=1)
    run_all()
    assert proof_of(seller).units == 1
    worker()
    assert proof_of(seller).units == 1
