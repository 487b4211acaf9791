"""Random histories of orders with parcels, returns and pick-ups, on top of those of test_histories.

Beside the books and the shelves: an order's shipment is what its parcels say, no more is packed or sent back than was
bought, a return refunds once, and a window holds no more than fit.
"""

from collections import Counter
from datetime import time, timedelta

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test
from sqlalchemy import func, inspect, select

from core.clock import now
from core.db import db
from core.outbox import drain_all
from shop.disputes import commands as disputes
from shop.disputes.commands import Claim
from shop.disputes.models import Dispute
from shop.orders import commands as orders
from shop.orders.models import Order, OrderLine, Refund, RefundLine
from shop.pickups import commands as pickups
from shop.pickups.models import BOOKED, COLLECTED, MISSED, Pickup, PickupWindow
from shop.returns import commands as returns
from shop.returns.models import CAME_TO_NOTHING, EXCHANGED, REFUNDED, GoodsReturn, ReturnLine
from shop.shipments import commands as parcels
from shop.shipments import queries, rules
from shop.shipments.models import DELIVERED, GONE, LIVE, Shipment
from tests.shop.test_histories import Histories, _keys, quantities, which


def here(given):
    state = inspect(given, raiseerr=False)
    return db.session.get(type(given), state.identity) if state is not None and state.detached else given


