"""Random histories of payments through a provider that misbehaves: the books foot at each step, and all of it ends."""

from decimal import Decimal
from itertools import count, pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from core import clock
from core.db import db
from core.errors import Refused
from core.provider_settings import Fake, Providers
from shop.ledger.models import OUTSIDE, Account, Transfer
from shop.orders import commands as orders
from shop.orders.models import Order
from shop.orders.rules import Choice
from shop.providers import commands, queries
from shop.providers.interface import Down
from shop.providers.kinds.fake import FakeProvider
from shop.providers.models import Payment
from shop.providers.rules import MOVES, Ask
from tests import make
from tests.provider import own
from tests.provider.till import Till
from tests.shop import paying

FAULTS = (
    "duplicate", "lost", "late", "early", "time-out after success", "decline", "extra step", "authorise",
    "partial capture", "wrong amount", "wrong currency", "refund refused",
)  # fmt: skip
_keys = count(1)
which = st.integers(0, 9)
people = st.integers(0, 1)


class Near:
    """The fake provider without the wire between: what it answers, and what it owes."""

    def __init__(self):
        self.till, self.secret = Till(), "fake"
        self.till.address = "http://127.0.0.1:1"
        self.owed = []

    def ask(self, method, path, body):
        if self.till.is_down:
            raise Down("down")
        headers = {"authorization": f"Bearer {self.secret}"}
        answer = own.answer(self, method, path, headers, paying.json.dumps(body).encode() if body is not None else b"")
        if self.till.take("time-out after success"):
            raise Down("silent")
        if answer[0] == 200 and self.till.pays and self.till.take("early"):
            self.act(list(self.till.pays.values())[-1], "pay")
        return answer

    def act(self, pay, what):
        if what == "pay":
            self.till.pay(pay)
        elif what == "charge back" and pay.state == "paid":
            pay.state = "charged_back"
        self.till.ahead = (clock.now() - paying.datetime.now(paying.UTC)).total_seconds()
        body, headers = own.news(self, pay)
        times = 0 if self.till.take("lost") else 3 if self.till.take("duplicate") else 1
        self.owed += [(body, {name.lower(): value for name, value in headers.items()})] * times
        if not self.till.take("late"):
            self.deliver()

    def deliver(self):
        owed, self.owed = self.owed, []
        for body, headers in reversed(owed):
            commands.keep_callback("fake", headers, body)


