"""What a cart holds, what it says, and what it never shows."""

import pytest
from sqlalchemy import select, update

from core.db import db
from forum.boards.models import Membership
from shop.cart.models import CartItem
from shop.products.models import Offer, Product
from shop.stock.models import Stock
from tests import make

HTMX = {"HX-Request": "true"}


@pytest.fixture
def buyer(app):
    return make.member()


@pytest.fixture
def browser(as_member, buyer):
    return as_member(buyer)


def put(browser, offer, quantity=1, **given):
    return browser.post("/cart/items", data={"offer": offer.id, "quantity": quantity}, **given)


def quantities():
    db.session.rollback()
    return list(db.session.scalars(select(CartItem.quantity).order_by(CartItem.id)))


def test_the_quantity_is_set_so_a_double_click_adds_nothing(browser):
    offer = make.offer(stock=5)

    assert [put(browser, offer, 2).status_code for _ in range(2)] == [303, 303]
    assert quantities() == [2]
    put(browser, offer, 3)
    assert quantities() == [3]
    put(browser, offer, 0)
    assert quantities() == []


def test_htmx_gets_the_drawer_only(browser):
    offer = make.offer(product={"title": "A lamp"})

    answer = put(browser, offer, headers=HTMX)

    assert answer.status_code == 201
    assert "<html" not in answer.text
    assert "A lamp" in answer.text
    assert 'id="cart-count"' in answer.text
    assert "<html" not in browser.get("/cart", headers=HTMX).text


def test_lines_are_grouped_by_seller_with_a_total(browser):
    seller = make.member()
    for price in (1000, 250):
        put(browser, make.offer(by=seller, price=price, shipping=100))
    put(browser, make.offer(price=5, product={"ships": False, "picks_up": True}))

    page = browser.get("/cart").text

    assert page.count(f'href="/m/{seller.username}"') == 1
    assert "$14.55" in page
    assert "To be picked up" in page


def test_a_price_that_changed_is_pointed_out(browser):
    put(browser, make.offer(price=1000))
    with make.writing():
        db.session.execute(update(Offer).values(price=900))

    page = browser.get("/cart").text

    assert "$10.00" in page
    assert "now $9.00" in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (update(Product).values(is_open=False), "No longer for sale"),
        (update(Stock).values(sold=5), "Sold out"),
        (update(Stock).values(sold=4), "Only 1 is left"),
    ],
)
def test_what_cannot_be_bought_any_more_says_why(browser, change, said):
    put(browser, make.offer(stock=5), 2)
    with make.writing():
        db.session.execute(change)

    page = browser.get("/cart").text

    assert "Cannot be bought now" in page
    assert said in page
    assert "/checkout/start" not in page


def test_a_line_behind_a_closed_gate_shows_nothing_of_itself(as_member):
    board = make.board("secret")
    buyer = make.member(of=board)
    browser, seller = as_member(buyer), make.member(username="hiddenseller")
    put(browser, make.offer(on=board, by=seller, price=98765, product={"title": "Canary lamp"}))
    with make.writing():
        db.session.execute(Membership.__table__.delete())

    for page in (browser.get("/cart").text, browser.get("/cart", headers=HTMX).text, browser.get("/checkout").text):
        for secret in ("Canary", "hiddenseller", "987.65"):
            assert secret not in page
    assert "no longer available" in browser.get("/cart").text
    offer_id = db.session.scalar(select(Offer.id))
    assert browser.post(f"/cart/items/{offer_id}/remove").status_code == 303
    assert quantities() == []


def test_nobody_buys_from_themselves(as_member):
    seller = make.member()
    offer = make.offer(by=seller)

    answer = put(as_member(seller), offer)

    assert answer.status_code == 409
    assert 'data-code="own_offer"' in answer.text


@pytest.mark.parametrize("given", [{"offer": "x"}, {"offer": "9" * 20}, {}, {"offer": "999999"}])
def test_an_offer_that_is_not_there_is_missing(browser, given):
    assert browser.post("/cart/items", data={"quantity": 1, **given}).status_code == 404


@pytest.mark.parametrize("quantity", ["-1", "1.5", "9" * 20, "NaN", "٣"])
def test_a_quantity_that_is_none_is_refused(browser, quantity):
    assert put(browser, make.offer(stock=5), quantity).status_code == 422
    assert quantities() == []


def test_more_than_there_is_or_than_one_may_have_is_refused(browser):
    assert put(browser, make.offer(stock=2), 3).status_code == 409
    assert put(browser, make.offer(stock=9, limit_per_member=2), 3).status_code == 422
    assert put(browser, make.offer(stock=2, product={"is_open": False})).status_code == 409


def test_the_head_counts_the_cart_for_members(browser, guest):
    put(browser, make.offer())

    assert '<span class="count">1</span>' in browser.get("/cart").text
    assert guest.get("/cart").location.startswith("/login")


def test_removing_twice_is_harmless_and_only_ones_own(browser, as_member):
    offer = make.offer()
    put(browser, offer)

    assert as_member(make.member()).post(f"/cart/items/{offer.id}/remove").status_code == 303
    assert quantities() == [1]
    assert [browser.post(f"/cart/items/{offer.id}/remove").status_code for _ in range(2)] == [303, 303]
    assert quantities() == []
