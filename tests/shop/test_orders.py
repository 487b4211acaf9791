"""An order from payment to settlement, through the pages of buyer and seller."""

from email import message_from_bytes

import pytest
from sqlalchemy import select

from core.db import db
from core.jobs import run_all
from forum.boards.models import Membership
from forum.members.models import Guest
from forum.threads.models import Thread
from shop.ledger.proof import books_foot
from shop.orders import slots
from shop.orders.models import OrderEvent
from shop.products.models import Product
from shop.shipments import commands as parcels
from tests import make
from tests.shop.buying import again, buy, house, money, rich, stock_of


@pytest.fixture
def step(as_member):
    """`step(order, who, "ship", tracking="X")` posts the order's form; the answer's status."""

    def post(order, who, action, **data):
        return as_member(who).post(f"/orders/{order.number}/{action}", data=data).status_code

    return post


def kinds(order):
    query = select(OrderEvent.kind).where(OrderEvent.order_id == order.id).order_by(OrderEvent.id)
    return list(db.session.scalars(query))


def test_from_payment_to_settlement(step, offer, seller, buyer):
    order = buy(offer, buyer)
    assert (house(), money(buyer), money(seller)) == ((2500, 0), 7500, 0)

    assert step(order, seller, "ship", tracking="ZZ1") == 303
    assert (again(order).shipment, again(order).tracking) == ("shipped", "ZZ1")
    assert step(order, buyer, "receive") == 303

    order = again(order)
    assert (order.state, order.payment, order.fee) == ("completed", "settled", 125)
    assert (house(), money(seller)) == ((0, 125), 2375)
    assert kinds(order) == ["placed", "paid", "shipped", "received", "completed"]
    assert books_foot()


@pytest.mark.parametrize("click", ["seller: ship", "buyer: receive", "buyer: cancel", "seller: refuse"])
def test_a_double_click_does_it_once_and_is_answered_alike(step, offer, seller, buyer, click):
    order = buy(offer, buyer)
    who, action = click.split(": ")
    person = {"seller": seller, "buyer": buyer}[who]

    answers = [step(order, person, action, reason="Broken") for _ in range(2)]

    assert answers == [303, 303]
    assert len(kinds(order)) == len(set(kinds(order)))
    assert books_foot()


def test_the_money_goes_to_the_seller_ten_days_after_sending(step, offer, seller, buyer, clock):
    order, unsent = buy(offer, buyer), buy(offer, buyer)
    step(order, seller, "ship")

    clock.travel(days=9, hours=23)
    run_all()
    assert again(order).state == "open"
    clock.travel(hours=2)
    run_all()
    run_all()

    assert (again(order).state, again(unsent).state) == ("completed", "open")
    assert (house(), money(seller)) == ((2500, 125), 2375)


def test_the_buyer_cancels_before_shipping_and_has_everything_back(step, offer, seller, buyer):
    order = buy(offer, buyer)

    assert step(order, buyer, "cancel") == 303

    assert (again(order).state, again(order).payment) == ("cancelled", "refunded")
    assert (house(), money(buyer), stock_of(offer)) == ((0, 0), 10_000, (3, 0, 0))
    assert step(order, seller, "ship") == 409


def test_what_was_sent_cannot_be_cancelled_or_refused(step, offer, seller, buyer):
    order = buy(offer, buyer)
    step(order, seller, "ship")

    assert step(order, buyer, "cancel") == 409
    assert step(order, seller, "refuse", reason="No") == 409
    assert (house(), stock_of(offer)) == ((2500, 0), (3, 0, 1))


def test_the_seller_refuses_with_a_reason_that_the_buyer_reads(step, as_member, offer, seller, buyer):
    order = buy(offer, buyer)

    assert step(order, seller, "refuse", reason="") == 422
    assert step(order, seller, "refuse", reason="It fell off the table") == 303

    assert "It fell off the table" in as_member(buyer).get(f"/orders/{order.number}").text
    assert (money(buyer), stock_of(offer)) == (10_000, (3, 0, 0))


def test_paid_by_bank_transfer_the_seller_confirms(step, offer, seller, buyer):
    order = buy(offer, buyer, method="transfer")
    assert (again(order).payment, money(buyer)) == ("due", 10_000)

    assert step(order, seller, "ship") == 409
    assert step(order, buyer, "confirm-payment") == 403
    assert step(order, seller, "confirm-payment") == 303
    assert step(order, seller, "ship") == 303
    assert step(order, buyer, "receive") == 303

    assert (again(order).state, again(order).payment, again(order).fee) == ("completed", "outside", 0)
    assert (house(), money(buyer)) == ((0, 0), 10_000)


def test_a_due_order_can_be_paid_from_the_wallet_after_all(step, offer, buyer):
    order = buy(offer, buyer, method="transfer")

    assert [step(order, buyer, "pay") for _ in range(2)] == [303, 303]

    assert (again(order).payment, again(order).method, house()) == ("escrow", "wallet", (2500, 0))


def test_an_order_that_waits_for_money_is_called_off_without_any(step, offer, seller, buyer):
    first, second = buy(offer, buyer, method="transfer"), buy(offer, buyer, method="transfer")

    assert step(first, buyer, "cancel") == 303
    assert step(second, seller, "refuse", reason="No") == 303

    assert [again(order).refunded for order in (first, second)] == [0, 0]
    assert (house(), money(buyer), stock_of(offer)) == ((0, 0), 10_000, (3, 0, 0))


