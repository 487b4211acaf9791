"""The address book: several, one default, what each country asks for, and nobody else's."""

import pytest
from sqlalchemy import select

from core.db import db
from shop.addresses import commands
from shop.addresses.formats import countries, lines
from shop.addresses.models import Address
from shop.addresses.rules import AddressParts, checked
from shop.orders.models import Order
from tests import make
from tests.shop.test_checkout import filled, put

BERLIN = {"country": "DE", "name": "Ada L", "street": "Am Steg 1", "postcode": "10115", "city": "Berlin"}


def book_of(member):
    db.session.rollback()
    rows = db.session.scalars(select(Address).where(Address.member_id == member.id).order_by(Address.id))
    return [(row.city, row.is_default) for row in rows]


def test_the_first_is_the_default_and_another_can_be(as_member):
    owner = make.member()
    browser = as_member(owner)
    assert browser.post("/addresses", data=BERLIN).status_code == 303
    browser.post("/addresses", data={**BERLIN, "city": "Hamburg", "is_default": "y"})
    browser.post("/addresses", data={**BERLIN, "city": "Hamburg"})

    assert book_of(owner) == [("Berlin", False), ("Hamburg", True)]
    second = db.session.scalars(select(Address.id).order_by(Address.id.desc())).first()
    browser.post(f"/addresses/{second}/remove")
    assert book_of(owner) == [("Berlin", True)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"country": ""}, "Choose a country"),
        ({"country": "XX"}, "Choose a country"),
        ({"postcode": ""}, "Write the postcode"),
        ({"postcode": "1011"}, "looks like 10115"),
        ({"postcode": "١٠١١٥"}, "looks like 10115"),
        ({"country": "US", "postcode": "10001"}, "state, province or region"),
        ({"street": ""}, "Fill this in"),
    ],
)
def test_what_a_country_asks_for_is_asked_at_its_field(as_member, wrong, said):
    answer = as_member(make.member()).post("/addresses", data={**BERLIN, **wrong})

    assert answer.status_code == 422
    assert said in answer.text


def test_an_address_is_written_as_it_is_there():
    british = checked(AddressParts("GB", "Bo", "1 Pier Rd", "Dover", postcode="ct16 1aa"))
    chinese = checked(AddressParts("CN", "王小明", "长安街1号", "北京", postcode="100000", region="北京市"))
    assert lines(british, country="United Kingdom") == ["Bo", "1 Pier Rd", "Dover CT16 1AA", "United Kingdom"]
    assert lines(chinese, country="中国") == ["100000 北京市 北京", "长安街1号", "王小明", "中国"]
    assert checked(AddressParts("HK", "Li", "1 Road", "Central", postcode="999077")).postcode == ""
    assert len(countries("en")) > 240
    assert countries("zh_Hans")["DE"] == "德国"


def test_the_default_is_where_a_checkout_goes_unless_another_is_chosen(as_member, seller, buyer, offer):
    commands.add(buyer, AddressParts(**BERLIN))
    other = commands.add(buyer, AddressParts(**{**BERLIN, "city": "Bonn"}))
    browser = as_member(buyer)
    put(browser, offer)
    assert "Am Steg 1" in browser.get("/checkout").text

    browser.post("/checkout", data=filled(browser, to=other.id, address=""))

    order = db.session.scalars(select(Order)).one()
    assert order.address == "Ada L\nAm Steg 1\n10115 Bonn\nGermany"


def test_another_members_address_is_not_there(as_member, buyer, seller, offer):
    theirs = commands.add(seller, AddressParts(**BERLIN))
    browser = as_member(buyer)
    put(browser, offer)

    assert browser.get(f"/addresses/{theirs.id}").status_code == 404
    assert browser.post(f"/addresses/{theirs.id}", data=BERLIN).status_code == 404
    assert browser.post(f"/addresses/{theirs.id}/default").status_code == 404
    assert browser.post(f"/addresses/{theirs.id}/remove").status_code == 404
    assert browser.post("/checkout", data=filled(browser, to=theirs.id, address="")).status_code == 422
    assert book_of(seller) == [("Berlin", True)]


def test_the_book_is_full_in_words_and_erased_whole(app):
    owner = make.member()
    for number in range(20):
        commands.add(owner, AddressParts(**{**BERLIN, "city": f"Town {number}"}))
    with pytest.raises(Exception, match="At most 20"):
        commands.add(owner, AddressParts(**{**BERLIN, "city": "One more"}))

    commands.erase(owner.id)

    assert book_of(owner) == []
