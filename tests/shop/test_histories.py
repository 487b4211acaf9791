"""Random histories of carts, orders, refunds, withdrawals and passing time: the books and the shelves always foot."""

from decimal import Decimal
from itertools import count
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from core import clock
from core.db import db
from core.errors import Refused
from core.jobs import run_all
from forum.threads.models import Thread
from shop.cart import commands as carts
from shop.ledger import proof
from shop.ledger.models import OUTSIDE, Account
from shop.orders import commands
from shop.orders.models import Order
from shop.orders.rules import Choice
from shop.payments import commands as payments
from shop.payments.rules import Asked
from shop.products.commands import sell
from shop.products.models import Product
from shop.products.rules import Terms
from shop.stock.models import Hold, Stock
from shop.stock.proof import verify
from tests import make
from tests.shop.buying import rich

_keys = count(1)
people = st.integers(0, 2)
things = st.integers(0, 2)
quantities = st.integers(1, 3)
amounts = st.integers(1, 2500)
which = st.integers(0, 9)


class Histories(RuleBasedStateMachine):
    """Three members who buy from each other. A refusal is a fine answer; wrong books never are."""

    fees: ClassVar = ("5", "2.5", "0")

    @initialize()
    def open_shop(self):
        db.session.remove()
        self.operator = make.operator()
        board = make.board("open")
        self.people = [rich(3000, of=board) for _ in range(3)]
        delivery = {"picks_up": True, "pick_up_place": "Pier"}
        self.offers = [
            make.offer(
                on=board, by=self.people[n], price=[333, 1001, 50][n], shipping=[0, 99, 7][n], stock=4, product=delivery
            )
            for n in range(3)
        ]
        self.keys = []
        for number in range(6):
            self.buy(number % 3, (number + 1) % 3, 1, ["wallet", "wallet", "transfer"][number // 2])

    def try_to(self, action, *args, **kwargs):
        try:
            return action(*args, **kwargs)
        except Refused:
            return None
        finally:
            db.session.remove()

    def order(self, number):
        ids = [person.id for person in self.people]
        query = select(Order).where(Order.buyer_id.in_(ids)).order_by(Order.id.desc())
        rows = list(db.session.scalars(query.limit(10)))
        return rows[number % len(rows)] if rows else None

    def act(self, number, command, side, **given):
        order = self.order(number)
        if order is not None:
            actor = next(person for person in self.people if person.id == getattr(order, f"{side}_id"))
            self.try_to(command, order, actor=actor, **given)

    @rule(who=people, what=things, quantity=quantities)
    def put_into_cart(self, who, what, quantity):
        self.try_to(carts.put, self.offers[what].id, member=self.people[who], quantity=quantity)

    @rule(who=people, what=things, quantity=quantities, method=st.sampled_from(["wallet", "transfer"]))
    def buy(self, who, what, quantity, method):
        key, person = f"history-{next(_keys)}", self.people[who]
        self.try_to(commands.start, person, key=key, offer_id=self.offers[what].id, quantity=quantity)
        self.try_to(commands.place, Choice(key, method, "Here"), buyer=person, fee_percent=Decimal(5))

    @rule(who=people)
    def set_aside(self, who):
        key = f"history-{next(_keys)}"
        if self.try_to(commands.start, self.people[who], key=key):
            self.keys.append((who, key))

    @rule(who=people, method=st.sampled_from(["wallet", "wallet", "transfer", "pick_up"]), fee=st.sampled_from(fees))
    def place(self, who, method, fee):
        mine = [key for owner, key in self.keys if owner == who]
        key = mine[-1] if mine else f"history-{next(_keys)}"
        delivery = {"": "pick_up"} if method == "pick_up" else {}
        choice = Choice(key=key, method=method, address="Here", deliveries=delivery)
        orders = self.try_to(commands.place, choice, buyer=self.people[who], fee_percent=Decimal(fee))
        again = self.try_to(commands.place, choice, buyer=self.people[who], fee_percent=Decimal(fee))
        if orders:
            assert [order.id for order in orders] == [order.id for order in again]
            self.keys = [pair for pair in self.keys if pair[1] != key]

    @rule(number=which, name=st.sampled_from(["pay", "receive", "receive", "cancel"]))
    def buyer_acts(self, number, name):
        self.act(number, getattr(commands, name), "buyer")

    @rule(number=which, name=st.sampled_from(["confirm_payment", "ship", "ship", "deliver", "refuse"]))
    def seller_acts(self, number, name):
        self.act(number, getattr(commands, name), "seller", **({"reason": "No"} if name == "refuse" else {}))

    @rule(number=which, amount=st.none() | amounts)
    def seller_refunds(self, number, amount):
        key = f"history-{next(_keys)}"
        for _click in range(2):
            self.act(number, commands.refund, "seller", amount=amount, reason="", key=key)

    @rule(who=people, amount=amounts, is_decided=st.booleans(), is_paid=st.booleans())
    def withdraw(self, who, amount, is_decided, is_paid):
        asked = Asked(amount, "USD", f"history-{next(_keys)}")
        row = self.try_to(payments.ask_withdrawal, self.people[who], asked, "My bank")
        if row is not None and is_decided and is_paid:
            self.try_to(payments.settle_withdrawal, row.id, self.operator)
        elif row is not None and is_decided:
            self.try_to(payments.refuse_withdrawal, row.id, self.operator, "Unknown bank")

    @rule(what=things, price=st.integers(1, 1500), left=st.integers(0, 5))
    def change_offer(self, what, price, left):
        product = db.session.get_one(Product, self.offers[what].product_id)
        thread = db.session.get_one(Thread, product.thread_id)
        terms = Terms(title="Thing", price=price, currency="USD", stock=left, picks_up=True, pick_up_place="Pier")
        self.try_to(sell, thread, seller=self.people[what], terms=terms)

    @rule(days=st.sampled_from([0, 5, 11]), minutes=st.integers(0, 20))
    def time_passes(self, days, minutes):
        clock.travel(days=days, minutes=minutes)
        run_all()
        db.session.remove()

    @invariant()
    def the_books_foot(self):
        assert list(proof.verify()) == []

    @invariant()
    def the_shelves_foot(self):
        assert list(verify()) == []
        for row in db.session.scalars(select(Stock).execution_options(populate_existing=True)):
            assert row.supplied == row.held + row.sold + row.free
            assert row.free >= 0

    @invariant()
    def no_wallet_is_negative(self):
        rows = select(Account).where(Account.kind != OUTSIDE).execution_options(populate_existing=True)
        assert all(account.balance >= 0 for account in db.session.scalars(rows))

    @invariant()
    def refunds_stay_below_what_was_paid(self):
        for order in db.session.scalars(select(Order).execution_options(populate_existing=True)):
            assert 0 <= order.refunded <= order.total
            assert 0 <= order.fee <= order.total - order.refunded
            assert (order.payment == "refunded") <= (order.refunded == order.total)

    @invariant()
    def nothing_is_held_for_long(self):
        active = select(Hold).where(Hold.state == "active").execution_options(populate_existing=True)
        assert all(
            (hold.expires_at - hold.held_at).total_seconds() <= 15 * 60 + 1 for hold in db.session.scalars(active)
        )
        db.session.remove()

    def teardown(self):
        clock.settle()
        db.session.remove()


@pytest.mark.timeout(300)
def test_random_histories_keep_books_and_shelves_right(app):
    run_state_machine_as_test(
        Histories, settings=settings(max_examples=12, stateful_step_count=25, deadline=None, database=None)
    )
