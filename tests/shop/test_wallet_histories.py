"""Random histories of wallets: whatever comes, goes, comes back or is given back, each unit's source is known."""

from datetime import date

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core import clock
from core.db import db
from core.errors import Refused
from shop.corrections import commands as corrections
from shop.corrections.rules import Proposal
from shop.ledger import queries as ledger
from shop.ledger.rules import wallet
from shop.orders import commands as orders
from shop.payments import commands as payments
from shop.payments import giving_back
from shop.payments.providers import BankTransfer
from shop.payments.rules import Asked
from shop.statements import queries as statements
from shop.statements.rules import Period
from tests import make
from tests.shop import money
from tests.shop.buying import buy
from tests.shop.queue import Queue

PRICE = 700
SUMS = st.integers(1, 2000)


class Wallet(RuleBasedStateMachine):
    """One member's wallet beside a queue of lots; `sources` are the references of the queue's lots in order."""

    asked, bought = Bundle("asked"), Bundle("bought")

    def __init__(self):
        super().__init__()
        self.member, self.operators = make.member(), [make.operator(), make.operator()]
        self.offer = make.offer(price=PRICE, stock=1000, shipping=0, product={"picks_up": True})
        self.queue, self.sources, self.number = Queue(), {}, 0

    @property
    def held(self):
        return sum(amount for _number, amount in self.queue.left())

    def key(self):
        self.number += 1
        return f"wallet:{id(self)}:{self.number}"

    def came(self, amount, reference):
        self.queue.step("in", amount, 0)
        self.sources[len(self.queue.came)] = reference

    @rule(amount=SUMS)
    def top_up(self, amount):
        row = payments.ask_top_up(self.member, Asked(amount, "USD", self.key()), BankTransfer())
        payments.settle_top_up(row.id, self.operators[0])
        self.came(amount, f"top-up:{row.id}")

    @rule(amount=SUMS, kind=st.sampled_from(["found", "lost"]))
    def correct(self, amount, kind):
        if kind == "lost" and self.held < amount:
            return
        asked = Proposal(kind, self.member.id, amount, "USD", "Typed twice", self.key())
        row = corrections.make(corrections.propose(self.operators[0], asked).id, self.operators[1])
        if kind == "found":
            self.came(amount, f"correction:{row.id}")
        else:
            self.queue.step("out", amount, 0)

    @rule(target=bought)
    def buy(self):
        if self.held < PRICE:
            return None
        order = buy(self.offer, self.member)
        self.queue.step("out", PRICE, 0)
        return order, self.queue.out[-1]

    @rule(deal=bought)
    def call_off(self, deal):
        if deal is None or deal[1] not in self.queue.out:
            return
        order, parts = deal
        orders.cancel(order, actor=self.member)
        self.put_back(parts)

    @rule(target=asked, amount=SUMS)
    def withdraw(self, amount):
        if self.held < amount:
            return None
        row = payments.ask_withdrawal(self.member, Asked(amount, "USD", self.key()), "IBAN 1")
        self.queue.step("out", amount, 0)
        return row.id, self.queue.out[-1]

    @rule(request=asked, is_paid=st.booleans())
    def decide(self, request, is_paid):
        if request is None or request[1] not in self.queue.out:
            return
        row_id, parts = request
        if is_paid:
            payments.settle_withdrawal(row_id, self.operators[0])
            self.queue.out.remove(parts)
        else:
            payments.cancel_withdrawal(row_id, self.member)
            self.put_back(parts)

    @rule(which=st.integers(0, 9), is_kept=st.booleans())
    def give_back(self, which, is_kept):
        """With `is_kept` it is cancelled at once, and nothing has happened."""
        ours = [lot for lot in self.queue.lots if self.sources[lot[0]].startswith("top-up:")]
        if not ours:
            return
        lot = ours[which % len(ours)]
        top_up_id = int(self.sources[lot[0]].partition(":")[2])
        if not lot[1]:
            with pytest.raises(Refused, match="Nothing of this top-up is left"):
                giving_back.give_back(self.member, top_up_id, self.key(), {})
            return
        row = giving_back.give_back(self.member, top_up_id, self.key(), {})
        assert row.amount == lot[1]
        if is_kept:
            payments.cancel_withdrawal(row.id, self.member)
        else:
            self.queue.step("return", 0, list(self.queue.lots).index(lot))

    @rule(hours=st.sampled_from([1, 30, -1]))
    def wait(self, hours):
        clock.travel(hours=hours)

    def put_back(self, parts):
        self.queue.out.remove(parts)
        self.queue.put_back(parts)

    @invariant()
    def every_unit_has_its_source(self):
        held = money.balance(self.member)
        assert held == self.held
        found = ledger.lots_of(wallet(self.member.id, "USD"), held)
        told = [(lot.source.reference, lot.left) for lot in found.rows]
        assert told == [(self.sources[number], amount) for number, amount in self.queue.left()]
        assert found.rest == 0

    @invariant()
    def the_books_and_the_statement_foot(self):
        assert money.problems() == []
        code, period = wallet(self.member.id, "USD"), Period(date(2020, 1, 1), date(2090, 1, 1))
        sums = statements.sums(code, period)
        list(statements.entries(code, period, sums))
        assert (sums.foots, sums.closing) == (True, self.held)
        db.session.rollback()


@pytest.mark.timeout(600)
def test_any_history_of_a_wallet_knows_where_each_unit_came_from(app):
    run_state_machine_as_test(Wallet, settings=settings(max_examples=6, stateful_step_count=20))
