"""Parcels of an order: packed, sent in parts, followed, lost, and what the order's shipment makes of them."""

from contextlib import nullcontext

import pytest
from sqlalchemy import select

from core.db import db
from core.errors import Refused
from core.jobs import run_all
from shop.orders import commands as orders
from shop.orders import rules as order_rules
from shop.orders.models import PAYMENTS, SHIPMENTS, Order, OrderEvent
from shop.orders.models import STATES as ORDER_STATES
from shop.shipments import commands, queries, rules
from shop.shipments.models import STATES, Shipment
from tests import make
from tests.papers import texts
from tests.shop.buying import again, buy, money, rich, stock_of
from tests.shop.money import problems


@pytest.fixture
def order(offer, buyer):
    """Three of one thing, paid."""
    return buy(offer, buyer, quantity=3)


@pytest.fixture
def line(order):
    return queries.lines_of(order.id).popitem()[0]


def parcels(order):
    db.session.rollback()
    return queries.parcels_of(order.id)


def packed(order, seller, units, key="p"):
    return commands.pack(again(order), units, actor=seller, key=key)


def sent(order, seller, units, key="p"):
    return commands.send(packed(order, seller, units, key), actor=seller, carrier="dhl", tracking=f"T-{key}")


def test_an_order_is_sent_in_parts_and_each_part_can_be_followed(as_member, order, line, seller, buyer):
    page = as_member(seller)
    body = {f"units-{line}": "2", "key": "one", "carrier": "dhl", "tracking": "JD 01", "do": "send"}
    assert page.post(f"/orders/{order.number}/parcels", data=body).status_code == 303
    assert again(order).shipment == "partly"

    assert page.post(f"/orders/{order.number}/ship", data={"tracking": "https://post.example/7"}).status_code == 303

    assert again(order).shipment == "shipped"
    seen = as_member(buyer).get(f"/orders/{order.number}").text
    assert "tracking-id=JD%2001" in seen
    assert 'href="https://post.example/7"' in seen


