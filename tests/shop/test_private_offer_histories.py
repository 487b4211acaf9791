"""Random chains of offers between a seller and two buyers: who may do what, and books and shelves that always foot."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from core import clock
from core.db import db
from core.errors import Refused
from core.jobs import run_all
from shop.ledger import proof
from shop.orders import commands as orders
from shop.orders.models import Order
from shop.private_offers import commands, rules
from shop.private_offers.models import LONGEST_CHAIN, PrivateOffer
from shop.stock.proof import verify
from tests import make
from tests.shop.buying import rich
from tests.shop.offering import FIVE, asked, choose, here, on_sale, talk

buyers = st.integers(0, 1)
prices = st.integers(1, 1500)
quantities = st.integers(1, 3)
which = st.integers(0, 5)
sides = st.sampled_from(["seller", "buyer"])
ENDS = {"accepted", "agreed", "countered", "declined", "withdrawn", "expired"}


class Chains(RuleBasedStateMachine):
    """A refusal is a fine answer; a second order, a second answer or wrong books never are."""

    @initialize()
    def begin(self):
        db.session.remove()
        self.seller = make.member()
        self.buyers = [rich(4000), rich(4000)]
        self.offer = on_sale(self.seller, stock=6, price=1000, limit_per_member=4, product={"picks_up": True})
        self.talks = [talk(buyer, self.seller) for buyer in self.buyers]
        self.seen = {}
        self.offer_to(0, 900, 1, "ship")
        self.offer_to(1, 700, 2, "pick_up")

    def try_to(self, act, *args, **given):
        try:
            return act(*args, **given)
        except Refused:
            return None
        finally:
            db.session.remove()

    def links(self):
        """Of this history; the tables keep those before it."""
        return select(PrivateOffer).where(PrivateOffer.seller_id == self.seller.id)

    def link(self, number):
        rows = list(db.session.scalars(self.links().order_by(PrivateOffer.id.desc()).limit(6)))
        db.session.expunge_all()  # so that a refusal's rollback leaves what was read
        return rows[number % len(rows)]

    def actor(self, private, side):
        return self.seller if side == "seller" else next(one for one in self.buyers if one.id == private.buyer_id)

    @rule(who=buyers, price=prices, quantity=quantities, delivery=st.sampled_from(["ship", "pick_up"]))
    def offer_to(self, who, price, quantity, delivery):
        shipping = 99 if delivery == "ship" else 0
        terms = asked(unit_price=price, quantity=quantity, delivery=delivery, shipping=shipping, hours=24)
        where = {"conversation_id": self.talks[who], "product_id": self.offer.product_id}
        self.try_to(commands.make, terms, seller=here(self.seller), buyer=here(self.buyers[who]), **where)

    @rule(number=which, side=sides, price=prices, quantity=quantities)
    def counter(self, number, side, price, quantity):
        private = self.link(number)
        terms = asked(unit_price=price, quantity=quantity, shipping=private.shipping, delivery=private.delivery)
        made = self.try_to(commands.counter, private.id, terms, actor=here(self.actor(private, side)))
        if made is not None:
            assert (made.made_by_id, made.previous_id) == (self.actor(private, side).id, private.id)

    @rule(number=which)
    def agree(self, number):
        private = self.link(number)
        made = self.try_to(commands.agree, private.id, seller=here(self.seller))
        if made is not None:
            assert not private.is_by_seller
            assert (made.unit_price, made.quantity) == (private.unit_price, private.quantity)

    @rule(number=which, side=sides, method=st.sampled_from(["wallet", "wallet", "transfer", "pick_up"]))
    def accept_twice(self, number, side, method):
        private = self.link(number)
        given = {"buyer": self.actor(private, side), "fee_percent": FIVE}
        choice = choose(private, method=method)
        order = self.try_to(commands.accept, private.id, choice, **given)
        again = self.try_to(commands.accept, private.id, choice, **given)
        assert (order is None) == (again is None)
        if order is not None:
            assert order.id == again.id
            assert (order.goods, order.shipping) == (private.unit_price * private.quantity, private.shipping)
            assert (order.buyer_id, order.seller_id, order.delivery) == (
                private.buyer_id,
                self.seller.id,
                private.delivery,
            )

    @rule(number=which, side=sides, verb=st.sampled_from(["decline", "withdraw"]))
    def stop(self, number, side, verb):
        private = self.link(number)
        self.try_to(getattr(commands, verb), private.id, actor=self.actor(private, side))

    @rule(number=which, name=st.sampled_from(["cancel", "receive", "ship", "refund"]))
    def afterwards(self, number, name):
        rows = list(
            db.session.scalars(
                select(Order).where(Order.seller_id == self.seller.id).order_by(Order.id.desc()).limit(6)
            )
        )
        if not rows:
            return
        order = rows[number % len(rows)]
        actor = self.seller if name in ("ship", "refund") else self.actor(order, "buyer")
        more = {"amount": None, "reason": "", "key": f"all-{order.id}"} if name == "refund" else {}
        self.try_to(getattr(orders, name), order, actor=actor, **more)

    @rule(hours=st.sampled_from([0, 1, 23, 80]))
    def time_passes(self, hours):
        clock.travel(hours=hours)
        run_all()
        db.session.remove()

    @invariant()
    def books_and_shelves_foot(self):
        assert list(proof.verify()) == []
        assert list(verify()) == []
        db.session.remove()

    @invariant()
    def chains_are_lines_whose_last_link_alone_may_be_open(self):
        rows = list(db.session.scalars(self.links().order_by(PrivateOffer.id)))
        followed = {row.previous_id for row in rows if row.previous_id}
        for row in rows:
            assert 1 <= row.link_no <= LONGEST_CHAIN
            assert (row.state in ("agreed", "countered")) == (row.id in followed)
            assert (row.state == "accepted") == (row.order_id is not None)
            assert bool(rules.actions(row, row.buyer_id, clock.now())) <= (row.state == "open")
        db.session.remove()

    @invariant()
    def what_has_ended_stays_ended(self):
        rows = db.session.execute(self.links().with_only_columns(PrivateOffer.id, PrivateOffer.state)).all()
        for number, state in rows:
            assert self.seen.get(number, "open") in ("open", state)
            self.seen[number] = state
        db.session.remove()

    def teardown(self):
        clock.settle()
        db.session.remove()


@pytest.mark.timeout(300)
def test_random_chains_keep_books_shelves_and_order(app, unlimited):
    run_state_machine_as_test(
        Chains, settings=settings(max_examples=12, stateful_step_count=25, deadline=None, database=None)
    )
