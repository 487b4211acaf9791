"""A private offer from the conversation to the order: made, answered, paid in place, as the two of them see it."""

import re

import pytest

from core.clock import now
from core.db import db, writing
from forum.boards.models import Membership
from forum.members.models import Block
from forum.messages.commands import Letter, send
from forum.messages.models import Message
from forum.threads.models import Post, Thread
from shop.orders.models import Order
from shop.private_offers.models import PrivateOffer
from shop.products.models import Product
from tests import make
from tests.shop.buying import again, house, money, rich, stock_of
from tests.shop.money import problems
from tests.shop.offering import HERE, accept, counter, offered, on_sale, state_of, talk

HTMX = {"HX-Request": "true"}
TERMS = {"price": "12.00", "quantity": 2, "delivery": "ship", "shipping": "3", "hours": 72}


@pytest.fixture
def offer(seller):
    return on_sale(seller, price=2000, stock=3, shipping=500, product={"picks_up": True})


@pytest.fixture
def people(seller, buyer):
    return seller, buyer


@pytest.fixture
def here(buyer, seller, offer):
    return f"/messages/{talk(buyer, seller, f'product:{offer.product_id}')}"


def hidden(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page).group(1)


def make_one(browser, here, **given):
    """As a browser does it: look at the form, send it."""
    form = browser.get(f"{here}/offers/new").text
    sent = {"key": hidden(form, "key"), "product": hidden(form, "product"), **TERMS, **given}
    return browser.post(f"{here}/offers", data=sent)


def newest():
    db.session.rollback()
    return db.session.query(PrivateOffer).order_by(PrivateOffer.id.desc()).first()


def orders():
    db.session.rollback()
    return list(db.session.query(Order))


def pay(browser, private, **given):
    page = browser.get(f"/offers/{private.id}").text
    form = {"key": hidden(page, "key"), "address": HERE, "method": "wallet", **given}
    return browser.post(f"/offers/{private.id}/accept", data=form)


def test_a_seller_offers_and_the_buyer_sees_it_in_the_conversation(as_member, seller, buyer, offer, here):
    answer = make_one(as_member(seller), here, note="For a good home")

    assert (answer.status_code, answer.location) == (303, f"{here}#message-2")
    page = as_member(buyer).get(here).text
    for words in ("Private offer for you", "$12.00", "× 2", "Total $27.00", "For a good home", "3 days left", "3 left"):
        assert words in page
    assert "Accept and pay" in page
    assert "Accept and pay" not in as_member(seller).get(here).text


def test_the_thing_that_is_talked_about_is_offered_at_its_own_terms_first(as_member, seller, offer, here):
    on_sale(seller)

    page = as_member(seller).get(f"{here}/offers/new").text

    assert hidden(page, "product") == str(offer.product_id)
    assert (hidden(page, "price"), hidden(page, "shipping")) == ("20.00", "5.00")


def test_a_seller_of_several_things_chooses_first(as_member, seller, buyer):
    one, other = on_sale(seller, product={"title": "Lamp"}), on_sale(seller, product={"title": "Chair"})
    browser, here = as_member(seller), f"/messages/{talk(buyer, seller)}"

    page = browser.get(f"{here}/offers/new").text

    assert "Lamp" in page
    assert "Chair" in page
    assert "csrf" not in page.split("offer-tools")[1].split("footer")[0]
    assert hidden(browser.get(f"{here}/offers/new?product={other.product_id}").text, "product") != str(one.product_id)


def test_accepted_and_paid_in_place(as_member, people, offer, here):
    seller, buyer = people
    make_one(as_member(seller), here)
    browser = as_member(buyer)

    answer = pay(browser, newest())

    [order] = orders()
    assert (answer.status_code, answer.location) == (303, f"{here}#message-2")
    assert (order.goods, order.shipping, order.payment, order.address) == (2400, 300, "escrow", HERE)
    assert (money(buyer), house(), stock_of(offer)) == (10_000 - 2700, (2700, 0), (3, 0, 2))
    assert problems() == []
    page = browser.get(here).text
    assert f"/orders/{order.number}" in page
    assert "Accepted" in page
    assert "Accept and pay" not in page