def test_packing_twice_with_one_key_packs_once(as_member, order, line, seller):
    body = {f"units-{line}": "1", "key": "one", "do": "pack"}
    answers = [as_member(seller).post(f"/orders/{order.number}/parcels", data=body).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert [parcel.state for parcel in parcels(order)] == ["packed"]
    assert again(order).shipment == "none"


@pytest.mark.parametrize("typed", ["4", "0", "-1", "1.5", "٣", "99999999999999999999", ""])
def test_a_parcel_holds_something_and_no_more_than_is_left(as_member, order, line, seller, typed):
    packed(order, seller, {line: 1}, "first")

    answer = as_member(seller).post(f"/orders/{order.number}/parcels", data={f"units-{line}": typed, "key": "two"})

    assert answer.status_code == 422
    assert len(parcels(order)) == 1


def test_only_the_seller_packs_and_only_what_is_paid(as_member, offer, order, line, seller, buyer):
    due = buy(make.offer(by=seller, price=100, stock=1), buyer, method="transfer")
    body = {f"units-{line}": "1", "key": "one"}

    assert as_member(buyer).post(f"/orders/{order.number}/parcels", data=body).status_code == 403
    assert as_member(make.member()).post(f"/orders/{order.number}/parcels", data=body).status_code == 404
    with pytest.raises(Refused) as refusal:
        packed(due, seller, queries.lines_of(due.id))
    assert refusal.value.code == "order_changed"


def test_the_order_is_delivered_when_its_last_parcel_is(order, line, seller, buyer, as_member):
    first, second = sent(order, seller, {line: 1}, "a"), sent(order, seller, {line: 2}, "b")

    commands.deliver(first, actor=seller)
    assert again(order).shipment == "shipped"
    assert as_member(buyer).post(f"/parcels/{second.id}/deliver").status_code == 303

    assert again(order).shipment == "delivered"
    assert problems() == []


def test_the_ten_days_begin_with_the_last_parcel_and_end_with_a_lost_one(order, line, seller, clock):
    sent(order, seller, {line: 1}, "a")
    clock.travel(days=11)
    run_all()
    assert again(order).state == "open"

    last = sent(order, seller, {line: 2}, "b")
    clock.travel(days=9)
    commands.lose(last, actor=seller)
    clock.travel(days=11)
    run_all()
    assert (again(order).state, again(order).shipment) == ("open", "partly")

    commands.send_rest(again(order), actor=seller)
    clock.travel(days=11)
    run_all()
    assert again(order).state == "completed"
    assert problems() == []


def test_what_was_partly_sent_is_not_cancelled_or_refused(as_member, order, line, seller, buyer):
    sent(order, seller, {line: 1})

    assert as_member(buyer).post(f"/orders/{order.number}/cancel").status_code == 409
    assert as_member(seller).post(f"/orders/{order.number}/refuse", data={"reason": "No"}).status_code == 409


def test_what_was_packed_for_a_cancelled_order_stays_and_cannot_be_sent(as_member, offer, order, line, buyer, worker):
    seller_id = order.seller_id
    parcel = packed(order, db.session.get(type(buyer), seller_id), {line: 2})
    assert as_member(buyer).post(f"/orders/{order.number}/cancel").status_code == 303
    seller = db.session.get(type(buyer), seller_id)

    assert as_member(seller).post(f"/parcels/{parcel.id}/send").status_code == 409
    worker()

    assert parcels(order) == []
    assert (stock_of(offer)[2], money(buyer)) == (0, 10_000)


def test_whoever_has_the_order_has_its_parcels(as_member, order, line, seller, buyer, worker):
    sent(order, seller, {line: 3})
    as_member(buyer).post(f"/orders/{order.number}/receive")
    worker()

    assert [parcel.state for parcel in parcels(order)] == ["delivered"]


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("step", ["send", "deliver", "lose", "unpack"])
def test_a_step_that_the_table_does_not_have_is_409_and_changes_nothing(as_member, order, line, seller, before, step):
    parcel = packed(order, seller, {line: 1})
    with_state(parcel, before)
    after = {"send": "sent", "deliver": "delivered", "lose": "lost", "unpack": "unpacked"}[step]
    is_again = before == after or (step == "send" and before == "delivered")
    if after in rules.STEPS.get(before, ()) or is_again:
        return

    assert as_member(seller).post(f"/parcels/{parcel.id}/{step}").status_code == 409

    db.session.rollback()
    assert db.session.get(Shipment, parcel.id, populate_existing=True).state == before
    assert again(order).shipment == "none"


def with_state(parcel, state):
    with make.writing():
        parcel.state = state


@pytest.mark.parametrize(
    ("machine", "states"), [("state", ORDER_STATES), ("payment", PAYMENTS), ("shipment", SHIPMENTS)]
)
def test_an_order_moves_only_along_its_tables(app, machine, states):
    table = order_rules.STEPS[machine]
    for before in states:
        for after in states:
            order = Order(**{"state": "open", "payment": "due", "shipment": "none", machine: before})
            legal = after == before or after in table.get(before, ())
            with nullcontext() if legal else pytest.raises(Refused, match="moved on"):
                order_rules.check_steps(order, {machine: after})


def test_a_part_on_its_way_is_told_to_the_buyer(as_member, order, line, seller, buyer, worker):
    sent(order, seller, {line: 1})
    worker()

    assert f"A part of your order {order.number} is on its way to you." in as_member(buyer).get("/notices").text
    kinds = select(OrderEvent.kind).where(OrderEvent.order_id == order.id).order_by(OrderEvent.id)
    assert list(db.session.scalars(kinds))[-1] == "partly_shipped"


def test_papers_say_what_lies_in_the_parcel_and_where_it_goes(as_member, seller):
    offer = make.offer(by=seller, price=100, stock=5, product={"title": "茶壶 teapot"})
    order = buy(offer, rich(), quantity=2, address="王小明\n上海市南京路 1 号")
    parcel = packed(order, seller, queries.lines_of(order.id))

    packing = as_member(seller).get(f"/shop/parcels/packing.pdf?parcel={parcel.id}")
    labels = as_member(seller).get("/shop/parcels/labels.pdf")

    assert (packing.mimetype, packing.data[:5]) == ("application/pdf", b"%PDF-")
    assert {"茶壶 teapot", "2", "上海市南京路 1 号"} <= set(texts(packing.data))
    assert {"王小明", "上海市南京路 1 号"} <= set(texts(labels.data))


def test_nine_labels_take_two_sheets(as_member, seller):
    offer = make.offer(by=seller, price=100, stock=9)
    order = buy(offer, rich(), quantity=9)
    line = queries.lines_of(order.id).popitem()[0]
    for number in range(9):
        packed(order, seller, {line: 1}, f"p{number}")

    assert as_member(seller).get("/shop/parcels/labels.pdf").data.count(b"/Type /Page\n") == 2


def test_other_peoples_parcels_are_not_printed(as_member, order, line, seller, buyer):
    parcel = packed(order, seller, {line: 1})

    for person in (buyer, make.member()):
        assert as_member(person).get(f"/shop/parcels/labels.pdf?parcel={parcel.id}").status_code == 404


def test_the_desk_lists_what_waits_and_what_is_packed(as_member, order, line, seller):
    packed(order, seller, {line: 1})

    page = as_member(seller).get("/shop/parcels").text

    assert order.number in page
    assert "1 × A thread" in page


def test_a_killed_worker_leaves_the_follower_to_be_run_again(order, line, seller):
    parcel = packed(order, seller, {line: 3})
    commands.send(parcel, actor=seller)

    assert [commands.follow_order(order.id, has_arrived=True) for _ in range(2)] == [1, 0]
    assert [row.state for row in parcels(order)] == ["delivered"]


def test_a_buyer_who_has_it_before_the_rest_was_sent_ends_the_sending(order, line, seller, buyer):
    sent(order, seller, {line: 1})
    orders.receive(again(order), actor=buyer)

    with pytest.raises(Refused):
        commands.send_rest(again(order), actor=seller)
    assert problems() == []
