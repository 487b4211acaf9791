"""Erasing a member: the person and the address book go; posts and the books of both sides stay, under a pseudonym."""

import pytest
from sqlalchemy import func, select

from core.db import db
from core.errors import Refused
from forum.members import passwords
from forum.members.commands import accounts, leaving
from forum.members.models import Member, SignIn
from forum.notices.models import Notice
from search.saved.models import SavedSearch
from shop.addresses import commands as addresses
from shop.addresses.models import Address
from shop.addresses.rules import AddressParts
from shop.alerts.models import SavedProduct
from shop.disputes import commands as disputes
from shop.disputes.commands import Claim
from shop.ledger.models import Transfer
from shop.orders import commands as orders
from shop.products.models import Offer
from shop.returns import commands as returns
from shop.returns.rules import Request
from shop.shipments.commands import send_rest
from shop.shipments.queries import lines_of
from tests import make
from tests.search.keeping import saved_search
from tests.shop.buying import again, buy, money
from tests.shop.money import move, problems

PASSWORD = "seven tall waves"
PARTS = {"country": "DE", "name": "Bea Real", "street": "Hafenweg 1", "city": "Hamburg", "postcode": "20095"}


@pytest.fixture
def done(offer, seller, buyer):
    """An order that has ended, of a buyer whose wallet is empty and whose address is in the book."""
    accounts.set_password(buyer, passwords.hash_password(PASSWORD))
    addresses.add(buyer, AddressParts(**PARTS))
    order = send_rest(buy(offer, buyer, address="Bea Real\nHafenweg 1", note="Ring twice"), actor=seller)
    orders.receive(again(order), actor=buyer)
    empty(buyer)
    return order


def empty(member):
    if money(member):
        move(f"wallet:{member.id}:USD", "outside:USD", money(member))


def refusal_of(member):
    before = member.username
    with pytest.raises(Refused) as refused:
        leaving.erase(member)
    db.session.rollback()
    assert db.session.get_one(Member, member.id, populate_existing=True).username == before
    return refused.value.code


def test_the_address_book_goes_and_the_books_stay_under_a_pseudonym(as_member, done, buyer, seller):
    name, transfers = buyer.username, db.session.scalar(select(func.count()).select_from(Transfer))
    page = as_member(buyer)

    assert page.post("/settings/leave", data={"password": PASSWORD}).status_code == 303

    db.session.rollback()
    gone = db.session.get_one(Member, buyer.id, populate_existing=True)
    assert gone.username.startswith("gone-")
    assert (gone.email, gone.password_hash, gone.about, gone.is_findable) == (None, None, "", False)
    assert db.session.scalars(select(Address)).all() == []
    assert db.session.scalars(select(SignIn).where(SignIn.member_id == buyer.id)).all() == []
    assert "/login" in page.get("/settings/account").headers.get("Location", "")
    sold = as_member(seller).get(f"/orders/{done.number}").text
    assert gone.username in sold
    assert not any(word in sold for word in (name, "Bea Real", "Hafenweg", "Ring twice"))
    assert (again(done).total, again(done).state) == (2500, "completed")
    assert db.session.scalar(select(func.count()).select_from(Transfer)) == transfers
    assert problems() == []


def test_what_was_kept_and_told_goes_too(done, buyer, offer):
    product = db.session.get_one(Offer, offer.id).product_id
    prices = {"currency": "USD", "price_saved": 2000, "price_seen": 2000}
    make.saved(SavedProduct(member_id=buyer.id, product_id=product, **prices))
    make.saved(Notice(member_id=buyer.id, kind="order", key="k", address="/", facts={}))
    saved_search(buyer)

    leaving.erase(buyer)

    db.session.rollback()
    for table in (SavedProduct, Notice, SavedSearch):
        assert db.session.scalars(select(table).where(table.member_id == buyer.id)).all() == []


def test_a_wrong_password_erases_nobody(as_member, done, buyer):
    answer = as_member(buyer).post("/settings/leave", data={"password": "not it at all"})

    assert answer.status_code == 422
    assert db.session.get_one(Member, buyer.id, populate_existing=True).email is not None


def test_what_is_open_stands_in_the_way_and_nothing_is_changed(done, offer, buyer, seller):
    line = next(iter(lines_of(done.id)))
    asked = returns.ask(again(done), Request("r", {line: 1}, "other", "refund"), actor=buyer, days=14)
    assert refusal_of(buyer) == "returns_open"
    returns.withdraw(asked, actor=buyer)
    found = disputes.open_dispute(again(done), Claim("damaged", 100, "Broken", "c"), buyer=buyer)
    assert refusal_of(buyer) == "disputes_open"
    disputes.withdraw(found.id, buyer=buyer)
    assert refusal_of(seller) in ("offers_open", "wallet_not_empty")
    assert refusal_of(make.operator()) == "operator"
    assert leaving.erase(buyer).username.startswith("gone-")


def test_open_orders_and_money_stand_in_the_way(offer, buyer):
    order = buy(offer, buyer)
    assert refusal_of(buyer) in ("orders_open", "wallet_not_empty")
    empty(buyer)
    assert refusal_of(buyer) == "orders_open"
    orders.cancel(again(order), actor=buyer)
    assert refusal_of(buyer) == "wallet_not_empty"


def test_twice_is_a_pseudonym_again_and_no_harm(done, buyer):
    leaving.erase(buyer)
    assert leaving.erase(buyer).email is None
