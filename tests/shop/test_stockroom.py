"""The stockroom: a seller's own pages over the stock."""

import re

import pytest

from core.db import db
from forum.notices.models import Notice
from shop.products.models import Product
from shop.stock import commands, proof, queries
from shop.stock.jobs import prove
from shop.stock.models import Place, Spot
from tests import make
from tests.shop.buying import buy
from tests.shop.money import writing


@pytest.fixture
def seller(app):
    return make.member()


@pytest.fixture
def offer(seller):
    return make.offer(stock=5, by=seller)


@pytest.fixture
def room(as_member, seller, offer):
    """A seller's browser at one offer: `room.post("moves", …)`."""
    browser = as_member(seller)
    here = f"/shop/stock/{offer.id}"

    class Room:
        def page(self, more=""):
            return browser.get(here + more).text

        def post(self, to, **data):
            return browser.post(f"{here}/{to}", data={"key": "k1", "pool": "normal", "place": "", **data})

        def key(self):
            return re.search(r'name="key"[^>]*value="([^"]+)"', self.page())[1]

    return Room()


def levels(offer):
    db.session.rollback()
    row = queries.levels(offer.id)
    return row.supplied, row.held, row.sold, row.damaged, row.placed


def test_the_list_shows_each_offer_with_what_is_there(as_member, seller, offer):
    commands.sell(commands.hold(offer.id, make.member().id, 2))
    commands.hold(offer.id, make.member().id, 1)

    page = as_member(seller).get("/shop/stock").text

    numbers = re.findall(r'<td class="number[^"]*" data-label="([^"]+)">(\d+)</td>', page)
    assert numbers == [("On hand", "3"), ("Set aside", "1"), ("Sold so far", "2"), ("Damaged", "0")]


def test_a_guest_is_sent_to_sign_in_and_another_member_finds_nothing(guest, as_member, offer):
    assert guest.get("/shop/stock").status_code == 302
    other = as_member(make.member())
    assert other.get(f"/shop/stock/{offer.id}").status_code == 404
    assert other.post(f"/shop/stock/{offer.id}/movements", data={"units": 1}).status_code == 404
    assert "Nothing on the shelves" in other.get("/shop/stock").text


@pytest.mark.parametrize(
    ("kind", "after"),
    [("received", (8, 0, 0, 0, 0)), ("damaged", (2, 0, 0, 3, 0))],
)
def test_a_change_is_written_down_once_however_often_it_is_sent(room, offer, kind, after):
    for _click in range(2):
        assert room.post("movements", kind=kind, units=3, reason="Rain came in").status_code == 303

    assert levels(offer) == after
    page = room.page()
    assert page.count("Rain came in") == 1
    assert list(proof.verify()) == []


def test_each_page_has_a_key_of_its_own(room):
    assert room.key() != room.key()


@pytest.mark.parametrize("units", ["0", "-1", "1.5", "x", "٣", "99999999999", ""])
def test_an_odd_number_is_refused_at_its_field_and_changes_nothing(room, offer, units):
    answer = room.post("movements", kind="received", units=units, reason="Kept words")

    assert answer.status_code == 422
    assert "Kept words" in answer.text
    assert levels(offer)[0] == 5


def test_a_pool_place_or_kind_that_is_not_offered_is_refused(room, offer):
    others = make.saved(Place(seller_id=make.member().id, name="Not yours"))

    for odd in ({"place": others.id}, {"pool": "gold"}, {"kind": "sold"}, {"key": ""}):
        assert room.post("movements", **{"kind": "received", "units": 1, **odd}).status_code == 422
    assert levels(offer)[0] == 5


def test_more_than_is_free_is_not_found_damaged(room, offer):
    commands.hold(offer.id, make.member().id, 4)

    answer = room.post("movements", kind="damaged", units=2)

    assert (answer.status_code, "Only 1 is there." in answer.text) == (409, True)


def test_things_are_moved_to_a_place_and_counted_there(room, as_member, seller, offer):
    as_member(seller).post("/shop/stock/places", data={"name": "Cellar"})
    place = db.session.query(Place).one()

    room.post("moves", source="normal:", place=place.id, units=4)
    assert levels(offer) == (5, 0, 0, 0, 4)
    room.post("counts", spot=f"normal:{place.id}", was=4, counted=3, key="k2")

    assert levels(offer) == (4, 0, 0, 0, 3)
    assert "Cellar" in room.page()
    answer = as_member(seller).post(f"/shop/stock/places/{place.id}/remove")
    assert (answer.status_code, "cannot be removed" in answer.text) == (409, True)


def test_what_is_kept_for_a_flash_sale_leaves_the_shop_window(room, as_member, offer):
    room.post("moves", source="normal:", pool="flash", units=5)

    assert "For a flash sale" in room.page()
    product = as_member(make.member()).get(f"/t/{offer_thread(offer)}").text
    assert "Sold out" in product


def offer_thread(offer):
    return db.session.get(Product, offer.product_id).thread_id


def test_a_sale_names_its_order_in_the_book(room, offer):
    order = buy(offer)

    assert f'href="/orders/{order.number}"' in room.page()


def test_the_book_goes_on_on_the_next_page(room, offer):
    for number in range(30):
        commands.receive(Spot(offer.id), 1, commands.Why(reason=f"Parcel {number}."))

    first = room.page()
    older = re.search(r"before=\d+", first)[0]

    assert ("Parcel 29." in first, "Parcel 1." in first) == (True, False)
    assert "Parcel 1." in room.page(f"?{older}")


def test_few_left_are_told_once_and_not_before(as_member, room, seller, offer, worker):
    room.post("low", low_at=3)

    buy(offer)
    worker()
    assert told(seller) == []
    buy(offer)
    buy(offer)
    worker()

    assert told(seller) == ["stock-low"]
    assert "Few are left." in room.page()
    assert ">Low<" in as_member(seller).get("/shop/stock").text


def told(seller):
    db.session.rollback()
    rows = db.session.query(Notice).filter_by(member_id=seller.id).order_by(Notice.id)
    return [notice.kind for notice in rows if notice.kind.startswith("stock")]


def test_a_notice_of_few_left_does_not_come_when_more_came_in_meanwhile(room, seller, offer, worker):
    room.post("low", low_at=4)
    buy(offer)
    room.post("movements", kind="received", units=9)
    worker()

    assert told(seller) == []


def test_a_limit_is_set_shown_kept_and_dropped(room, offer, seller):
    room.post("limits", scope="address", most=1, days=30)
    page = room.page()
    assert "One delivery address: at most 1, each 30 days" in page

    buy(offer, address="1 Pier Road")
    with pytest.raises(Exception, match="To one address go at most 1"):
        buy(offer, address="1 pier road")

    limit = re.search(r"/limits/(\d+)/remove", page)[1]
    room.post(f"limits/{limit}/remove")
    buy(offer, address="1 pier road")
    assert room.post("limits", scope="town", most=1).status_code == 422


def test_the_nightly_proof_tells_operators_what_is_wrong(app, offer):
    operator = make.operator()
    assert prove() == 0
    with writing():
        queries.levels(offer.id).supplied = 7

    assert prove() == 1
    prove()
    assert told(operator) == ["stock-wrong"]
