"""Stock: set aside, sold once, given back, never oversold."""

import pytest

from core.errors import Invalid, Refused
from shop.stock import commands, queries
from shop.stock.jobs import sweep_holds
from shop.stock.models import Allowance
from tests import make
from tests.conftest import reload
from tests.shop import money


def levels(offer):
    row = queries.levels(offer.id)
    return row.supplied, row.held, row.sold, queries.free([offer.id])[offer.id]


def refused(code, work, *arguments, **named):
    with pytest.raises(Refused) as refusal:
        work(*arguments, **named)
    assert refusal.value.code == code
    assert money.problems() == []
    return str(refusal.value)


def test_what_is_held_is_not_free_and_then_sold(app):
    offer, buyer = make.offer(stock=5), make.member()

    held = commands.hold(offer.id, buyer.id, 2)
    assert levels(offer) == (5, 2, 0, 3)

    commands.sell(held)
    assert levels(offer) == (5, 0, 2, 3)
    assert money.problems() == []


def test_more_than_is_free_is_refused_with_what_is_left(app):
    offer, buyer = make.offer(stock=3), make.member()
    commands.hold(offer.id, make.member().id, 1)

    assert refused("sold_out", commands.hold, offer.id, buyer.id, 3) == "Only 2 are left."
    commands.hold(offer.id, buyer.id, 2)
    assert refused("sold_out", commands.hold, offer.id, buyer.id, 1) == "Sold out."


@pytest.mark.parametrize("quantity", [0, -1, 10**7])
def test_a_hold_needs_a_sensible_quantity(app, quantity):
    offer = make.offer(stock=3)

    with pytest.raises(Invalid):
        commands.hold(offer.id, make.member().id, quantity)


def test_an_overdue_hold_is_free_at_once_without_any_sweeper(app, clock):
    offer, buyer = make.offer(stock=1), make.member()
    late = commands.hold(offer.id, make.member().id, 1)
    clock.travel(minutes=15)

    assert queries.free([offer.id]) == {offer.id: 1}
    commands.hold(offer.id, buyer.id, 1)
    refused("hold_gone", commands.sell, late)
    assert levels(offer) == (1, 1, 0, 0)


def test_a_hold_that_is_overdue_cannot_be_sold_even_if_nobody_swept(app, clock):
    offer = make.offer(stock=1)
    late = commands.hold(offer.id, make.member().id, 1)
    clock.travel(minutes=15)

    refused("hold_gone", commands.sell, late)


def test_a_hold_is_sold_once(app):
    offer = make.offer(stock=2)
    held = commands.hold(offer.id, make.member().id, 1)
    commands.sell(held)

    refused("hold_gone", commands.sell, held)
    assert commands.release(held) is False
    assert levels(offer) == (2, 0, 1, 1)


def test_a_released_hold_is_free_once(app):
    offer = make.offer(stock=2)
    held = commands.hold(offer.id, make.member().id, 1)

    assert commands.release(held) is True
    assert commands.release(held) is False
    assert levels(offer) == (2, 0, 0, 2)
    assert money.problems() == []


def test_the_sweeper_ends_overdue_holds_only(app, clock):
    offer, other = make.offer(stock=2), make.offer(stock=9)
    first = commands.hold(offer.id, make.member().id, 1)
    clock.travel(minutes=10)
    second = commands.hold(offer.id, make.member().id, 1)
    third = commands.hold(other.id, make.member().id, 9, minutes=5)
    clock.travel(minutes=5)

    assert sweep_holds() == 10
    assert [reload(hold).state for hold in (first, second, third)] == ["expired", "active", "expired"]
    assert levels(offer) == (2, 1, 0, 1)
    assert sweep_holds() == 0
    assert money.problems() == []


def test_the_limit_counts_what_a_member_holds_and_has_bought(app, clock):
    offer, buyer = make.offer(stock=9), make.member()
    commands.sell(commands.hold(offer.id, buyer.id, 1, 3))
    commands.hold(offer.id, buyer.id, 1, 3)

    assert refused("limit_reached", commands.hold, offer.id, buyer.id, 2, 3) == "You can take 1 more."
    commands.hold(offer.id, make.member().id, 3, 3)
    clock.travel(minutes=15)
    assert queries.taken(buyer.id, [offer.id]) == {offer.id: 1}
    commands.hold(offer.id, buyer.id, 2, 3)
    assert refused("limit_reached", commands.hold, offer.id, buyer.id, 1, 3) == "At most 3 for each member."


def test_a_first_hold_above_the_limit_is_refused(app):
    offer = make.offer(stock=9)

    assert refused("limit_reached", commands.hold, offer.id, make.member().id, 2, 1) == "You can take 1 more."


def test_a_refused_hold_does_not_use_up_the_limit(app):
    offer, buyer = make.offer(stock=1), make.member()
    first = commands.hold(offer.id, make.member().id, 1)
    refused("sold_out", commands.hold, offer.id, buyer.id, 1, 1)
    commands.release(first)

    commands.hold(offer.id, buyer.id, 1, 1)


def test_returned_goods_are_free_again_and_no_more_than_were_sold(app):
    offer, buyer = make.offer(stock=3), make.member()
    held = commands.hold(offer.id, buyer.id, 3, 3)
    refused("nothing_to_return", commands.return_sold, held, 1)
    commands.sell(held)

    commands.return_sold(held, 2)

    assert levels(offer) == (3, 0, 1, 2)
    refused("nothing_to_return", commands.return_sold, held, 2)
    commands.hold(offer.id, buyer.id, 2, 3)
    assert money.problems() == []


def test_supply_never_falls_below_what_is_sold_and_held(app):
    offer = make.offer(stock=5)
    commands.sell(commands.hold(offer.id, make.member().id, 2))
    commands.hold(offer.id, make.member().id, 1)

    assert refused("below_taken", commands.supply, offer.id, 2) == "3 are sold or set aside."
    commands.supply(offer.id, 3)
    assert levels(offer) == (3, 1, 2, 0)


def test_a_first_supply_makes_the_stock(app):
    offer = make.offer(stock=0)
    with money.writing():
        money.db.session.delete(queries.levels(offer.id))

    assert queries.free([offer.id]) == {offer.id: 0}
    refused("sold_out", commands.hold, offer.id, make.member().id, 1)
    commands.supply(offer.id, 7)
    assert levels(offer) == (7, 0, 0, 7)


def test_stock_verify_says_so_and_ends_with_one(app):
    run = app.test_cli_runner().invoke
    offer, buyer = make.offer(stock=5), make.member()
    commands.hold(offer.id, buyer.id, 2)
    assert "The stock is right" in run(args=["stock", "verify"]).output
    with money.writing():
        queries.levels(offer.id).held = 3
        money.db.session.get(Allowance, (offer.id, buyer.id)).taken = 1

    answer = run(args=["stock", "verify"])

    assert answer.exit_code == 1
    assert f"Offer {offer.id} (normal): 3 held and 0 sold, but its holds say 2 and 0." in answer.output
    assert f"member {buyer.id}: the limit counts 1, but the holds say 2" in answer.output