def test_when_accepted_the_order_is_told_in_the_conversation(as_member, worker, seller, buyer, offer):
    private = offered(offer, seller, buyer)
    order = accept(private, buyer)
    worker()

    assert db.session.query(Message).order_by(Message.id.desc()).first().about == f"order:{order.number}"
    assert "Paid, waiting to be sent" in as_member(seller).get(f"/messages/{private.conversation_id}").text


def test_in_the_conversation_htmx_gets_the_card_as_it_is_then(as_member, seller, buyer, here):
    make_one(as_member(seller), here)
    browser, private = as_member(buyer), newest()

    panel = browser.get(f"/offers/{private.id}", headers=HTMX).text
    form = {"key": hidden(panel, "key"), "address": HERE, "method": "wallet"}
    card = browser.post(f"/offers/{private.id}/accept", data=form, headers=HTMX)

    assert "<html" not in panel
    assert f'hx-post="/offers/{private.id}/accept"' in panel
    assert card.status_code == 201
    assert "<html" not in card.text
    assert "Accepted" in card.text


def test_the_last_address_is_filled_in(as_member, seller, buyer, offer):
    accept(offered(offer, seller, buyer), buyer, address="Lighthouse, Seaside")

    assert "Lighthouse, Seaside" in as_member(buyer).get(f"/offers/{offered(offer, seller, buyer).id}").text


def test_a_shipped_one_needs_an_address_and_a_picked_up_one_none(as_member, seller, buyer, offer):
    shipped, fetched = offered(offer, seller, buyer), offered(offer, seller, buyer, delivery="pick_up", shipping=0)
    browser = as_member(buyer)

    assert "Where should it be sent?" in pay(browser, shipped, address="").text
    assert "textarea" not in browser.get(f"/offers/{fetched.id}").text.split("How you pay")[0].split("panel")[-1]
    assert pay(browser, fetched, address="", method="pick_up").status_code == 303
    assert orders()[0].delivery == "pick_up"


@pytest.mark.parametrize(("method", "payment"), [("transfer", "due"), ("wallet", "escrow")])
def test_all_the_ways_of_the_checkout_are_there(as_member, people, offer, method, payment):
    seller, buyer = people
    pay(as_member(buyer), offered(offer, seller, buyer), method=method)

    assert orders()[0].payment == payment


def test_too_little_money_is_told_with_the_way_to_more_and_nothing_changes(as_member, seller, offer):
    poor = rich(100)
    private, browser = offered(offer, seller, poor), as_member(poor)

    answer = pay(browser, private)

    assert answer.status_code == 422
    assert "/wallet/top-up?amount=14.00&amp;next=%2Foffers%2F" in answer.text
    assert (state_of(private), len(orders()), stock_of(offer)) == ("open", 0, (3, 0, 0))
    assert problems() == []


def test_sold_out_meanwhile_is_told(as_member, seller, buyer, offer):
    private, other = offered(offer, seller, buyer), rich()
    accept(offered(offer, seller, other, quantity=3), other)

    answer = as_member(buyer).post(f"/offers/{private.id}/accept", data={"key": "k", "address": HERE})

    assert answer.status_code == 409
    assert "sold out" in answer.text
    assert (state_of(private), money(buyer)) == ("open", 10_000)
    assert "Sold out." in as_member(buyer).get(f"/messages/{private.conversation_id}").text


def test_pressing_twice_and_two_tabs_make_one_order(as_member, seller, buyer, offer):
    private, browser = offered(offer, seller, buyer), as_member(buyer)
    form = {"address": HERE, "method": "wallet"}

    answers = [browser.post(f"/offers/{private.id}/accept", data=form | {"key": key}) for key in ("one", "one", "two")]

    assert [answer.location for answer in answers] == [answers[0].location] * 3
    assert (len(orders()), money(buyer)) == (1, 10_000 - 1500)


