"""Limits by member, by delivery address and by period: guarded in the database, given back with the goods."""

import pytest
from sqlalchemy import select

from core.db import db
from core.errors import Invalid
from forum.members.models import Member
from shop.orders.commands import cancel
from shop.stock import commands
from shop.stock.jobs import sweep_holds
from shop.stock.models import Limit, Quota
from tests import make
from tests.shop import money
from tests.shop.buying import again, buy, rich
from tests.shop.test_stock import refused


def counted():
    db.session.rollback()
    return list(db.session.scalars(select(Quota.taken).order_by(Quota.limit_id, Quota.who, Quota.period)))


def test_a_limit_by_period_counts_anew_in_the_next_one(app, clock):
    offer, buyer = make.offer(stock=9), make.member()
    commands.set_limit(offer.id, "member", 7, 2)

    commands.sell(commands.hold(offer.id, buyer.id, 1))
    assert refused("limit_reached", commands.hold, offer.id, buyer.id, 2) == "You can take 1 more."
    commands.sell(commands.hold(offer.id, buyer.id, 1))
    sentence = refused("limit_reached", commands.hold, offer.id, buyer.id, 1)
    assert sentence == "At most 2 for each member in 7 days."

    clock.travel(days=7)
    commands.hold(offer.id, buyer.id, 2)
    assert counted() == [2, 2]
    assert money.problems() == []


def test_another_member_has_their_own(app):
    offer = make.offer(stock=9)
    commands.set_limit(offer.id, "member", 0, 2)

    for _number in range(2):
        commands.hold(offer.id, make.member().id, 2)

    assert counted() == [2, 2]


def test_all_limits_hold_together_and_a_refused_hold_counts_in_none(app):
    offer, buyer = make.offer(stock=9), make.member()
    commands.set_limit(offer.id, "member", 0, 5)
    commands.set_limit(offer.id, "member", 1, 2)

    refused("limit_reached", commands.hold, offer.id, buyer.id, 3)
    refused("limit_reached", commands.hold, offer.id, buyer.id, 2, 1)
    assert sum(counted()) == 0
    commands.hold(offer.id, buyer.id, 2)
    assert counted() == [2, 2]


def test_a_sold_out_hold_does_not_use_up_a_quota(app):
    offer, buyer = make.offer(stock=1), make.member()
    commands.set_limit(offer.id, "member", 0, 5)

    refused("sold_out", commands.hold, offer.id, buyer.id, 2)

    assert sum(counted()) == 0
    commands.hold(offer.id, buyer.id, 1)
    assert money.problems() == []


@pytest.mark.parametrize("end", ["release", "expire", "return"])
def test_what_goes_back_may_be_taken_again(app, clock, end):
    offer, buyer = make.offer(stock=9), make.member()
    commands.set_limit(offer.id, "member", 30, 2)
    held = commands.hold(offer.id, buyer.id, 2)

    if end == "release":
        commands.release(held)
    elif end == "expire":
        clock.travel(minutes=15)
        sweep_holds()
    else:
        commands.sell(held)
        commands.return_sold(held, 2)

    assert counted() == [0]
    commands.hold(offer.id, buyer.id, 2)
    assert money.problems() == []


def test_two_accounts_at_one_address_share_its_limit_however_it_is_spelled(app):
    offer = make.offer(stock=9)
    commands.set_limit(offer.id, "address", 0, 2)
    order = buy(offer, quantity=2, address="Ann Lee\n1 Pier Road, Hove")

    # other names, other case, full-width digits: the same door
    other = rich()
    sentence = refused("limit_reached", buy, offer, other, address="Bob\n１ pier road\nHOVE.")
    assert sentence == "To one address go at most 2; 0 can still go to yours."
    buy(offer, other, address="2 Pier Road, Hove")

    cancel(again(order), actor=order_buyer(order))
    buy(offer, rich(), quantity=2, address="1 Pier Road, Hove")
    assert money.problems() == []


def order_buyer(order):
    return db.session.get(Member, order.buyer_id)


def test_a_pick_up_has_no_address_to_count(app):
    offer = make.offer(stock=9, product={"picks_up": True})
    commands.set_limit(offer.id, "address", 0, 1)

    for _number in range(2):
        buy(offer, address="", deliveries={"": "pick_up"})

    assert counted() == []


def test_an_address_limit_holds_against_many_at_once(app):
    offer = make.offer(stock=50)
    commands.set_limit(offer.id, "address", 0, 3)
    buyers = [rich() for _number in range(12)]

    def take(buyer):
        buy(offer, buyer, address="1 Pier Road")
        return "bought"

    answers = money.at_once(app, take, buyers, threads=6)

    assert (answers.count("bought"), answers.count("limit_reached")) == (3, 9)
    assert (counted(), money.problems()) == ([3], [])


def test_a_changed_limit_goes_on_counting_and_a_dropped_one_is_gone(app):
    offer, buyer = make.offer(stock=9), make.member()
    commands.set_limit(offer.id, "member", 0, 1)
    commands.hold(offer.id, buyer.id, 1)
    refused("limit_reached", commands.hold, offer.id, buyer.id, 1)

    commands.set_limit(offer.id, "member", 0, 2)
    held = commands.hold(offer.id, buyer.id, 1)
    commands.drop_limit(offer.id, db.session.scalars(select(Limit.id)).one())

    commands.hold(offer.id, buyer.id, 5)
    commands.release(held)
    assert (counted(), money.problems()) == ([], [])


@pytest.mark.parametrize(
    ("scope", "days", "most"), [("all", 0, 1), ("member", -1, 1), ("member", 999, 1), ("member", 1, 0)]
)
def test_a_limit_that_makes_no_sense_is_refused(app, scope, days, most):
    with pytest.raises(Invalid):
        commands.set_limit(make.offer().id, scope, days, most)
