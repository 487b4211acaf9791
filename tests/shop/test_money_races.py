"""Many at once, on both databases: each thread is a request of its own."""

import pytest
from sqlalchemy import func, select

from core.db import db
from shop.ledger.models import Transfer
from shop.ledger.rules import house, wallet
from shop.stock import commands, queries
from shop.stock.models import Hold
from tests import make
from tests.shop import money


def levels(offer):
    row = queries.levels(offer.id)
    return row.supplied, row.held, row.sold


def test_two_hundred_buyers_of_fifty_units_get_exactly_fifty(app):
    offer = make.offer(stock=50)
    buyers = [make.member().id for _number in range(200)]

    def buy(member_id):
        held = commands.hold(offer.id, member_id, 1, 1)
        commands.sell(held)
        return "bought"

    answers = money.at_once(app, buy, buyers, threads=24)

    assert (answers.count("bought"), answers.count("sold_out")) == (50, 150)
    assert levels(offer) == (50, 0, 50)
    assert money.problems() == []


def test_twenty_identical_transfers_move_money_once(app):
    buyer = make.member()
    money.fill(buyer, 100)

    def pay(_number):
        return money.move(wallet(buyer.id, "USD"), house("fees", "USD"), 100, key="order:1:pay").id

    assert len(set(money.at_once(app, pay, range(20)))) == 1
    assert money.balance(buyer) == 0
    assert money.problems() == []


def test_a_wallet_emptied_by_many_never_falls_below_nothing(app):
    buyer = make.member()
    money.fill(buyer, 50)

    def pay(number):
        money.move(wallet(buyer.id, "USD"), house("fees", "USD"), 7, key=f"order:{number}:pay")
        return "paid"

    answers = money.at_once(app, pay, range(20))

    assert (answers.count("paid"), answers.count("not_enough_money")) == (7, 13)
    assert money.balance(buyer) == 1
    assert money.problems() == []


def test_opposite_transfers_wait_for_each_other(app):
    one, other = make.member(), make.member()
    for member in (one, other):
        money.fill(member, 1000)

    def swap(number):
        sides = (one, other) if number % 2 else (other, one)
        money.move(*(wallet(member.id, "USD") for member in sides), 5, key=f"swap:{number}")
        return "moved"

    assert set(money.at_once(app, swap, range(100))) == {"moved"}
    assert (money.balance(one), money.balance(other)) == (1000, 1000)
    assert money.problems() == []


def test_the_first_movements_of_new_accounts_make_each_account_once(app):
    members = [make.member() for _number in range(4)]

    def fill(number):
        money.move(house("outside", "EUR"), wallet(members[number % 4].id, "EUR"), 5, key=f"first:{number}")

    money.at_once(app, fill, range(24))

    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Transfer)) == 24
    assert money.problems() == []


@pytest.mark.parametrize("overdue", [False, True])
def test_payment_and_sweeper_never_both_end_a_hold(app, clock, overdue):
    offer = make.offer(stock=12)
    held = [commands.hold(offer.id, make.member().id, 1).id for _number in range(12)]
    if overdue:
        clock.travel(minutes=15)

    def act(number):
        hold = db.session.get(Hold, held[number % 12])
        if number // 12 == 0:
            return commands.sell(hold)
        return commands.release(hold) if number // 12 == 1 else commands.expire(offer.id)

    money.at_once(app, act, range(36))

    assert levels(offer)[1] == 0
    assert not overdue or levels(offer) == (12, 0, 0)
    assert money.problems() == []


def test_one_member_in_many_tabs_stays_within_the_limit(app):
    offer, buyer = make.offer(stock=50), make.member()

    def take(_number):
        commands.hold(offer.id, buyer.id, 1, 3)
        return "held"

    answers = money.at_once(app, take, range(20))

    assert (answers.count("held"), answers.count("limit_reached")) == (3, 17)
    assert money.problems() == []


def test_goods_go_back_once(app):
    offer, buyer = make.offer(stock=5), make.member()
    held = commands.hold(offer.id, buyer.id, 4)
    commands.sell(held)
    hold_id = held.id

    def give_back(_number):
        commands.return_sold(db.session.get(Hold, hold_id), 3)
        return "back"

    answers = money.at_once(app, give_back, range(12))

    assert (answers.count("back"), answers.count("nothing_to_return")) == (1, 11)
    assert levels(offer) == (5, 0, 1)
    assert money.problems() == []