def test_another_body_under_the_same_key_is_refused(as_member, seller, buyer, offer):
    one, other = offered(offer, seller, buyer), offered(offer, seller, buyer)
    browser, form = as_member(buyer), {"key": "one", "address": HERE, "method": "wallet"}
    browser.post(f"/offers/{one.id}/accept", data=form)

    elsewhere = browser.post(f"/offers/{one.id}/accept", data=form | {"address": "Elsewhere"})
    another = browser.post(f"/offers/{other.id}/accept", data=form)

    assert (elsewhere.status_code, another.status_code) == (409, 409)
    assert len(orders()) == 1


def test_making_twice_makes_one(as_member, seller, buyer, offer, here):
    browser, form = as_member(seller), {"key": "one", "product": offer.product_id, **TERMS}

    first, second = browser.post(f"{here}/offers", data=form), browser.post(f"{here}/offers", data=form)
    other = browser.post(f"{here}/offers", data=form | {"price": "1"})

    assert first.location == second.location
    assert (other.status_code, db.session.query(PrivateOffer).count()) == (409, 1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"price": "0"}, "Ask for more than nothing."),
        ({"price": "abc"}, "Write an amount"),
        ({"quantity": "0"}, "Write a whole number"),
        ({"quantity": "4"}, "Only 3 are left."),
        ({"delivery": "drone"}, "Choose how it reaches the buyer."),
        ({"hours": "0"}, "Write a whole number"),
        ({"hours": "721"}, "Write a whole number"),
        ({"shipping": "-1"}, "must not be negative"),
        ({"price": "9999999999", "quantity": "3"}, "too much for one order"),
    ],
)
def test_what_makes_no_sense_is_told(as_member, seller, here, wrong, said):
    answer = make_one(as_member(seller), here, **wrong)

    assert answer.status_code in (409, 422)
    assert said in answer.text
    assert newest() is None


def test_the_limit_for_each_member_holds(as_member, seller, buyer):
    offer = on_sale(seller, stock=9, limit_per_member=2)
    private = offered(offer, seller, buyer, quantity=2)
    accept(offered(offer, seller, buyer), buyer)

    answer = as_member(buyer).post(f"/offers/{private.id}/accept", data={"key": "k", "address": HERE})

    assert answer.status_code in {409, 422}
    assert state_of(private) == "open"
    assert make_one(as_member(seller), f"/messages/{private.conversation_id}", quantity=3).status_code == 422


def test_only_ones_own_open_products_are_offered(as_member, seller, buyer, here):
    others, closed = make.offer(), on_sale(seller, product={"is_open": False})

    for product in (others, closed):
        form = {"key": "k", "product": product.product_id, **TERMS}
        assert as_member(seller).post(f"{here}/offers", data=form).status_code == 404
    assert "Make an offer" not in as_member(buyer).get(here).text


def test_a_counter_offer_is_agreed_to_and_paid(as_member, people, here):
    seller, buyer = people
    make_one(as_member(seller), here)
    first = newest()
    form = {"key": "c", "price": "10", "quantity": 2, "hours": 24}
    as_member(buyer).post(f"/offers/{first.id}/counter", data=form)
    asked = newest()

    agreed = as_member(seller).post(f"/offers/{asked.id}/accept", data={})
    final = newest()
    pay(as_member(buyer), final)

    assert agreed.location == f"{here}#message-4"
    assert [state_of(link) for link in (first, asked, final)] == ["countered", "agreed", "accepted"]
    assert again(orders()[0]).total == 2300
    page = as_member(buyer).get(f"/offers/{first.id}").text
    assert page.count("/offers/") >= 2
    assert "All offers about this" in page


def test_only_the_newest_link_can_be_acted_upon(as_member, seller, buyer, offer):
    first = offered(offer, seller, buyer)
    counter(first, buyer, unit_price=1000)
    people = {"accept": buyer, "counter": buyer, "decline": buyer, "withdraw": seller}

    for step, who in people.items():
        form = {"key": "x", "address": HERE, "price": "1", "quantity": 1}
        answer = as_member(who).post(f"/offers/{first.id}/{step}", data=form)
        assert answer.status_code == 409, step
        assert "There is a newer offer" in answer.text, step


