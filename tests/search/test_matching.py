"""Wishes meet shops (M33): who is told, how often, and who is not."""

import pytest

from core.clock import now
from core.db import db, writing
from core.outbox import announce
from core.text import fold_tag
from forum.threads.events import ThreadChanged
from forum.threads.models import Thread, ThreadTag
from search.analysis import analyze
from search.matching import jobs, rules
from search.matching.commands import OFFER, WISH
from search.matching.fitting import belongs, fit, topics_of
from search.matching.models import WishTerm
from shop.orders.models import Order
from shop.products import commands as products
from shop.products.events import ProductChanged
from shop.products.models import Product
from shop.products.rules import Terms
from tests import make
from tests.search.keeping import CUT_OFF, SHUT_OUT, kinds, notices, shut_out, written
from tests.shop.buying import buy


@pytest.fixture
def board(index):
    return make.board()


@pytest.fixture
def shop(board):
    return make.member(of=board)


@pytest.fixture
def wisher(app):
    return make.member()


def sell(worker, seller, board, title="Shoei full face helmet", text="As new.", price=9000):
    thread = make.thread(on=board, by=seller, title=title, body=text)
    product = products.sell(thread, seller=seller, terms=Terms(title=title, currency="USD", price=price, stock=1))
    worker()
    return product


def wish(worker, wisher, board, title="WTB: full face helmet"):
    thread = written(on=board, by=wisher, title=title, kind="wish")
    worker()
    return thread


@pytest.mark.parametrize(
    ("wished", "offered", "fits"),
    [
        ("WTB full face helmet, size M", "Shoei helmet | full face, size L", True),
        ("Looking for a helmet", "A helmet", True),
        ("Looking for a helmet", "Garage rack | for a helmet", False),
        ("Looking for an espresso grinder", "Espresso cups", False),
        ("Looking for an espresso grinder", "Baratza grinder | fine for espresso", True),
        ("Wanted: Shure SE-215", "SE215 in-ears", True),
        ("Wanted: Shure SE-215", "SE-425 in-ears | by Sony", False),
        ("求购二手相机镜头", "尼康50mm镜头 | 配相机", True),
        ("求购二手相机镜头", "相机包", False),
        ("求购收音机", "老收音机", True),
        ("想买減肥茶", "减肥茶 500g", True),
        ("谁有哈苏相机", "徕卡相机", False),
        ("Wanted", "Wanted: a shop", False),
        ("求购", "求购", False),
        ("2 x M", "2 M 2", False),
    ],
)
def test_what_belongs_together(wished, offered, fits):
    title, _, text = offered.partition(" | ")
    topics = topics_of(wished)
    found = fit(topics, analyze(title).positions, analyze(title, text).positions)
    assert belongs(found) == fits, found


def test_a_new_wish_is_told_to_the_shop_that_fits(as_member, worker, board, shop, wisher):
    other = make.member(of=board)
    sell(worker, shop, board)
    sell(worker, other, board, title="Chain lube")

    thread = wish(worker, wisher, board)
    with writing():
        announce(ThreadChanged(thread.id))
    worker()

    assert [(notice.kind, notice.thread_id) for notice in notices(shop)] == [(WISH, thread.id)]
    assert kinds(other) == kinds(wisher) == []
    assert f"{wisher.username} wishes for something like what you sell" in as_member(shop).get("/notices").text


def tagged(thread, *tags):
    with writing():
        thread.tags = list(tags)
        for tag in tags:
            db.session.add(ThreadTag(thread_id=thread.id, board_id=thread.board_id, tag=fold_tag(tag)))
        announce(ThreadChanged(thread.id))


@pytest.mark.parametrize(
    ("title", "tags", "shop_tags"),
    [
        ("WTB: full face helmet", (), ("helmet", "full-face")),
        ("Something for rainy days?", ("helmet",), ("Helmet",)),
        ("求购减肥茶", (), ("減肥茶",)),
        ("有没有推荐的", ("减肥",), ("减肥",)),
    ],
)
def test_a_shop_whose_tags_fit_hears_of_a_wish(worker, board, shop, wisher, title, tags, shop_tags):
    other = make.member(of=board)
    product = sell(worker, shop, board, title="Shoei X-14", text="As new.")
    sell(worker, other, board, title="Chain lube")
    tagged(db.session.get(Thread, product.thread_id), *shop_tags)
    wish_ = written(on=board, by=wisher, title=title, kind="wish")
    tagged(wish_, *tags)
    worker()

    assert kinds(shop) == [WISH]
    assert kinds(other) == []


