"""From the cart to the order: holds, once-only, price shown = price paid."""

import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from core.db import db
from core.jobs import run_all
from forum.members.models import Member
from shop.cart.models import CartItem
from shop.ledger.commands import Movement, transfer
from shop.ledger.queries import balance
from shop.orders.commands import place
from shop.orders.models import Checkout, Order, OrderLine
from shop.orders.rules import Choice
from shop.products.models import Offer, Product
from shop.stock.models import Hold, Stock
from tests import make

FORM = {"address": "1 Pier Road", "method": "wallet"}


def rich(amount=100_000, **given):
    member = make.member(**given)
    transfer(Movement("outside:USD", f"wallet:{member.id}:USD", amount, "USD", "top_up", f"top-up:{uuid4()}"))
    return member


def put(browser, offer, quantity=1):
    answer = browser.post("/cart/items", data={"offer": offer.id, "quantity": quantity})
    assert answer.status_code == 303, answer.text


def hidden(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page).group(1)


def filled(browser, **given):
    """The fields of the checkout page as a browser would send them."""
    page = browser.get("/checkout").text
    return {"key": hidden(page, "key"), "seen": hidden(page, "seen"), **FORM, **given}


def orders():
    db.session.rollback()
    return list(db.session.scalars(select(Order).order_by(Order.id)))


def stock_of(offer):
    db.session.rollback()
    found = db.session.get(Stock, offer.id, populate_existing=True)
    return found.supplied, found.held, found.sold


def test_looking_and_placing_is_enough(as_member):
    offer, buyer = make.offer(price=1500, stock=3, shipping=400), rich()
    browser = as_member(buyer)
    put(browser, offer, 2)

    answer = browser.post("/checkout", data=filled(browser))

    [order] = orders()
    assert (answer.status_code, answer.location) == (303, f"/orders/{order.number}")
    assert (order.goods, order.shipping, order.payment) == (3000, 400, "escrow")
    assert stock_of(offer) == (3, 0, 2)
    assert balance(buyer.id, "USD") == 100_000 - 3400
    assert "Your cart is empty" in browser.get("/cart").text


def test_check_out_sets_everything_aside_for_fifteen_minutes(as_member, clock):
    offer, buyer = make.offer(stock=1), rich()
    browser, other = as_member(buyer), as_member(rich())
    put(browser, offer)
    put(other, offer)

    answer = browser.post("/checkout/start")
    assert answer.status_code == 303
    assert "15 minutes" in browser.get(answer.location).text
    assert stock_of(offer) == (1, 1, 0)
    assert other.post("/checkout/start").status_code == 409

    clock.travel(minutes=16)
    assert other.post("/checkout/start").status_code == 303
    form = {"key": answer.location.partition("key=")[2], **FORM}
    late = browser.post("/checkout", data=form)
    assert late.status_code == 409
    assert 'data-code="sold_out"' in late.text


def test_an_ended_hold_is_taken_again_when_it_is_still_there(as_member, clock):
    offer, buyer = make.offer(stock=1), rich()
    browser = as_member(buyer)
    put(browser, offer)
    start = browser.post("/checkout/start").location
    clock.travel(minutes=20)
    page = browser.get(start).text

    assert "The time ran out" in page
    form = {"key": hidden(page, "key"), "seen": hidden(page, "seen"), **FORM}
    assert browser.post("/checkout", data=form).status_code == 303
    assert stock_of(offer) == (1, 0, 1)


def test_a_checkout_left_for_a_day_is_forgotten_and_its_form_still_works(as_member, clock):
    offer, browser = make.offer(stock=1), as_member(rich())
    put(browser, offer)
    start = browser.post("/checkout/start").location
    form = {"key": start.partition("key=")[2], **FORM}
    clock.travel(hours=25)
    run_all()

    assert db.session.scalar(select(func.count()).select_from(Checkout)) == 0
    assert browser.get(start).status_code == 200
    assert browser.post("/checkout", data=form).status_code == 303
    clock.travel(hours=25)
    run_all()
    assert len(orders()) == 1