def test_declining_and_taking_back_end_it_and_are_told(as_member, worker, people, offer):
    seller, buyer = people
    declined, withdrawn = offered(offer, seller, buyer), offered(offer, seller, buyer)
    here = f"/messages/{declined.conversation_id}"

    for _click in range(2):
        assert as_member(buyer).post(f"/offers/{declined.id}/decline").status_code == 303
        assert as_member(seller).post(f"/offers/{withdrawn.id}/withdraw").status_code == 303
    worker()

    assert (state_of(declined), state_of(withdrawn)) == ("declined", "withdrawn")
    page = as_member(seller).get(here).text
    assert page.count("I decline this offer.") == 1
    assert page.count("I take this offer back.") == 1
    assert "This offer was declined." in pay_anyway(as_member(buyer), declined).text


def pay_anyway(browser, private):
    return browser.post(f"/offers/{private.id}/accept", data={"key": "k", "address": HERE})


def test_a_page_with_every_kind_of_card_costs_at_most_six_statements(as_member, worker, people, offer, count_queries):
    seller, buyer = people
    private = offered(offer, seller, buyer)
    accept(private, buyer)
    worker()
    post = db.session.query(Post.id).scalar()
    order = db.session.query(Order.number).scalar()
    for about in (f"product:{offer.product_id}", f"post:{post}", f"order:{order}", f"private-offer:{private.id}"):
        send(buyer, seller, Letter("This", about))

    for browser in map(as_member, people):
        with count_queries() as sent:
            page = browser.get(f"/messages/{private.conversation_id}").text
        assert len(sent) <= 6
        assert page.count("about--") >= 3


def test_an_offer_expires_by_the_clock(as_member, seller, buyer, offer, clock):
    private, browser = offered(offer, seller, buyer, hours=1), as_member(buyer)
    clock.travel(minutes=40)
    assert "20 minutes left" in browser.get(f"/offers/{private.id}").text

    clock.travel(minutes=20)
    answer = pay_anyway(browser, private)

    assert answer.status_code == 409
    assert "This offer has expired." in answer.text
    assert "Accept and pay" not in browser.get(f"/messages/{private.conversation_id}").text


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        ("seller blocks", "cannot be reached"),
        ("buyer blocks", "You have blocked"),
        ("seller suspended", "cannot be reached"),
        ("product closed", "no longer for sale"),
        ("board unreadable", "may no longer see"),
        ("seller banned", "may not sell this"),
        ("thread deleted", "may no longer see"),
    ],
)
def test_what_happened_since_stops_it_in_words(as_member, happens, said):
    board = make.board("apply")
    seller, buyer = make.member(of=board, role="moderator"), rich(of=board)
    offer = make.offer(by=seller, on=board, stock=3)
    private = offered(offer, seller, buyer)
    _let(happens, seller, buyer, board, offer)

    answer = pay_anyway(as_member(buyer), private)

    assert answer.status_code in (403, 409)
    assert said in answer.text
    assert (state_of(private), money(buyer), stock_of(offer)) == ("open", 100_000, (3, 0, 0))


def _let(happens, seller, buyer, board, offer):
    def ban(who):
        row = db.session.query(Membership).filter_by(member_id=who.id, board_id=board.id).one()
        row.role, row.level = "banned", 0

    if happens.endswith("blocks"):
        one, other = (seller, buyer) if happens.startswith("seller") else (buyer, seller)
        make.saved(Block(member_id=one.id, blocked_id=other.id))
        return
    with writing():
        if happens == "seller suspended":
            seller.is_suspended = True
        elif happens == "board unreadable":
            ban(buyer)
        elif happens == "seller banned":
            ban(seller)
        else:
            _close(happens, offer)


def _close(happens, offer):
    product = db.session.get_one(Product, offer.product_id)
    if happens == "product closed":
        product.is_open = False
    else:
        db.session.get_one(Thread, product.thread_id).deleted_at = now()