class Payments(RuleBasedStateMachine):
    """Two buyers, two sellers, one provider. A refusal is a fine answer; wrong books never are."""

    @initialize()
    def open_shop(self):
        db.session.remove()
        self.near = Near()
        FakeProvider._ask = lambda _self, method, path, body: self.near.ask(method, path, body)
        self.before = self.outside()
        self.first = db.session.scalar(select(func.max(Payment.id))) or 0
        board = make.board("open")
        self.buyers = [make.member(of=board) for _ in range(2)]
        self.ids = [person.id for person in self.buyers]
        self.sellers = [make.member(of=board) for _ in range(2)]
        self.offers = [make.offer(on=board, by=self.sellers[n], price=[999, 50][n], stock=[2, 9][n]) for n in range(2)]

    def try_to(self, action, *given, **named):
        try:
            return action(*given, **named)
        except Refused:
            return None
        finally:
            db.session.remove()

    def pick(self, table, number):
        mine = table.id > self.first if table is Payment else table.buyer_id.in_(self.ids)
        rows = list(db.session.scalars(select(table).where(mine).order_by(table.id)))
        return rows[number % len(rows)] if rows else None

    @rule(buyer=people, thing=people, quantity=st.integers(1, 2), mixed=st.booleans())
    def check_out(self, buyer, thing, quantity, mixed):
        key, person = f"h{next(_keys)}", self.buyers[buyer]
        self.try_to(orders.start, person, key=key, offer_id=self.offers[thing].id, quantity=quantity)
        choice = Choice(key, "wallet", "1 Pier Road")
        self.try_to(orders.pay_by, choice, orders.How("fake", mixed), buyer=person, fee_percent=Decimal(5))

    @rule(buyer=people, amount=st.integers(1, 3000))
    def top_up(self, buyer, amount):
        self.try_to(commands.start, self.buyers[buyer], Ask(f"h{next(_keys)}", "fake", amount, "USD"))

    @rule(faults=st.lists(st.sampled_from(FAULTS), max_size=2))
    def misbehave(self, faults):
        self.near.till.faults.extend(faults)

    @rule(number=which, what=st.sampled_from(["pay", "pay", "pay", "charge back", "nothing"]))
    def act(self, number, what):
        pays = list(self.near.till.pays.values())
        if pays:
            self.near.act(pays[number % len(pays)], what)
            db.session.remove()

    @rule()
    def deliver_what_waits(self):
        self.near.deliver()
        db.session.remove()

    @rule(is_down=st.booleans())
    def go_down_or_up(self, is_down):
        self.near.till.is_down = is_down

    @rule()
    def work(self):
        paying.work()

    @rule(minutes=st.sampled_from([1, 6, 20, 1500]))
    def wait_and_poll(self, minutes):
        paying.poll(minutes=minutes)

    @rule(number=which)
    def call_off(self, number):
        if payment := self.pick(Payment, number):
            self.try_to(commands.cancel, payment)

    @rule(number=which, amount=st.integers(1, 1000))
    def send_back(self, number, amount):
        if payment := self.pick(Payment, number):
            self.try_to(commands.send_back, payment, amount, f"s{next(_keys)}")

    @rule(number=which, what=st.sampled_from(["ship", "receive", "refund", "cancel"]))
    def move_an_order(self, number, what):
        if (order := self.pick(Order, number)) is None:
            return
        people = {person.id: person for person in self.buyers + self.sellers}
        actor = people[order.seller_id if what in ("ship", "refund") else order.buyer_id]
        more = {"amount": None, "reason": "", "key": f"r{next(_keys)}"} if what == "refund" else {}
        self.try_to(getattr(orders, what), order, actor=actor, **more)

    @invariant()
    def the_books_foot(self):
        assert paying.books() == []
        assert all(total.is_whole for total in queries.totals())

    @invariant()
    def nothing_moved_along_a_way_that_is_none(self):
        mine = select(Payment).where(Payment.id > self.first)
        for payment in db.session.scalars(mine.execution_options(populate_existing=True)):
            states = [step.state for step in queries.payment_page(payment.member_id, payment.reference).steps]
            assert all(after in MOVES[before] for before, after in pairwise(states)), states
            assert states[-1] == payment.state

    @invariant()
    def each_arrival_is_booked_once(self):
        query = select(func.count()).where(Transfer.kind == "arrival").group_by(Transfer.reference)
        assert set(db.session.scalars(query)) <= {1}
        db.session.remove()

    def teardown(self):
        """The provider is well again, and days pass: nothing is left in between, here or there."""
        self.near.till.is_down, self.near.till.faults = False, []
        for _turn in range(8):
            paying.poll(hours=12)
        waiting = select(Payment.state).where(Payment.state.in_(("started", "pending", "returning")))
        assert list(db.session.scalars(waiting)) == []
        self.the_books_foot()
        self.the_provider_says_the_same()
        clock.settle()
        db.session.remove()

    def the_provider_says_the_same(self):
        """What it took and did not send back, or lose to a bank, is what the outside owes us."""
        kept = 0
        for pay in self.near.till.pays.values():
            if pay.state in ("paid", "charged_back") and pay.captured_currency == "USD":
                gone = pay.captured if pay.state == "charged_back" else sum(pay.refunds.values())
                kept += pay.captured - gone
        assert self.before - self.outside() == kept

    def outside(self):
        query = select(Account.balance).where(Account.kind == OUTSIDE, Account.currency == "USD")
        return db.session.scalar(query) or 0


@pytest.mark.timeout(300)
def test_random_histories_of_payments_keep_the_books_right_and_end(app, monkeypatch):
    monkeypatch.setattr(FakeProvider, "_ask", None)
    given = Providers(fake=Fake("http://127.0.0.1:1", "fake"))
    with paying.configured(app, "http://127.0.0.1:1", given):
        run_state_machine_as_test(
            Payments, settings=settings(max_examples=10, stateful_step_count=25, deadline=None, database=None)
        )
