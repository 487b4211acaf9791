"""Variants as a CSV file and back."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core.db import db
from forum.boards.models import Board
from shop.products.models import Offer, Product
from shop.stock.models import Stock
from shop.variants import commands
from shop.variants.sheet import BadSheet, read, written
from tests import make

pytestmark = pytest.mark.usefixtures("unlimited")
NAMES = ["Size", "Colour"]
IDS = {"S · red": 1, "L · red": 2}


@pytest.fixture
def seller(app):
    return make.member(of=make.board())


@pytest.fixture
def shirt(seller):
    return product_of(seller, [("Size", ["S", "=1+1"])])


def product_of(seller, axes):
    home = make.thread(by=seller, kind="sale", is_for_sale=True)
    make.membership(seller, home_of(home))
    plain = make.offer(by=seller, thread=home, product={"title": "Shirt"})
    product = db.session.get_one(Product, plain.product_id)
    commands.set_axes(product, axes, seller=seller, price=1250, each=3)
    return product


def home_of(thread):
    return db.session.get_one(Board, thread.board_id)


def terms(product):
    query = select(Offer.variant, Offer.price, Stock.supplied).join(Stock, Stock.offer_id == Offer.id)
    query = query.where(Offer.product_id == product.id, Offer.removed_at.is_(None)).order_by(Offer.place)
    return [tuple(row) for row in db.session.execute(query)]


def send(browser, product, text):
    data = text if isinstance(text, bytes) else text.encode()
    form = {"sheet": (io.BytesIO(data), "variants.csv")}
    return browser.post(f"/p/{product.id}/variants/import", data=form, content_type="multipart/form-data")


def test_the_file_is_for_spreadsheets_and_no_cell_of_it_is_a_formula(as_member, shirt, seller):
    answer = as_member(seller).get(f"/p/{shirt.id}/variants.csv")

    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert rows == [["Size", "price", "stock", "sold"], ["S", "12.50", "3", "0"], ["'=1+1", "12.50", "3", "0"]]


def test_the_file_comes_back_changed_and_twice_is_once(as_member, shirt, seller):
    browser = as_member(seller)
    text = browser.get(f"/p/{shirt.id}/variants.csv").text.replace("S,12.50,3", "S,9.90,8")

    for _time in range(2):
        assert send(browser, shirt, text).status_code == 303

    assert terms(shirt) == [("S", 990, 8), ("=1+1", 1250, 3)]


def test_one_wrong_line_changes_nothing_and_is_named(as_member, shirt, seller):
    text = "Size,price,stock\nS,5,1\n'=1+1,-5,1\nXL,5,1\nS,5,2\nS,5,0.5\n"

    answer = send(as_member(seller), shirt, text)

    assert answer.status_code == 422
    assert "Line 3: This must not be negative." in answer.text
    assert "Line 4: There is no variant “XL”." in answer.text
    assert "Line 6: Write a whole number" in answer.text
    assert "Line 5: The same variant as in line 2." in answer.text
    assert terms(shirt) == [("S", 1250, 3), ("=1+1", 1250, 3)]


def test_what_the_file_leaves_out_stays(as_member, shirt, seller):
    assert send(as_member(seller), shirt, "size;PRICE;stock\nS;5,50;0\n").status_code == 303

    assert terms(shirt) == [("S", 550, 0), ("=1+1", 1250, 3)]


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00\x01\xff", b"Size,price\nS,1\n", b"Size,price,stock\n", b'Size,price,stock\n"S,1,1\n', b"x" * 600_000,
     b"Size,price,stock\n" + b"S,1,1\n" * 1200, "尺码,price,stock\nS,1,1".encode("gb18030")],
    ids=["nothing", "no text", "a column short", "only a head", "open quote", "too large", "too long", "other names"],
)  # fmt: skip
def test_what_is_no_sheet_of_this_product_is_refused_in_words(as_member, shirt, seller, data):
    answer = send(as_member(seller), shirt, data)

    assert answer.status_code == 422
    assert 'data-code="sheet"' in answer.text
    assert terms(shirt) == [("S", 1250, 3), ("=1+1", 1250, 3)]


def test_strangers_get_no_file(as_member, shirt):
    assert as_member(make.member()).get(f"/p/{shirt.id}/variants.csv").status_code == 404


def test_chinese_sheets_of_spreadsheets_are_read():
    data = "尺码\tprice\tstock\n大\t99\t3\n".encode("gb18030")

    [row] = read(data, ["尺码"], {"大": 7}, "CNY")

    assert (row.offer_id, row.price, row.stock, row.sold) == (7, 9900, 3, None)


def test_an_axis_may_be_called_price():
    [row] = read(b"price,price,stock\nlow,5,1\n", ["price"], {"low": 7}, "USD")

    assert (row.offer_id, row.price) == (7, 500)


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**6)), min_size=2, max_size=2))
def test_what_is_written_is_read(numbers):
    told = zip(IDS, numbers, strict=True)
    lines = [(name.split(" · "), f"{price / 100:.2f}", stock, sold) for name, (price, stock, sold) in told]

    rows = read(written(NAMES, lines).read(), NAMES, IDS, "USD")

    assert [(row.price, row.stock, row.sold) for row in rows] == numbers


def test_a_cell_too_many_is_named_with_its_line():
    with pytest.raises(BadSheet) as bad:
        read(b"Size,Colour,price,stock\nS,red,1,1,,\nL,red,1,1,9,9\n", NAMES, IDS, "USD")

    assert bad.value.problems == ["Line 3: It has 6 cells instead of 4."]