class Deliveries(Histories):
    """The same three members, who now pack, lose, send back, pick up and quarrel."""

    def try_to(self, action, *args, **kwargs):
        """Rows that an earlier step left without a session are taken anew."""
        return super().try_to(action, *map(here, args), **kwargs)

    def one(self, table, number):
        """One of the newest about an order of these three: the examples before left theirs."""
        newest = table.moved_at.desc() if table is Pickup else table.id.desc()
        mine = select(Order.id).where(Order.buyer_id.in_([person.id for person in self.people]))
        query = select(table).where(table.order_id.in_(mine)).order_by(newest)
        rows = list(db.session.scalars(query.limit(10)))
        return rows[number % len(rows)] if rows else None

    def by(self, order_id, side):
        order = db.session.get_one(Order, order_id)
        return next(person for person in self.people if person.id == getattr(order, f"{side}_id"))

    def step(self, row, command, side, **given):
        if row is not None:
            self.try_to(command, row, actor=self.by(row.order_id, side), **given)

    @rule(number=which, quantity=quantities, is_sent=st.booleans())
    def pack_some(self, number, quantity, is_sent):
        order = self.order(number)
        if order is None:
            return
        seller, line_id = self.by(order.id, "seller"), next(iter(queries.lines_of(order.id)))
        parcel = self.try_to(parcels.pack, order, {line_id: quantity}, actor=seller, key=f"p{next(_keys)}")
        if parcel is not None and is_sent:
            self.try_to(parcels.send, parcel, actor=seller)

    @rule(number=which, name=st.sampled_from(["send", "send", "deliver", "lose", "unpack"]))
    def move_a_parcel(self, number, name):
        self.step(self.one(Shipment, number), getattr(parcels, name), "seller")

    @rule(number=which, quantity=quantities, wish=st.sampled_from(["refund", "exchange"]))
    def ask_back(self, number, quantity, wish):
        order = self.order(number)
        if order is not None:
            asked = returns.rules.Request(
                f"r{next(_keys)}", {next(iter(queries.lines_of(order.id))): quantity}, "other", wish
            )
            self.try_to(returns.ask, order, asked, actor=self.by(order.id, "buyer"), days=14)

    @rule(number=which, name=st.sampled_from(["approve", "approve", "receive", "receive", "refuse", "reject"]))
    def seller_of_a_return(self, number, name):
        said = {"approve": {"send_to": "Pier"}, "refuse": {"answer": "No"}, "reject": {"verdict": "No"}}.get(name, {})
        self.step(self.one(GoodsReturn, number), getattr(returns, name), "seller", **said)

    @rule(number=which, name=st.sampled_from(["send", "send", "withdraw"]))
    def buyer_of_a_return(self, number, name):
        self.step(self.one(GoodsReturn, number), getattr(returns, name), "buyer")

    @rule(number=which, name=st.sampled_from(["refund", "refund", "exchange"]), is_whole=st.booleans())
    def end_a_return(self, number, name, is_whole):
        row = self.one(GoodsReturn, number)
        if row is None:
            return
        lines = db.session.scalars(select(ReturnLine).where(ReturnLine.return_id == row.id))
        restock = {line.order_line_id: line.quantity * is_whole for line in lines}
        for _click in range(2):
            self.step(row, getattr(returns, name), "seller", restock=restock)

    @rule(number=which)
    def choose_a_window(self, number):
        order = self.order(number)
        if order is None:
            return
        place = self.people.index(self.by(order.id, "seller"))
        plan = pickups.rules.Plan((now() + timedelta(days=2)).date(), time(9), time(10), 60, 1, 2)
        point = pickups.open_point(self.people[place], name="Pier", place="Pier", zone="UTC")
        self.try_to(pickups.add_windows, point, plan, actor=self.people[place])
        window = select(PickupWindow).where(PickupWindow.point_id == point.id).order_by(PickupWindow.id.desc())
        found = db.session.scalars(window.limit(1)).one()
        self.try_to(pickups.book, order, found.id, actor=self.by(order.id, "buyer"))

    @rule(number=which, has_money=st.booleans())
    def hand_over(self, number, has_money):
        self.step(self.one(Pickup, number), pickups.hand_over, "seller", has_money=has_money)

    @rule(number=which, quantity=quantities)
    def refund_some_units(self, number, quantity):
        order, key = self.order(number), f"u{next(_keys)}"
        if order is not None:
            units = {next(iter(queries.lines_of(order.id))): quantity}
            for _click in range(2):
                self.act(number, orders.refund_units, "seller", units=units, reason="", key=key)

    @rule(number=which, quantity=quantities, amount=st.none() | st.integers(1, 900))
    def quarrel(self, number, quantity, amount):
        order = self.order(number)
        if order is None:
            return
        buyer, seller = self.by(order.id, "buyer"), self.by(order.id, "seller")
        units = {next(iter(queries.lines_of(order.id))): quantity}
        claim = Claim("damaged", amount, "Broken", f"d{next(_keys)}", units)
        found = self.try_to(disputes.open_dispute, order, claim, buyer=buyer)
        if found is not None:
            self.try_to(disputes.offer, found.id, found.asked, seller=seller)

    @rule(number=which, agrees=st.booleans())
    def make_up(self, number, agrees):
        row = self.one(Dispute, number)
        if row is not None and agrees:
            self.try_to(disputes.agree, row.id, row.offered, buyer=self.by(row.order_id, "buyer"))
        elif row is not None:
            self.try_to(disputes.withdraw, row.id, buyer=self.by(row.order_id, "buyer"))

    @rule()
    def the_worker_runs(self):
        drain_all()
        db.session.remove()

    @invariant()
    def the_shipment_is_what_the_parcels_say(self):
        for order in db.session.scalars(select(Order).where(Order.delivery == "ship")):
            found, ordered = queries.parcels_of(order.id), queries.lines_of(order.id)
            sent, arrived = queries.units_in(found, GONE), queries.units_in(found, (DELIVERED,))
            said = rules.shipment_of(ordered, sent, arrived)
            if order.shipment != "delivered" and said != "delivered" and any(sent.values()):
                assert order.shipment == said
            packed = queries.units_in(found, LIVE)
            assert all(packed[line_id] <= quantity for line_id, quantity in ordered.items())

    @invariant()
    def no_more_comes_back_than_was_bought(self):
        back: Counter[int] = Counter()
        live = select(ReturnLine).join(GoodsReturn, GoodsReturn.id == ReturnLine.return_id)
        for line in db.session.scalars(live.where(GoodsReturn.state.not_in(CAME_TO_NOTHING))):
            back[line.order_line_id] += line.quantity
        for line in db.session.scalars(select(OrderLine).where(OrderLine.id.in_(back))):
            assert back[line.id] <= line.quantity

    @invariant()
    def no_unit_is_refunded_twice(self):
        query = select(RefundLine.order_line_id, func.sum(RefundLine.quantity)).group_by(RefundLine.order_line_id)
        for line_id, units in db.session.execute(query):
            assert units <= db.session.get_one(OrderLine, line_id).quantity

    @invariant()
    def a_return_refunds_once_and_what_it_says(self):
        query = select(GoodsReturn).execution_options(populate_existing=True)
        for row in db.session.scalars(query):
            paid = select(func.sum(Refund.amount)).where(
                Refund.order_id == row.order_id, Refund.key == f"return-{row.id}"
            )
            assert (db.session.scalar(paid) or 0) == (row.amount if row.state == REFUNDED else 0)
            assert row.state != EXCHANGED or row.amount == 0

    @invariant()
    def a_window_holds_who_chose_it(self):
        query = select(PickupWindow).execution_options(populate_existing=True)
        for window in db.session.scalars(query):
            mine = select(func.count()).where(Pickup.window_id == window.id)
            here = db.session.scalar(mine.where(Pickup.state.in_((BOOKED, COLLECTED, MISSED))))
            assert here <= window.taken <= window.capacity
        db.session.remove()


@pytest.mark.timeout(300)
def test_random_deliveries_keep_parcels_returns_and_books_right(app):
    """Not made smaller when it fails: one run of it takes too long for that."""
    given = {"max_examples": 6, "stateful_step_count": 25, "deadline": None, "database": None}
    run_state_machine_as_test(Deliveries, settings=settings(**given, phases=[Phase.generate]))