def test_who_wishes_by_tags_hears_of_an_offer_with_them(worker, board, shop, wisher):
    wish_ = written(on=board, by=wisher, title="Something for rainy days?", kind="wish")
    tagged(wish_, "helmet", "shoei")
    worker()
    thread = make.thread(on=board, by=shop, title="X-14", body="As new.")
    tagged(thread, "Helmet", "shoei")
    worker()
    products.sell(thread, seller=shop, terms=Terms(title="X-14", currency="USD", price=9000, stock=1))
    worker()

    assert kinds(wisher) == [OFFER]


def test_half_of_a_wishs_tags_are_too_few(worker, board, shop, wisher):
    product = sell(worker, shop, board, title="Shoei X-14")
    tagged(db.session.get(Thread, product.thread_id), "camping")
    tagged(written(on=board, by=wisher, title="Anything good?", kind="wish"), "camping", "stove")
    worker()

    assert kinds(shop) == []


def test_a_past_sale_speaks_for_a_shop_too(worker, board, shop, wisher):
    offer = make.offer(by=shop, on=board, price=1000, product={"title": "Full face helmet"})
    buy(offer)
    products.close(db.session.get(Product, offer.product_id), seller=shop)
    worker()
    before = len(kinds(shop))
    wish(worker, wisher, board)
    assert kinds(shop)[before:] == [WISH]


def test_a_sale_that_was_called_off_speaks_for_nobody(worker, board, shop, wisher):
    offer = make.offer(by=shop, on=board, price=1000, product={"title": "Full face helmet"})
    order = buy(offer)
    products.close(db.session.get(Product, offer.product_id), seller=shop)
    with writing():
        db.session.get(Order, order.id).state = "cancelled"
    worker()
    wish(worker, wisher, board)
    assert WISH not in kinds(shop)


@pytest.mark.parametrize("way", [*SHUT_OUT, *CUT_OFF, "may not sell there", "not confirmed", "does not want it"])
def test_shops_that_may_not_know_hear_nothing(as_member, worker, board, shop, wisher, way):
    sell(worker, shop, board)
    where = make.board(sell_level=2 if way == "may not sell there" else 1)
    thread = written(on=where, by=wisher, title="WTB: full face helmet", kind="wish")
    shut_out(way, thread=thread, reader=shop)
    if way == "not confirmed":
        with writing():
            shop.email_verified_at = None
    if way == "does not want it":
        as_member(shop).post("/settings/telling", data={"products": "y", "digest_mail": "y"})
    worker()
    assert kinds(shop) == []


def test_the_same_shop_hears_of_it_when_it_may(worker, board, shop, wisher):
    sell(worker, shop, board)
    wish(worker, wisher, make.board(sell_level=1))
    assert kinds(shop) == [WISH]


def test_a_wish_that_becomes_hidden_takes_its_notice_along(as_member, worker, board, shop, wisher):
    sell(worker, shop, board)
    thread = wish(worker, wisher, board, "A secret full face helmet")
    assert "A secret full face" in as_member(shop).get("/notices").text
    shut_out("thread moved", thread=thread, reader=shop)
    assert "A secret full face" not in as_member(shop).get("/notices").text


def test_at_most_five_shops_hear_of_a_wish_and_the_best_first(worker, board, wisher):
    shops = [make.member(of=board) for _ in range(rules.SHOPS_A_WISH + 2)]
    for number, seller in enumerate(shops):
        sell(worker, seller, board, title="Full face helmet" if number >= 2 else "Full helmet")
    thread = wish(worker, wisher, board)
    with writing():
        announce(ThreadChanged(thread.id))
    worker()
    assert [len(kinds(seller)) for seller in shops] == [0, 0, 1, 1, 1, 1, 1]


