"""The order's page with everything on it: parcels, returns, a dispute, terms, a pick-up. It stays cheap."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from core.clock import now
from core.db import db
from shop.disputes import commands as disputes
from shop.disputes.commands import Claim
from shop.orders import commands as orders
from shop.pickups import commands as pickups
from shop.pickups.models import PickupWindow
from shop.pickups.rules import Plan
from shop.returns import commands as returns
from shop.returns.rules import Request
from shop.shipments import commands as parcels
from tests import make
from tests.shop.buying import again, buy, rich
from tests.shop.test_coupons import coupon
from tests.shop.test_units import line_of, taxed


@pytest.fixture
def offer(seller):
    taxed(seller)
    coupon(seller)
    return make.offer(by=seller, price=2000, stock=9, product={"picks_up": True})


def cheap(as_member, count_queries, order, people, words):
    for person in people:
        browser = as_member(person)
        with count_queries() as asked:
            page = browser.get(f"/orders/{order.number}")
        assert (page.status_code, len(asked) <= 8) == (200, True), (len(asked), asked)
        assert all(word in page.text for word in words), [word for word in words if word not in page.text]


def test_what_was_sent_in_parcels_came_back_and_is_disputed(as_member, count_queries, offer, seller):
    buyer = rich()
    order = buy(offer, buyer, quantity=4, codes=("SAVE",), country="DE")
    line = line_of(order)
    for number in ("one", "two"):
        parcel = parcels.pack(again(order), {line.id: 2}, actor=seller, key=number)
        parcels.send(parcel, actor=seller, tracking=f"TRACK{number}")
    for number in ("one", "two"):
        returns.ask(again(order), Request(number, {line.id: 1}, "damaged", "refund"), actor=buyer, days=14)
    orders.refund_units(again(order), {line.id: 1}, actor=seller, reason="Sorry", key="hand")
    disputes.open_dispute(again(order), Claim("damaged", None, "Broken", "c", {line.id: 1}), buyer=buyer)

    words = ["TRACKone", "TRACKtwo", "1 × A thread", "Dispute", "SAVE", "VAT", "Refunded"]
    cheap(as_member, count_queries, order, (buyer, seller), words)


@pytest.mark.parametrize("is_booked", [True, False])
def test_what_is_picked_up(as_member, count_queries, offer, seller, is_booked):
    buyer = rich()
    order = buy(offer, buyer, deliveries={"": "pick_up"}, address="", codes=("SAVE",), country="DE")
    point = pickups.open_point(seller, name="Pier", place="Pier 3", zone="UTC")
    day = (now() + timedelta(days=2)).date()
    pickups.add_windows(point, Plan(day, time(14), time(16), 60, capacity=1, cutoff_hours=6), actor=seller)
    if is_booked:
        pickups.book(again(order), db.session.scalars(select(PickupWindow.id)).first(), actor=buyer)

    cheap(as_member, count_queries, order, (buyer, seller), ["Pick-up"])
    orders.deliver(again(order), actor=seller)
    returns.ask(again(order), Request("r", {line_of(order).id: 1}, "damaged", "refund"), actor=buyer, days=14)
    cheap(as_member, count_queries, order, (buyer, seller), ["Pick-up", "1 × A thread"])