def test_buy_now_takes_only_this(as_member):
    first, second, buyer = make.offer(), make.offer(), rich()
    browser = as_member(buyer)
    put(browser, first)

    start = browser.post("/checkout/start", data={"offer": second.id, "quantity": 1})
    browser.post("/checkout", data={"key": start.location.partition("key=")[2], **FORM})

    assert len(orders()) == 1
    assert (stock_of(first), stock_of(second)) == ((1, 0, 0), (1, 0, 1))


def test_the_same_form_gives_the_same_answer_and_another_body_is_refused(as_member):
    offer, buyer = make.offer(stock=9), rich()
    browser = as_member(buyer)
    put(browser, offer)
    form = filled(browser)

    answers = [browser.post("/checkout", data=form) for _ in range(3)]
    other = browser.post("/checkout", data={**form, "address": "Elsewhere"})

    assert len({(answer.status_code, answer.location) for answer in answers}) == 1
    assert len(orders()) == 1
    assert (other.status_code, 'data-code="key_reused"' in other.text) == (409, True)


def test_a_changed_price_is_never_charged_unseen(as_member):
    offer, buyer = make.offer(price=1500), rich()
    browser = as_member(buyer)
    put(browser, offer)
    form = filled(browser)
    with make.writing():
        db.session.execute(update(Offer).values(price=1600))

    refused = browser.post("/checkout", data=form)

    assert refused.status_code == 409
    assert 'data-code="price_changed"' in refused.text
    assert "$16.00" in refused.text
    assert "1 Pier Road" in refused.text
    again = {**form, "seen": hidden(refused.text, "seen")}
    assert browser.post("/checkout", data=again).status_code == 303
    assert orders()[0].goods == 1600


def test_a_changed_price_is_refused_even_to_a_form_without_what_was_seen(as_member):
    offer, buyer = make.offer(price=1500), rich()
    browser = as_member(buyer)
    put(browser, offer)
    with make.writing():
        db.session.execute(update(Offer).values(price=1600))

    assert browser.post("/checkout", data={**FORM, "key": "k"}).status_code == 409
    assert orders() == []


def test_too_little_money_says_where_to_get_it_and_keeps_the_goods(as_member):
    offer, buyer = make.offer(price=1500), rich(1000)
    browser = as_member(buyer)
    put(browser, offer)

    answer = browser.post("/checkout", data=filled(browser))

    assert answer.status_code == 422
    assert 'href="/wallet/top-up?amount=5.00&amp;next=' in answer.text
    assert orders() == []
    assert stock_of(offer) == (1, 1, 0)
    transfer(Movement("outside:USD", f"wallet:{buyer.id}:USD", 1000, "USD", "top_up", "more"))
    assert browser.post("/checkout", data=filled(browser)).status_code == 303
    assert stock_of(offer) == (1, 0, 1)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("address", ""),
        ("method", "gold"),
        ("method", ""),
        ("method", "pick_up"),
        ("delivery", "pigeon"),
        ("address", "x\x01y"),
    ],
)
def test_a_choice_that_makes_no_sense_is_said_at_its_field(as_member, field, typed):
    offer, buyer = make.offer(), rich()
    browser = as_member(buyer)
    put(browser, offer)
    form = {**filled(browser), field: typed}

    answer = browser.post("/checkout", data=form)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert orders() == []


def test_one_order_for_each_seller(as_member):
    first, second, buyer = make.offer(price=100), make.offer(price=200, shipping=50), rich()
    browser = as_member(buyer)
    for offer in (first, second):
        put(browser, offer)

    answer = browser.post("/checkout", data=filled(browser))

    assert answer.location == "/orders"
    assert [order.total for order in orders()] == [100, 250]
    assert len({order.checkout_id for order in orders()}) == 1


def test_what_is_only_picked_up_needs_no_address(as_member):
    place_ = {"ships": False, "picks_up": True, "pick_up_place": "Kyoto"}
    offer, buyer = make.offer(product=place_, shipping=400), make.member()
    browser = as_member(buyer)
    put(browser, offer)

    answer = browser.post("/checkout", data=filled(browser, address="", method="pick_up"))

    assert answer.status_code == 303
    [order] = orders()
    assert (order.delivery, order.shipping, order.payment) == ("pick_up", 0, "due")


