"""The product page, and the offer in other pages."""

import pytest
from sqlalchemy import select

from core.db import db
from forum.members.models import Member
from forum.threads.models import Thread
from shop.products import slots
from shop.products.models import Product
from tests import make


@pytest.fixture
def offer(app):
    return make.offer(
        stock=2, product={"title": "A brass lamp", "picks_up": True, "pick_up_place": "Kyoto"}, price=123456
    )


def path(offer):
    return f"/p/{offer.product_id}"


def test_the_product_page_shows_offer_and_thread(guest, offer):
    page = guest.get(path(offer)).text

    assert "$1,234.56" in page
    assert "A brass lamp" in page
    assert "Kyoto" in page
    assert "The opening post." in page
    assert "Sign in to buy" in page


def test_a_member_gets_a_buy_button_and_the_seller_the_tools(as_member):
    seller = make.member()
    offer = make.offer(by=seller)

    assert "/checkout/start" in as_member(make.member()).get(path(offer)).text
    assert "/sell/close" in as_member(seller).get(path(offer)).text


def test_a_sold_out_product_says_so(guest):
    page = guest.get(path(make.offer(stock=0))).text

    assert "Sold out" in page
    assert "/checkout/start" not in page


def test_a_closed_offer_says_so(as_member):
    page = as_member(make.member()).get(path(make.offer(stock=2, product={"is_open": False}))).text

    assert "No longer for sale" in page
    assert "/checkout/start" not in page


@pytest.mark.parametrize("access", ["apply", "invite", "secret"])
def test_a_product_of_a_closed_board_is_missing_for_outsiders(as_member, guest, access):
    board = make.board(access)
    offer = make.offer(on=board)
    outsider, insider = make.member(), make.member(of=board)

    for browser in (guest, as_member(outsider)):
        assert browser.get(path(offer)).status_code == 404
    assert as_member(insider).get(path(offer)).status_code == 200
    about = f"product:{offer.product_id}"
    assert slots.product_cards([about], outsider) == {"product_by_about": {}}
    assert about in slots.product_cards([about], insider)["product_by_about"]


def test_the_product_of_a_deleted_thread_is_gone(guest, offer, clock):
    product = db.session.get_one(Product, offer.product_id)
    with make.writing():
        thread = db.session.get_one(Thread, product.thread_id)
        thread.deleted_at = clock.now()

    assert guest.get(path(offer)).status_code == 404


def test_a_members_shelf_shows_only_what_the_viewer_may_read(app):
    seller, board = make.member(), make.board("secret")
    shown, hidden = make.offer(by=seller), make.offer(by=seller, on=board)
    make.offer(by=seller, product={"is_open": False})

    assert [card.id for card in slots.shelf(seller, make.member())["member_products"]] == [shown.id]
    assert [card.id for card in slots.shelf(seller, make.member(of=board))["member_products"]] == [hidden.id, shown.id]


def test_a_list_of_threads_asks_for_its_prices_once(app, count_queries):
    offers = [make.offer(price=100 * number) for number in (1, 2, 3)]
    ids = [db.session.get_one(Product, offer.product_id).thread_id for offer in offers]
    threads = list(db.session.scalars(select(Thread).where(Thread.id.in_(ids))))

    with count_queries() as sent:
        found = slots.prices_in_list(threads, make.member())["offer_by_thread"]

    assert [found[number].price for number in ids] == [100, 200, 300]
    assert len([statement for statement in sent if statement.startswith("SELECT")]) == 1


def test_the_product_page_costs_few_statements(as_member, count_queries, offer):
    browser = as_member(make.member())
    browser.get(path(offer))

    with count_queries() as sent:
        assert browser.get(path(offer)).status_code == 200

    assert len(sent) <= 8


def test_unknown_products_are_missing(guest):
    for number in ("0", "999999", "99999999999999999999"):
        assert guest.get(f"/p/{number}").status_code == 404


def test_the_thread_shows_its_offer_within_the_budget(as_member, count_queries, offer):
    thread = db.session.get_one(Thread, db.session.get_one(Product, offer.product_id).thread_id)
    browser = as_member(make.member())
    browser.get(thread.address)

    with count_queries() as sent:
        page = browser.get(thread.address)

    assert page.status_code == 200
    assert "A brass lamp" in page.text
    assert "/checkout/start" in page.text
    assert len(sent) <= 8, sent


def test_the_members_page_shows_what_they_sell(as_member, guest):
    seller = make.member()
    make.offer(by=seller, product={"title": "A brass lamp"})
    make.offer(by=seller, on=make.board("secret"), product={"title": "Canary"})

    page = guest.get(f"/m/{seller.username}").text

    assert "A brass lamp" in page
    assert "Canary" not in page


def test_a_message_about_a_product_shows_its_live_price(as_member, offer):
    seller = db.session.get_one(Member, db.session.get_one(Product, offer.product_id).seller_id)
    page = as_member(make.member()).get(f"/messages/new?to={seller.username}&about=product:{offer.product_id}").text

    assert "$1,234.56" in page
