"""Turning a thread into a product page, and changing it afterwards."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from core.db import db
from forum.boards.models import MODERATOR
from forum.pictures.models import Picture
from forum.threads.models import Post, Thread
from shop.products import commands
from shop.products.models import Offer, PriceChange, Product
from shop.products.rules import Terms
from shop.stock.models import Stock
from tests import make
from tests.conftest import reload

TERMS = {"title": "A grinder", "price": "25", "stock": "3", "condition": "good"}


@pytest.fixture
def board(app):
    return make.board("open")


@pytest.fixture
def seller(board):
    return make.member(of=board)


@pytest.fixture
def thread(board, seller):
    return make.thread(on=board, by=seller, title="FS: grinder", body="Asking $25 for it, like new.")


def product():
    db.session.rollback()
    return db.session.scalar(select(Product))


def offer():
    db.session.rollback()
    return db.session.scalar(select(Offer))


def on_hand():
    db.session.rollback()
    stock = db.session.scalar(select(Stock).execution_options(populate_existing=True))
    return stock.supplied - stock.sold


def test_a_thread_becomes_a_product_and_keeps_its_address(as_member, thread, seller):
    answer = as_member(seller).post(f"/t/{thread.id}/sell", data=TERMS)

    assert (answer.status_code, answer.location) == (303, thread.address)
    assert (product().title, offer().price, on_hand()) == ("A grinder", 2500, 3)
    assert (reload(thread).is_for_sale, thread.kind) == (True, "sale")


def test_two_presses_at_once_make_one_product(app, thread, seller):
    number, terms = thread.id, Terms(title="A grinder", price=2500, currency="USD", stock=3)

    def press(_number):
        with app.app_context():
            return commands.sell(db.session.get_one(Thread, number), seller=seller, terms=terms).id

    db.session.rollback()
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(press, range(4)))) == 1
    assert on_hand() == 3


def test_two_new_prices_at_once_are_both_remembered(app, thread, seller):
    number = thread.id
    commands.sell(thread, seller=seller, terms=Terms(title="A grinder", price=100, currency="USD", stock=3))

    def change(price):
        with app.app_context():
            terms = Terms(title="A grinder", price=price, currency="USD", stock=3)
            commands.sell(db.session.get_one(Thread, number), seller=seller, terms=terms)

    db.session.rollback()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(change, (101, 102, 103, 104)))
    prices = [*db.session.scalars(select(PriceChange.price)), offer().price]
    assert sorted(prices) == [100, 101, 102, 103, 104]


def test_the_form_is_prefilled_from_the_thread(as_member, thread, seller):
    page = as_member(seller).get(f"/t/{thread.id}/sell").text

    assert 'name="price"' in page
    assert 'value="25"' in page
    assert '<option selected value="like_new">' in page


def test_the_threads_first_picture_is_taken(as_member, thread, seller):
    opening = db.session.scalar(select(Post).where(Post.thread_id == thread.id))
    make.saved(Picture(key="k1", owner_id=seller.id, post_id=opening.id, width=1, height=1, bytes=1))

    assert "/pictures/k1/thumb" in as_member(seller).get(f"/t/{thread.id}/sell").text
    as_member(seller).post(f"/t/{thread.id}/sell", data=TERMS)
    assert product().picture_key == "k1"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("price", ""),
        ("price", "-3"),
        ("price", "0"),
        ("price", "0.001"),
        ("price", "1e9"),
        ("price", "9" * 20),
        ("price", "NaN"),
        ("price", "٣٤"),
        ("stock", "-1"),
        ("stock", "a few"),
        ("stock", ""),
        ("stock", "9" * 20),
        ("title", ""),
        ("title", "x\u202egnp"),
        ("title", "x" * 121),
        ("condition", "mint"),
        ("limit_per_member", "0"),
        ("picture", "someone-elses"),
        ("shipping", "much"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_nothing_is_kept(as_member, thread, seller, field, typed):
    answer = as_member(seller).post(f"/t/{thread.id}/sell", data={**TERMS, "note": "kept", field: typed})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert product() is None
    if field != "title":
        assert "A grinder" in answer.text


def test_a_browser_must_choose_how_it_is_delivered(as_member, thread, seller):
    answer = as_member(seller).post(f"/t/{thread.id}/sell", data={**TERMS, "delivery_shown": "yes"})

    assert answer.status_code == 422
    assert "Choose at least one way" in answer.text


@pytest.mark.parametrize("typed", ["12,50", "12.50", "$12.50", "12.5 USD"])
def test_a_price_is_understood_as_people_type_it(as_member, thread, seller, typed):
    as_member(seller).post(f"/t/{thread.id}/sell", data={**TERMS, "price": typed})

    assert offer().price == 1250


def test_sending_the_form_again_changes_the_offer_and_remembers_the_old_price(as_member, thread, seller):
    browser = as_member(seller)
    browser.post(f"/t/{thread.id}/sell", data=TERMS)
    browser.post(f"/t/{thread.id}/sell", data={**TERMS, "price": "20", "stock": "5"})
    browser.post(f"/t/{thread.id}/sell", data={**TERMS, "price": "20", "stock": "5"})

    assert (offer().price, on_hand()) == (2000, 5)
    assert [change.price for change in db.session.scalars(select(PriceChange))] == [2500]
    assert "$25.00 until" in browser.get(f"/p/{product().id}").text


def test_what_was_sold_while_the_form_was_open_is_not_put_back(as_member, thread, seller):
    browser = as_member(seller)
    browser.post(f"/t/{thread.id}/sell", data=TERMS)
    with make.writing():
        db.session.scalar(select(Stock)).sold = 1

    browser.post(f"/t/{thread.id}/sell", data={**TERMS, "stock": "3", "stock_was": "3", "price": "22"})
    assert on_hand() == 2
    browser.post(f"/t/{thread.id}/sell", data={**TERMS, "stock": "4", "stock_was": "2"})
    assert on_hand() == 4


def test_less_stock_than_is_set_aside_is_refused_in_words(as_member, thread, seller):
    browser = as_member(seller)
    browser.post(f"/t/{thread.id}/sell", data=TERMS)
    with make.writing():
        db.session.scalar(select(Stock)).held = 2

    answer = browser.post(f"/t/{thread.id}/sell", data={**TERMS, "stock": "1"})

    assert answer.status_code == 422
    assert "set aside" in answer.text


def test_an_offer_is_closed_and_reopened_without_losing_anything(as_member, thread, seller):
    browser = as_member(seller)
    browser.post(f"/t/{thread.id}/sell", data=TERMS)

    assert [browser.post(f"/t/{thread.id}/sell/close").status_code for _ in range(2)] == [303, 303]
    assert (product().is_open, reload(thread).is_for_sale) == (False, False)
    browser.post(f"/t/{thread.id}/sell/reopen")
    assert (product().is_open, reload(thread).is_for_sale, offer().price) == (True, True, 2500)


def test_only_the_author_sells_from_a_thread(as_member, thread, board):
    stranger, moderator = make.member(of=board), make.member(of=board, role="moderator")

    for other in (stranger, moderator):
        assert as_member(other).get(f"/t/{thread.id}/sell").status_code == 403
        assert as_member(other).post(f"/t/{thread.id}/sell", data=TERMS).status_code == 403
    assert product() is None


def test_the_boards_sell_level_counts(as_member, seller):
    strict = make.board("open", sell_level=MODERATOR)
    thread = make.thread(on=strict, by=seller)
    make.membership(seller, strict)

    answer = as_member(seller).post(f"/t/{thread.id}/sell", data=TERMS)

    assert answer.status_code == 403
    assert 'data-code="may_not_sell"' in answer.text


def test_an_unverified_member_cannot_sell(as_member, board):
    fresh = make.member(of=board, email_verified_at=None)
    thread = make.thread(on=board, by=fresh)

    assert as_member(fresh).post(f"/t/{thread.id}/sell", data=TERMS).status_code == 403


def test_a_hidden_thread_and_a_missing_one_look_alike(as_member):
    hidden = make.thread(on=make.board("secret"))

    for number in (hidden.id, 999999):
        assert as_member(make.member()).post(f"/t/{number}/sell", data=TERMS).status_code == 404


def test_a_guest_is_sent_to_sign_in(guest, thread):
    assert "/login?next=" in guest.get(f"/t/{thread.id}/sell").location