def test_what_was_paid_outside_only_the_seller_can_call_off(step, offer, seller, buyer):
    order = buy(offer, buyer, method="transfer")
    step(order, seller, "confirm-payment")

    assert step(order, buyer, "cancel") == 409
    assert step(order, seller, "refuse", reason="No") == 303
    assert (again(order).payment, again(order).refunded, house()) == ("refunded", 2500, (0, 0))


def test_paying_without_enough_money_says_so(step, offer):
    poor = rich(100)
    order = buy(offer, poor, method="transfer")

    assert step(order, poor, "pay") == 422
    assert (again(order).payment, money(poor)) == ("due", 100)


def test_a_pick_up_is_handed_over_and_confirmed(step, offer, seller, buyer):
    order = buy(offer, buyer, deliveries={"": "pick_up"}, method="pick_up")
    assert again(order).shipping == 0

    assert step(order, seller, "confirm-payment") == 303
    assert step(order, seller, "ship") == 409
    assert step(order, seller, "deliver") == 303
    assert step(order, buyer, "receive") == 303
    assert again(order).state == "completed"


def test_only_buyer_and_seller_see_an_order(as_member, guest, offer, buyer):
    order = buy(offer, buyer)
    stranger, operator = as_member(make.member()), as_member(make.operator())

    for browser in (stranger, operator):
        assert browser.get(f"/orders/{order.number}").status_code == 404
        for action in ("pay", "confirm-payment", "ship", "deliver", "receive", "cancel", "refuse", "refund"):
            assert browser.post(f"/orders/{order.number}/{action}").status_code == 404
    assert slots.order_cards([f"order:{order.number}"], make.member()) == {"order_by_about": {}}
    assert f"order:{order.number}" in slots.order_cards([f"order:{order.number}"], buyer)["order_by_about"]
    assert slots.order_cards([f"order:{order.number}"], Guest())["order_by_about"] == {}


@pytest.mark.parametrize("number", ["%00", "x%00", "é", "ABCDEFGH", "-1"])
def test_an_order_that_is_not_there_is_missing(as_member, number):
    assert as_member(make.member()).get(f"/orders/{number}").status_code == 404


def test_each_does_only_their_own_part(step, offer, seller, buyer):
    order = buy(offer, buyer)

    for action in ("ship", "deliver", "refuse", "refund", "confirm-payment"):
        assert step(order, buyer, action, reason="x", key="k") == 403, action
    for action in ("receive", "cancel", "pay"):
        assert step(order, seller, action) == 403, action


def test_the_order_page_tells_the_story_and_leads_to_the_thread(as_member, offer, seller, buyer):
    order = buy(offer, buyer)

    page = as_member(buyer).get(f"/orders/{order.number.lower()}").text

    assert "Paid, waiting to be sent" in page
    assert "1 Pier Road" in page
    assert 'href="/t/' in page
    assert f"about=order:{order.number}" in page
    assert "Cancel the order" in page
    assert "I have sent it" in as_member(seller).get(f"/orders/{order.number}").text


def test_a_board_that_closed_keeps_the_order_and_drops_the_link(as_member):
    board = make.board("apply")
    buyer = rich(of=board)
    order = buy(make.offer(on=board), buyer)
    with make.writing():
        db.session.execute(Membership.__table__.delete())

    page = as_member(buyer).get(f"/orders/{order.number}")

    assert page.status_code == 200
    assert 'href="/t/' not in page.text


def test_the_list_has_both_sides_and_pages_by_key(as_member, seller, buyer):
    offer = make.offer(by=seller, price=1, stock=50)
    numbers = [buy(offer, buyer).number for _ in range(21)]

    bought = as_member(buyer).get("/orders").text
    assert numbers[-1] in bought
    assert numbers[0] not in bought
    older = bought.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert numbers[0] in as_member(buyer).get(older).text
    assert numbers[-1] in as_member(seller).get("/orders?side=sold").text
    assert "Nothing bought yet" in as_member(seller).get("/orders").text
    for before in ("x", "-1", "9" * 20):
        assert as_member(buyer).get(f"/orders?before={before}").status_code == 200


def test_after_buying_the_thread_says_so(app, offer, buyer):
    order = buy(offer, buyer)
    thread = db.session.get_one(Thread, db.session.get_one(Product, offer.product_id).thread_id)

    assert slots.your_order(thread, buyer) == {"your_order": order.number}
    assert slots.your_order(thread, make.member()) == {"your_order": None}


def test_order_pages_cost_few_statements(as_member, count_queries, offer, buyer):
    order = buy(offer, buyer)
    browser = as_member(buyer)

    for address in ("/orders", f"/orders/{order.number}"):
        with count_queries() as sent:
            assert browser.get(address).status_code == 200
        assert len(sent) <= 8, sent


def test_buyer_and_seller_are_told_and_get_mail(app, as_member, worker):
    seller, buyer = make.member(), rich()
    order = buy(make.offer(by=seller), buyer)
    worker()
    worker()
    parcels.send_rest(order, actor=seller, tracking="ZZ1")
    worker()

    assert "ordered “A thread”" in as_member(seller).get("/notices").text
    assert "is on its way to you" in as_member(buyer).get("/notices").text
    folder = app.extensions["settings"].data / "mail"
    mails = [message_from_bytes(path.read_bytes()) for path in folder.glob("*.eml")]
    subjects = {(mail["To"], mail["Subject"]) for mail in mails if order.number in (mail["Subject"] or "")}
    assert subjects == {
        (seller.email, f"New order {order.number}"),
        (buyer.email, f"Your order {order.number}"),
        (buyer.email, f"Your order {order.number} is on its way"),
    }
