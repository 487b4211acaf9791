"""Random histories of money and stock: whatever happens in whatever order, the books foot and nothing is oversold."""

from contextlib import contextmanager

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core import clock
from core.errors import Refused
from shop.ledger import queries as ledger
from shop.ledger.rules import house, wallet
from shop.payments import commands as payments
from shop.payments.rules import Asked
from shop.stock import commands, queries
from shop.stock.jobs import sweep_holds
from tests import make
from tests.shop import money

SUMS = st.integers(1, 3000)
WHO = st.integers(0, 2)
UNITS = st.integers(1, 4)


class Books(RuleBasedStateMachine):
    """A model in plain integers beside the real tables; each invariant compares them."""

    holds, asked = Bundle("holds"), Bundle("asked")

    def __init__(self):
        super().__init__()
        self.members = [make.member() for _number in range(3)]
        self.offers = [make.offer(stock=4), make.offer(stock=9)]
        self.supplied = {offer.id: stock for offer, stock in zip(self.offers, (4, 9), strict=True)}
        self.wallets = [0, 0, 0]
        before = ledger.sums("USD")
        self.outside_before, self.payouts_before = before.get("outside", 0), before.get("payouts", 0)
        self.active, self.sold, self.number = {}, {}, 0
        self.waiting, self.decided = {}, {}

    @contextmanager
    def refuses(self, code, *, when):
        """The block is refused with `code` exactly when the model says so."""
        if not when:
            yield
            return
        with pytest.raises(Refused) as refusal:
            yield
        assert refusal.value.code == code

    def key(self):
        self.number += 1
        return f"history:{id(self)}:{self.number}"

    def mine(self, who):
        return wallet(self.members[who].id, "USD")

    @rule(who=WHO, amount=SUMS)
    def top_up(self, who, amount):
        money.move(house("outside", "USD"), self.mine(who), amount, key=self.key())
        self.wallets[who] += amount

    @rule(who=WHO, to=WHO, amount=SUMS, twice=st.booleans())
    def pay_another(self, who, to, amount, twice):
        if who == to:
            return
        key = self.key()
        short = self.wallets[who] < amount
        for _time in range(1 + twice):
            with self.refuses("not_enough_money", when=short):
                money.move(self.mine(who), self.mine(to), amount, key=key)
        if not short:
            self.wallets[who] -= amount
            self.wallets[to] += amount

    @rule(target=asked, who=WHO, amount=SUMS)
    def withdraw(self, who, amount):
        with self.refuses("not_enough_money", when=self.wallets[who] < amount):
            row = payments.ask_withdrawal(self.members[who], Asked(amount, "USD", self.key()), "IBAN 1")
            self.wallets[who] -= amount
            self.waiting[row.id] = (who, amount)
            return row.id, who
        return None

    @rule(row=asked, how=st.sampled_from(["paid", "refused", "cancelled"]))
    def decide_withdrawal(self, row, how):
        if row is None:
            return
        row_id, who = row
        decide = {
            "paid": lambda: payments.settle_withdrawal(row_id, self.members[0]),
            "refused": lambda: payments.refuse_withdrawal(row_id, self.members[0], "No"),
            "cancelled": lambda: payments.cancel_withdrawal(row_id, self.members[who]),
        }[how]
        with self.refuses("already_decided", when=self.decided.get(row_id, how) != how):
            decide()
            self.decided[row_id] = how
            _who, amount = self.waiting.pop(row_id, (who, 0))
            self.wallets[who] += 0 if how == "paid" else amount

    @rule(target=holds, who=WHO, which=st.integers(0, 1), units=UNITS, limit=st.sampled_from([None, 3]))
    def hold(self, who, which, units, limit):
        offer, member = self.offers[which], self.members[who]
        self.forget_overdue()
        free = self.free(offer.id)
        over = limit is not None and self.taken(offer.id, member.id) + units > limit
        code = "limit_reached" if over else "sold_out"
        with self.refuses(code, when=over or units > free):
            held = commands.hold(offer.id, member.id, units, limit)
            self.active[held] = clock.now()
            return held
        return None

    @rule(held=holds)
    def sell(self, held):
        self.forget_overdue()
        if held is None:
            return
        with self.refuses("hold_gone", when=held not in self.active):
            commands.sell(held)
            self.sold[held] = held.quantity
            self.active.pop(held)

    @rule(held=holds)
    def release(self, held):
        if held is None:
            return
        self.forget_overdue()
        commands.release(held)
        self.active.pop(held, None)

    @rule(held=holds, units=UNITS)
    def give_back(self, held, units):
        if held is None:
            return
        with self.refuses("nothing_to_return", when=self.sold.get(held, 0) < units):
            commands.return_sold(held, units)
            self.sold[held] -= units

    @rule(which=st.integers(0, 1), total=st.integers(0, 12))
    def supply(self, which, total):
        offer_id = self.offers[which].id
        self.forget_overdue()
        used = self.supplied[offer_id] - self.free(offer_id)
        with self.refuses("below_taken", when=total < used):
            commands.supply(offer_id, total)
            self.supplied[offer_id] = total

    @rule(minutes=st.sampled_from([1, 7, 15]))
    def wait(self, minutes):
        clock.travel(minutes=minutes)

    @rule()
    def sweep(self):
        sweep_holds()

    def forget_overdue(self):
        self.active = {held: at for held, at in self.active.items() if held.expires_at > clock.now()}

    def taken(self, offer_id, member_id=None):
        rows = [(held, held.quantity) for held in self.active] + list(self.sold.items())
        return sum(n for held, n in rows if held.offer_id == offer_id and member_id in (None, held.member_id))

    def free(self, offer_id):
        return self.supplied[offer_id] - self.taken(offer_id)

    @invariant()
    def wallets_hold_what_the_model_says(self):
        assert [money.balance(member) for member in self.members] == self.wallets
        sums = ledger.sums("USD")
        assert sum(sums.values()) == 0
        waiting = sum(amount for _who, amount in self.waiting.values())
        assert self.outside_before - sums.get("outside", 0) == sum(self.wallets) + waiting
        assert sums.get("payouts", 0) - self.payouts_before == waiting

    @invariant()
    def stock_is_held_plus_sold_plus_free(self):
        self.forget_overdue()
        assert queries.free(list(self.supplied)) == {offer_id: self.free(offer_id) for offer_id in self.supplied}

    @invariant()
    def both_proofs_are_clean(self):
        assert money.problems() == []


@pytest.mark.timeout(170)
def test_any_history_of_money_and_stock_keeps_the_books(app):
    run_state_machine_as_test(Books, settings=settings(max_examples=15, stateful_step_count=30))
