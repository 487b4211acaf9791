"""Where the money in a wallet came from: first in, first out; what comes back comes back to its place."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core.db import db
from shop.ledger import queries
from shop.ledger.lots import Inflow, Lot, lots, taken
from shop.ledger.models import Transfer
from shop.ledger.rules import house, wallet
from shop.orders import commands as orders
from shop.payments import commands as payments
from shop.payments import giving_back
from shop.payments.providers import BankTransfer, Sandbox
from shop.payments.rules import Asked
from tests import make
from tests.shop import money
from tests.shop.buying import buy
from tests.shop.queue import AT, Queue, inflow, left

STEPS = st.lists(st.tuples(st.sampled_from(["in", "out", "back", "return"]), st.integers(1, 50), st.integers(0, 9)))


@pytest.mark.parametrize(
    ("balance", "expected"),
    [(0, []), (30, [(3, 30)]), (50, [(3, 50)]), (51, [(3, 50), (2, 1)]), (100, [(3, 50), (2, 20), (1, 30)])],
)
def test_what_is_left_is_the_newest_that_came_in(balance, expected):
    assert left(lots(balance, [inflow(3, 50), inflow(2, 20), inflow(1, 30)])) == expected


def test_what_lies_behind_the_last_source_that_was_read_is_said_as_a_sum():
    assert lots(100, [inflow(3, 50)]).rest == 50


@pytest.mark.parametrize(
    ("amount", "expected"), [(10, [(1, 10)]), (35, [(2, 5), (1, 30)]), (100, [(3, 50), (2, 20), (1, 30)])]
)
def test_what_goes_out_is_the_oldest(amount, expected):
    assert left(taken(100, amount, [inflow(3, 50), inflow(2, 20), inflow(1, 30)])) == expected


@given(STEPS)
def test_reading_from_the_end_is_the_queue_played_from_the_start(steps):
    """Whatever comes in, goes out, comes back or is given back."""
    queue = Queue()
    for step in steps:
        queue.step(*step)

    newest_first = [inflow(number, amount) for number, amount in reversed(queue.came.items())]
    found = lots(sum(amount for _number, amount in queue.left()), newest_first)

    assert left(found) == queue.left()
    assert found.rest == 0


@pytest.fixture
def member(app):
    return make.member()


def top_up(member, amount, key="k"):
    return payments.ask_top_up(member, Asked(amount, "USD", f"{key}{amount}"), Sandbox())


def lots_of(member):
    code = wallet(member.id, "USD")
    return [(lot.source.reference, lot.left) for lot in queries.lots_of(code, money.balance(member)).rows]


def test_a_wallet_says_where_its_money_came_from(member):
    first, second = top_up(member, 1000), top_up(member, 2000)
    money.move(wallet(member.id, "USD"), house("escrow", "USD"), 400, reference="order:A")
    money.move(house("escrow", "USD"), wallet(member.id, "USD"), 50, kind="settlement", reference="order:B")

    assert lots_of(member) == [("order:B", 50), (f"top-up:{second.id}", 2000), (f"top-up:{first.id}", 600)]


def test_a_withdrawal_that_is_cancelled_brings_no_new_source(member):
    top = top_up(member, 1000)
    withdrawal = payments.ask_withdrawal(member, Asked(700, "USD", "w"), "IBAN 1")
    assert lots_of(member) == [(f"top-up:{top.id}", 300)]

    payments.cancel_withdrawal(withdrawal.id, member)

    assert lots_of(member) == [(f"top-up:{top.id}", 1000)]


def test_a_refund_of_what_this_wallet_paid_goes_back_to_its_source(offer, member):
    top = top_up(member, 5000)
    order = buy(offer, member)
    assert lots_of(member) == [(f"top-up:{top.id}", 2500)]

    orders.cancel(order, actor=member)

    assert lots_of(member) == [(f"top-up:{top.id}", 5000)]


def test_a_refund_of_what_was_paid_elsewhere_is_a_source(member):
    money.move(house("outside", "USD"), house("escrow", "USD"), 900, kind="payment", reference="order:C")
    money.move(house("escrow", "USD"), wallet(member.id, "USD"), 900, kind="refund", reference="order:C")

    assert lots_of(member) == [("order:C", 900)]


def movement(browser, reference):
    """The page of the newest movement with this reference."""
    row = db.session.scalars(select(Transfer).filter_by(reference=reference).order_by(Transfer.id.desc())).first()
    return browser.get(f"/wallet/movements/{row.id}").text


def test_each_movement_says_where_its_money_came_from_and_what_is_left_of_it(as_member, member):
    browser = as_member(member)
    first, second = top_up(member, 1000), top_up(member, 2000)
    money.move(wallet(member.id, "USD"), house("escrow", "USD"), 1400, reference="order:A")

    spent, came = movement(browser, "order:A"), movement(browser, f"top-up:{second.id}")

    sources = spent.partition("sources-title")[2]
    assert re.findall(r"TOPUP-(\d+)|item__end\">(\$[\d.]+)", sources) == [
        (str(second.id), ""), ("", "$4.00"), (str(first.id), ""), ("", "$10.00"),
    ]  # fmt: skip
    assert re.search(r"Left of it now</dt><dd>\$16\.00", came)
    assert re.search(r"Balance after it</dt><dd>\$16\.00", spent)


def test_a_top_up_given_back_is_its_own_source_even_when_it_is_not_the_oldest(as_member, member):
    top_up(member, 1000)
    new = payments.settle_top_up(
        payments.ask_top_up(member, Asked(2000, "USD", "bank"), BankTransfer()).id, make.operator()
    )
    giving_back.give_back(member, new.id, "k", {})

    page = movement(as_member(member), f"top-up:{new.id}").partition("sources-title")[2]

    assert re.findall(r"TOPUP-(\d+)", page) == [str(new.id)]
    assert "$20.00" in page


def test_what_went_out_before_a_return_keeps_its_sources(as_member, member):
    old, new = top_up(member, 1000), top_up(member, 2000)
    money.move(wallet(member.id, "USD"), house("escrow", "USD"), 300, reference="order:A")
    giving_back.give_back(member, new.id, "k", {})
    giving_back.give_back(member, old.id, "k", {})

    page = movement(as_member(member), "order:A").partition("sources-title")[2]

    assert re.findall(r"TOPUP-(\d+)", page) == [str(old.id)]


def test_another_members_movement_is_not_there(as_member, member):
    top_up(member, 1000)
    number = db.session.scalars(select(Transfer.id)).one()

    assert as_member(make.member()).get(f"/wallet/movements/{number}").status_code == 404


def test_lot_knows_the_top_up_that_it_is_the_rest_of():
    assert Lot(inflow(7, 5), 5).top_up_id == 7
    assert Lot(Inflow(7, 5, "settlement", "order:7", AT), 5).top_up_id is None
    assert Lot(Inflow(7, 5, "top_up", "bench", AT), 5).top_up_id is None


def test_the_wallet_shows_each_source_and_its_way_out(as_member, member):
    top = top_up(member, 1000)
    money.move(house("outside", "USD"), wallet(member.id, "USD"), 500, kind="settlement", reference="order:B")

    page = as_member(member).get("/wallet").text

    assert f"TOPUP-{top.id}" in page
    assert 'href="/orders/B"' in page
    assert "$10.00 left of $10.00" in page
    assert "$5.00 left of $5.00" in page
    assert "Goes to your bank" in page