def test_the_limit_for_each_member_holds(as_member):
    offer, buyer = make.offer(stock=9, limit_per_member=2), rich()
    browser = as_member(buyer)
    put(browser, offer, 2)
    browser.post("/checkout", data=filled(browser))
    put(browser, offer, 1)

    assert browser.post("/checkout", data=filled(browser)).status_code == 409
    assert len(orders()) == 1


def test_an_empty_cart_cannot_be_bought(as_member):
    browser = as_member(make.member())

    assert browser.get("/checkout").status_code == 200
    assert browser.post("/checkout", data={**FORM, "key": "k"}).status_code == 409
    assert browser.post("/checkout/start").status_code == 409


@pytest.mark.parametrize("key", ["", "x\x00y", "k" * 65, "é"])
def test_a_form_without_its_key_is_refused(as_member, key):
    browser = as_member(make.member())

    assert browser.post("/checkout", data={**FORM, "key": key}).status_code == 409
    assert browser.get("/checkout", query_string={"key": key}).status_code == 200


def test_a_closed_boards_product_cannot_be_bought_from_outside(as_member):
    board = make.board("apply")
    offer, buyer = make.offer(on=board), rich()
    browser = as_member(buyer)

    assert browser.post("/cart/items", data={"offer": offer.id, "quantity": 1}).status_code == 404
    assert browser.post("/checkout/start", data={"offer": offer.id}).status_code == 404


def test_the_checkout_costs_few_statements(as_member, count_queries):
    browser = as_member(rich())
    for _ in range(3):
        put(browser, make.offer())
    start = browser.post("/checkout/start").location

    for address in (start, "/checkout", "/cart"):
        with count_queries() as sent:
            assert browser.get(address).status_code == 200
        assert len(sent) <= 8, sent


def _at_once(app, work, jobs, threads):
    def run(job):
        with app.app_context():
            try:
                return work(job)
            except Exception as problem:
                return getattr(problem, "code", repr(problem))

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, jobs))


def _cart_rows(offer, buyers):
    with make.writing():
        for buyer in buyers:
            db.session.add(CartItem(member_id=buyer.id, offer_id=offer.id, quantity=1, price_seen=offer.price))


def test_twelve_identical_posts_make_one_order_and_one_charge(app, as_member):
    offer, buyer = make.offer(price=1500, stock=20), rich()
    browser = as_member(buyer)
    put(browser, offer)
    form = filled(browser)
    cookie = browser.get_cookie("session").value

    def post(_number):
        client = app.test_client()
        client.set_cookie("session", cookie)
        answer = client.post("/checkout", data=form)
        return answer.status_code, answer.location

    with ThreadPoolExecutor(12) as pool:
        answers = set(pool.map(post, range(12)))

    assert len(answers) == 1, answers
    assert len(orders()) == 1
    assert balance(buyer.id, "USD") == 100_000 - 1500


@pytest.mark.parametrize(("units", "people"), [(1, 4), (50, 200)])
def test_the_last_units_go_to_as_many_as_there_are(app, units, people):
    offer = make.offer(price=100, stock=units)
    buyers = [rich(100) for _ in range(people)]
    _cart_rows(offer, buyers)
    db.session.rollback()
    choice = Choice(key="k", method="wallet", address="Here")

    found = _at_once(
        app, lambda buyer: place(choice, buyer=buyer, fee_percent=Decimal(5))[0].number, buyers, min(people, 24)
    )

    numbers = [answer for answer in found if len(answer) == 8 and answer.isupper()]
    assert sorted(set(found) - set(numbers)) == ["sold_out"]
    assert len(set(numbers)) == units
    assert stock_of(offer) == (units, 0, units)
    assert db.session.scalar(select(func.sum(OrderLine.quantity))) == units
    assert db.session.scalar(select(func.count()).select_from(Hold).where(Hold.state == "active")) == 0


def test_a_suspended_seller_sells_nothing(as_member):
    offer, buyer = make.offer(), rich()
    browser = as_member(buyer)
    put(browser, offer)
    product = db.session.get_one(Product, offer.product_id)
    with make.writing():
        db.session.get_one(Member, product.seller_id).is_suspended = True

    assert browser.post("/checkout", data={**FORM, "key": "k"}).status_code == 409
