"""Saved for later: what its saver is told, when, and that nobody learns who saved what."""

import pytest

from core.db import db, writing
from core.outbox import announce
from forum.boards.models import Board
from forum.members.models import Block
from forum.notices.models import Notice
from forum.notices.queries import notices_of
from forum.threads.models import Thread
from shop.alerts import jobs
from shop.alerts.models import SavedProduct
from shop.alerts.rules import MOST
from shop.products import commands as products
from shop.products.events import ProductChanged
from shop.products.models import Product
from shop.products.rules import Terms
from shop.stock import commands as stock
from tests import make
from tests.conftest import reload


@pytest.fixture
def saver(app):
    return make.member()


@pytest.fixture
def product(offer):
    return db.session.get(Product, offer.product_id)


@pytest.fixture
def saved(as_member, saver, product):
    as_member(saver).post(f"/p/{product.id}/save")
    return product


def told(member):
    return [notice.kind for notice in db.session.scalars(db.select(Notice).filter_by(member_id=member.id))]


def count():
    db.session.rollback()
    return db.session.query(SavedProduct).count()


def reprice(worker, offer, price):
    with writing():
        offer.price = price
        announce(ProductChanged(offer.product_id))
    worker()


def test_saving_twice_is_one_and_the_button_says_so(as_member, saver, product):
    browser = as_member(saver)
    assert "tell me when it gets cheaper" in browser.get(product.address).text

    answers = [browser.post(f"/p/{product.id}/save") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert count() == 1
    assert "do not tell me any more" in browser.get(f"/t/{product.thread_id}").text
    page = browser.get("/saved").text
    assert product.title in page
    assert "$20.00" in page
    browser.post(f"/p/{product.id}/unsave")
    assert count() == 0


def test_htmx_gets_the_other_button(as_member, saver, product):
    answer = as_member(saver).post(f"/p/{product.id}/save", headers={"HX-Request": "true"})
    assert f"/p/{product.id}/unsave" in answer.text
    assert "<html" not in answer.text


def test_a_real_drop_is_told_once_and_only_below_what_was_told(app, worker, clock, offer, saver, saved):
    for price, expected in ((2500, 0), (2000, 0), (1500, 1), (1500, 1)):
        reprice(worker, offer, price)
        assert len(told(saver)) == expected, price
    clock.travel(days=1)
    for price, expected in ((1800, 1), (1400, 2)):
        reprice(worker, offer, price)
        assert len(told(saver)) == expected, price
    assert set(told(saver)) == {"price-drop"}


def test_a_second_drop_of_a_day_is_told_the_day_after(app, worker, clock, offer, saver, saved):
    reprice(worker, offer, 1500)
    reprice(worker, offer, 1000)
    jobs.tell_late()
    assert len(told(saver)) == 1

    clock.travel(days=1)
    jobs.tell_late()
    jobs.tell_late()

    assert len(told(saver)) == 2


def test_the_notice_says_both_prices(as_member, worker, offer, saver, saved):
    reprice(worker, offer, 1500)
    assert "costs $15.00 now instead of $20.00" in as_member(saver).get("/notices").text


def test_stock_that_comes_back_from_nothing_is_news_and_more_of_it_is_not(app, worker, offer, saver, saved):
    stock.supply(offer.id, 5)
    worker()
    assert told(saver) == []

    held = stock.hold(offer.id, make.member().id, 5)
    stock.sell(held)
    worker()
    stock.return_sold(held, 1)
    stock.return_sold(held, 2)
    worker()

    assert told(saver) == ["back-in-stock"]


@pytest.mark.parametrize("way", ["supply", "release", "expire"])
def test_every_way_back_to_stock_is_heard_of(app, worker, clock, offer, saver, saved, way):
    held = stock.hold(offer.id, make.member().id, 3)
    if way == "supply":
        stock.supply(offer.id, 4)
    elif way == "release":
        stock.release(held)
    else:
        clock.travel(minutes=16)
        stock.expire(offer.id)
    worker()
    assert told(saver) == ["back-in-stock"]


def test_back_in_stock_is_told_once_a_day(app, worker, clock, offer, saver, saved):
    for step, expected in ((0, 1), (0, 1), (1, 2)):
        clock.travel(days=step)
        stock.release(stock.hold(offer.id, make.member().id, 3))
        worker()
        assert told(saver) == ["back-in-stock"] * expected


def test_back_on_sale_is_told_to_who_saved_it_before(app, worker, seller, saver, saved):
    products.close(saved, seller=seller)
    worker()
    assert told(saver) == []

    make.membership(seller, db.session.get(Board, db.session.get(Thread, saved.thread_id).board_id))
    products.reopen(saved, seller=seller)
    worker()

    assert told(saver) == ["back-in-stock"]


def test_what_is_sold_out_is_no_bargain_until_it_is_back(app, worker, offer, saver, saved):
    held = stock.hold(offer.id, make.member().id, 3)
    reprice(worker, offer, 1000)
    assert (told(saver), jobs.tell_late()) == ([], 0)
    stock.release(held)
    worker()
    assert sorted(told(saver)) == ["back-in-stock", "price-drop"]


def shut_out(way, product, saver, seller):
    thread = db.session.get(Thread, product.thread_id)
    board = db.session.get(Board, thread.board_id)
    if way == "member banned":
        make.membership(saver, board, "banned")
    secret = make.board("secret") if way == "thread moved" else None
    blocks = {"saver blocked": (seller, saver), "seller blocked": (saver, seller)}
    if way in blocks:
        make.saved(Block(member_id=blocks[way][0].id, blocked_id=blocks[way][1].id))
    with writing():
        if way == "board turned secret":
            board.access, board.read_level = "secret", 2
        elif way == "thread moved":
            thread.board_id = secret.id
        elif way == "member banned":
            board.read_level = 1
        elif way == "member suspended":
            saver.is_suspended = True


WAYS = ("board turned secret", "thread moved", "member banned", "member suspended", "saver blocked", "seller blocked")


@pytest.mark.parametrize("way", WAYS)
def test_who_is_shut_out_hears_nothing(app, worker, offer, seller, saver, saved, way):
    shut_out(way, saved, saver, seller)

    reprice(worker, offer, 1000)
    stock.release(stock.hold(offer.id, make.member().id, 3))
    worker()

    assert told(saver) == []


@pytest.mark.parametrize("way", WAYS[:3])
def test_who_is_shut_out_later_sees_neither_notice_nor_line(as_member, worker, offer, seller, saver, saved, way):
    reprice(worker, offer, 1000)
    assert len(notices_of(saver).rows) == 1

    shut_out(way, saved, saver, seller)

    db.session.rollback()
    assert notices_of(reload(saver)).rows == []
    page = as_member(saver).get("/saved").text
    assert saved.title not in page
    assert "no longer available" in page
    as_member(saver).post(f"/saved/{saved.id}/remove")
    assert count() == 0


def test_the_seller_sees_how_many_and_nobody_sees_who(as_member, saver, seller, saved):
    other = make.member()
    as_member(other).post(f"/p/{saved.id}/save")

    assert "2 members saved this" in as_member(seller).get(saved.address).text
    for viewer in (None, other, make.member()):
        page = as_member(viewer).get(saved.address).text
        assert "saved this" not in page
        assert saver.username not in page


def test_sellers_cannot_save_their_own_and_lists_have_an_end(as_member, seller, saver, product):
    assert as_member(seller).post(f"/p/{product.id}/save").status_code == 409
    terms = {"currency": "USD", "price_saved": 1, "price_seen": 1}
    board, by = make.board(), make.member()
    for _ in range(MOST):
        there = make.offer(on=board, by=by)
        make.saved(SavedProduct(member_id=saver.id, product_id=there.product_id, **terms))
    answer = as_member(saver).post(f"/p/{product.id}/save")
    assert (answer.status_code, "too_many_saved" in answer.text) == (409, True)


def test_a_price_change_through_the_form_reaches_the_saver(app, worker):
    board = make.board()
    seller, saver = make.member(of=board), make.member()
    thread = make.thread(on=board, by=seller, title="Helmet")
    terms = {"title": "Helmet", "currency": "USD", "stock": 1}
    product = products.sell(thread, seller=seller, terms=Terms(price=5000, **terms))
    make.saved(
        SavedProduct(member_id=saver.id, product_id=product.id, currency="USD", price_saved=5000, price_seen=5000)
    )
    products.sell(thread, seller=seller, terms=Terms(price=4000, **terms))
    worker()
    assert told(saver) == ["price-drop"]
