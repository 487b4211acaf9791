"""Private offers under pressure: many buyers, many clicks, and both sides of one offer at once."""

import pytest

from core.db import db
from shop.orders.models import Order
from shop.private_offers import commands
from shop.private_offers.models import PrivateOffer
from tests import make
from tests.shop.buying import money, rich, stock_of
from tests.shop.money import at_once, problems
from tests.shop.offering import FIVE, accept, asked, choose, here, offered, on_sale, state_of


def orders():
    db.session.rollback()
    return db.session.query(Order).count()


def test_twenty_buyers_of_the_last_unit_have_one_winner(app, unlimited):
    seller = make.member()
    offer, buyers = on_sale(seller, stock=1), [rich(5000) for _number in range(20)]
    offers = [offered(offer, seller, buyer) for buyer in buyers]

    answers = at_once(app, lambda number: accept(offers[number], buyers[number]).number, range(20), threads=10)

    assert (answers.count("sold_out"), orders(), stock_of(offer)) == (19, 1, (1, 0, 1))
    assert sorted(map(state_of, offers)) == ["accepted"] + ["open"] * 19
    assert sorted(map(money, buyers)) == [3500] + [5000] * 19
    assert problems() == []


@pytest.mark.parametrize("same_key", [True, False])
def test_twelve_clicks_and_twelve_tabs_make_one_order(app, same_key):
    seller, buyer = make.member(), rich(50_000)
    private = offered(on_sale(seller, stock=9), seller, buyer)
    shown = choose(private)

    def press(_number):
        choice = shown if same_key else choose(private)
        return commands.accept(private.id, choice, buyer=buyer, fee_percent=FIVE).number

    answers = at_once(app, press, range(12), threads=8)

    assert len(set(answers)) == 1
    assert (orders(), money(buyer)) == (1, 50_000 - 1500)
    assert problems() == []


def test_two_offers_at_once_are_paid_from_one_wallet_only_as_far_as_it_reaches(app):
    seller, buyer = make.member(), rich(2000)
    offer = on_sale(seller, stock=9)
    offers = [offered(offer, seller, buyer) for _number in range(4)]

    answers = at_once(app, lambda number: accept(offers[number], buyer).number, range(4), threads=4)

    assert answers.count("not_enough_money") == 3
    assert (orders(), money(buyer), stock_of(offer)) == (1, 500, (9, 0, 1))
    assert problems() == []


def test_of_all_that_both_do_at_once_one_thing_happens(app, unlimited):
    seller, buyer = make.member(), rich(90_000)
    offer = on_sale(seller, stock=90)
    offers = [offered(offer, seller, buyer) for _number in range(6)]
    deeds = {
        "accept": lambda private: accept(private, buyer),
        "decline": lambda private: commands.decline(private.id, actor=buyer),
        "withdraw": lambda private: commands.withdraw(private.id, actor=seller),
        "counter": lambda private: commands.counter(private.id, asked(unit_price=900), actor=here(buyer)),
    }
    names = list(deeds)

    at_once(app, lambda number: deeds[names[number % 4]](offers[number // 4]), range(24), threads=8)

    ended = [state_of(private) for private in offers]
    followed = db.session.query(PrivateOffer).filter(PrivateOffer.previous_id.is_not(None)).count()
    assert "open" not in ended
    assert (ended.count("accepted"), ended.count("countered")) == (orders(), followed)
    assert stock_of(offer) == (90, 0, orders())
    assert problems() == []


def test_a_counter_offer_is_answered_once(app, unlimited):
    seller, buyer = make.member(), rich()
    first = offered(on_sale(seller, stock=9), seller, buyer)
    theirs = commands.counter(first.id, asked(unit_price=900), actor=buyer)

    answers = at_once(app, lambda _number: commands.agree(theirs.id, seller=here(seller)).id, range(8), threads=8)

    assert len(set(answers)) == 1
    assert db.session.query(PrivateOffer).count() == 3


def test_people_who_sell_to_each_other_at_once_do_not_hang(app, unlimited):
    one, other = rich(50_000), rich(50_000)
    ones, others = on_sale(one, stock=9, price=2000), on_sale(other, stock=9, price=2000)
    offers = [(offered(ones, one, other), other) for _number in range(4)]
    offers += [(offered(others, other, one), one) for _number in range(4)]

    answers = at_once(app, lambda number: accept(*offers[number]).state, range(8), threads=8)

    assert answers == ["open"] * 8
    assert problems() == []