def test_a_shop_hears_of_at_most_five_wishes_a_day(worker, board, shop, clock):
    sell(worker, shop, board)
    for _ in range(rules.WISHES_A_DAY + 2):
        wish(worker, make.member(), board)
    assert kinds(shop) == [WISH] * rules.WISHES_A_DAY
    clock.travel(days=1)
    wish(worker, make.member(), board)
    assert kinds(shop) == [WISH] * (rules.WISHES_A_DAY + 1)


def test_talk_becomes_a_wish_and_locked_or_gone_ones_are_none(worker, board, shop, wisher):
    sell(worker, shop, board)
    talk = written(on=board, by=wisher, title="Full face helmet")
    for change in ({"is_locked": True}, {"deleted_at": now()}):
        made = written(on=board, by=wisher, title="Full face helmet", kind="wish")
        with writing():
            for name, value in change.items():
                setattr(made, name, value)
    worker()
    assert kinds(shop) == []
    with writing():
        talk.kind = "wish"
        announce(ThreadChanged(talk.id))
    worker()
    assert kinds(shop) == [WISH]


def test_a_new_offer_is_told_to_who_wishes_for_it(as_member, worker, board, shop, wisher):
    wish(worker, wisher, board)
    wish(worker, make.member(), board, "Chain lube")
    product = sell(worker, shop, board)
    products.close(product, seller=shop)
    products.reopen(product, seller=shop)
    worker()
    assert [(notice.kind, notice.address) for notice in notices(wisher)] == [(OFFER, product.address)]
    page = as_member(wisher).get("/notices").text
    assert "close to your wish “WTB: full face helmet”: “Shoei full face helmet”" in page


def test_an_old_offer_that_changes_is_no_new_one(worker, board, shop, wisher, clock):
    product = sell(worker, shop, board)
    clock.travel(days=rules.FRESH.days + 1)
    wish(worker, wisher, board)
    with writing():
        announce(ProductChanged(product.id))
    worker()
    assert kinds(wisher) == []


@pytest.mark.parametrize("way", [*SHUT_OUT, *CUT_OFF, "does not want it", "wish locked", "too old"])
def test_wishers_who_may_not_know_hear_nothing(as_member, worker, clock, board, shop, wisher, way):
    home = make.board()
    wished = wish(worker, wisher, home)
    if way == "too old":
        clock.travel(days=rules.OPEN_FOR.days + 1)
    thread = make.thread(on=board, by=shop, title="Shoei full face helmet")
    products.sell(thread, seller=shop, terms=Terms(title=thread.title, currency="USD", price=900, stock=1))
    shut_out(way, thread=thread, reader=wisher)
    if way == "does not want it":
        as_member(wisher).post("/settings/telling", data={"wishes": "y", "digest_mail": "y"})
    with writing():
        wished.is_locked = way == "wish locked"
    worker()
    assert kinds(wisher) == []


def test_who_wishes_hears_of_three_offers_a_day(worker, board, wisher):
    wish(worker, wisher, board)
    for _ in range(rules.OFFERS_A_DAY + 2):
        sell(worker, make.member(of=board), board)
    assert kinds(wisher) == [OFFER] * rules.OFFERS_A_DAY


def test_wishes_from_before_are_noted_and_old_ones_forgotten(worker, clock, board, shop, wisher):
    make.thread(on=board, by=wisher, title="WTB: full face helmet", kind="wish")
    make.thread(on=board, by=wisher, title="WTB", kind="wish")
    assert jobs.note_wishes() == 2
    assert jobs.note_wishes() == 0
    sell(worker, shop, board)
    assert kinds(wisher) == [OFFER]
    clock.travel(days=rules.OPEN_FOR.days + 1)
    jobs.forget_wishes()
    db.session.rollback()
    assert db.session.query(WishTerm).count() == 0


def test_without_an_index_the_wish_waits(index, worker, clock, board, shop, wisher, reindex):
    sell(worker, shop, board)
    index.forget()
    written(on=board, by=wisher, title="WTB: full face helmet", kind="wish")
    worker(may_fail=True)
    assert kinds(shop) == []
    reindex()
    clock.travel(minutes=1)
    worker()
    assert kinds(shop) == [WISH]
