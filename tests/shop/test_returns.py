"""Returns: asked, approved, sent back, looked at; money and goods move once, and only as far as there are any."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from core.db import db
from core.errors import Invalid, Refused
from core.jobs import run_all
from forum.pictures.commands import sweep
from forum.pictures.models import Picture
from shop.orders import commands as orders
from shop.returns import commands, queries, rules
from shop.returns.models import STATES, GoodsReturn
from shop.returns.rules import Request
from shop.shipments import commands as parcels
from shop.shipments.queries import lines_of
from tests import make
from tests.papers import texts
from tests.shop.buying import again, buy, house, money, stock_of
from tests.shop.money import move, problems


@pytest.fixture
def order(offer, buyer, seller):
    """Three of one thing at 20.00 with 5.00 postage, sent and paid."""
    made = buy(offer, buyer, quantity=3)
    parcels.send_rest(made, actor=seller)
    return made


@pytest.fixture
def line(order):
    return lines_of(order.id).popitem()[0]


def ask(order, buyer, units, key="r", days=14, **given):
    said = {"reason": "damaged", "wish": "refund", **given}
    return commands.ask(again(order), Request(key, units, **said), actor=buyer, days=days)


def back(order, buyer, seller, units, key="r", **given):
    """A return that is with the seller again."""
    found = ask(order, buyer, units, key, **given)
    commands.approve(found, actor=seller, send_to="Pier 1")
    commands.send(found, actor=buyer)
    return commands.receive(found, actor=seller)


def row(found):
    db.session.rollback()
    return db.session.get(GoodsReturn, found.id, populate_existing=True)


def picture():
    file = BytesIO()
    Image.new("RGB", (40, 40), "red").save(file, "PNG")
    return file.getvalue()


def test_from_the_request_to_the_money_through_the_pages(as_member, order, line, buyer, seller, offer):
    body = {f"units-{line}": "1", "key": "k", "reason": "damaged", "wish": "refund", "words": "A crack"}
    body["pictures"] = [(BytesIO(picture()), "crack.png")]
    asked = as_member(buyer).post(f"/orders/{order.number}/return", data=body, content_type="multipart/form-data")
    here = asked.headers["Location"]

    steps = [
        (seller, "approve", {"send_to": "Pier 1, Seaside", "answer": "Wrap it well"}),
        (buyer, "send", {"tracking": "BACK1"}),
        (seller, "receive", {}),
        (seller, "refund", {f"restock-{line}": "1"}),
    ]
    for who, step, said in steps:
        assert as_member(who).post(f"{here}/{step}", data=said).status_code == 303, step

    page = as_member(seller).get(here).text
    assert all(words in page for words in ("A crack", "BACK1", "Refunded", "/pictures/"))
    assert (again(order).refunded, again(order).state) == (2000, "open")
    assert (house()[0], stock_of(offer), money(buyer)) == (4500, (3, 0, 2), 5500)
    assert problems() == []


@pytest.mark.parametrize("units", [4, 0, -1])
def test_more_than_was_bought_or_nothing_is_not_sent_back(order, line, buyer, units):
    with pytest.raises(Invalid) as refusal:
        ask(order, buyer, {line: units})
    assert (refusal.value.field, db.session.scalar(select(GoodsReturn))) == ("units", None)


def test_two_returns_together_hold_no_more_than_was_bought(order, line, buyer):
    ask(order, buyer, {line: 2}, "one")

    with pytest.raises(Invalid):
        ask(order, buyer, {line: 2}, "two")
    assert ask(order, buyer, {line: 1}, "two").id


def test_what_was_not_sent_is_not_sent_back(offer, buyer, seller):
    order = buy(offer, buyer, quantity=3)
    line = lines_of(order.id).popitem()[0]
    parcels.send(parcels.pack(order, {line: 1}, actor=seller, key="p"), actor=seller)

    with pytest.raises(Invalid):
        ask(order, buyer, {line: 2})
    assert ask(order, buyer, {line: 1}).state == "asked"


def test_a_withdrawn_return_frees_its_units(order, line, buyer):
    commands.withdraw(ask(order, buyer, {line: 3}, "one"), actor=buyer)

    assert ask(order, buyer, {line: 3}, "two").state == "asked"


def test_a_second_refund_moves_nothing(as_member, order, line, buyer, seller, offer):
    found = back(order, buyer, seller, {line: 1})

    answers = [
        as_member(seller).post(f"{found.address}/refund", data={f"restock-{line}": "1"}).status_code for _ in range(2)
    ]

    assert answers == [303, 303]
    assert (again(order).refunded, stock_of(offer)[2]) == (2000, 2)
    assert as_member(seller).post(f"{found.address}/exchange").status_code == 409


def test_the_same_request_sent_twice_is_one(order, line, buyer):
    assert ask(order, buyer, {line: 1}).id == ask(order, buyer, {line: 1}).id


def test_all_of_it_comes_back_with_the_postage(order, line, buyer, seller, offer):
    found = back(order, buyer, seller, {line: 3})

    commands.refund(found, actor=seller, restock={line: 3})

    assert (again(order).refunded, money(buyer), house()) == (6500, 10_000, (0, 0))
    assert stock_of(offer) == (3, 0, 0)
    assert problems() == []


def test_less_than_it_is_worth_needs_a_reason(as_member, order, line, buyer, seller):
    found = back(order, buyer, seller, {line: 1})
    page = as_member(seller)

    assert page.post(f"{found.address}/refund", data={"amount": "15"}).status_code == 422
    assert page.post(f"{found.address}/refund", data={"amount": "20.01"}).status_code == 422
    assert page.post(f"{found.address}/refund", data={"amount": "15", "verdict": "Scratched"}).status_code == 303

    assert (row(found).amount, again(order).refunded) == (1500, 1500)
    assert "Scratched" in as_member(buyer).get(found.address).text


def test_after_the_settlement_the_seller_and_the_fee_give_it_back(order, line, buyer, seller):
    orders.receive(again(order), actor=buyer)
    assert (house(), money(seller)) == ((0, 325), 6175)
    found = back(order, buyer, seller, {line: 3})

    commands.refund(found, actor=seller, restock={})

    assert (house(), money(seller), money(buyer)) == ((0, 0), 0, 10_000)
    assert problems() == []


def test_a_seller_without_money_is_told_and_the_return_stays(as_member, order, line, buyer, seller):
    orders.receive(again(order), actor=buyer)
    found = back(order, buyer, seller, {line: 3})
    make_poor(seller)

    answer = as_member(seller).post(f"{found.address}/refund")

    assert (answer.status_code, 'data-code="not_enough_money"' in answer.text) == (409, True)
    assert (row(found).state, again(order).refunded) == ("received", 0)


def make_poor(member):
    move(f"wallet:{member.id}:USD", "outside:USD", money(member))


def test_what_was_refunded_by_hand_already_is_not_refunded_again(order, line, buyer, seller):
    found = back(order, buyer, seller, {line: 3})
    orders.refund(again(order), actor=seller, amount=None, reason="", key="by-hand")

    commands.refund(found, actor=seller, restock={})

    assert (row(found).state, row(found).amount, again(order).refunded) == ("refunded", 0, 6500)


def test_an_exchange_takes_another_one_from_the_shelf(offer, buyer, seller):
    order = buy(offer, buyer, quantity=2)
    parcels.send_rest(order, actor=seller)
    line = lines_of(order.id).popitem()[0]
    found = back(order, buyer, seller, {line: 1}, wish="exchange")

    commands.exchange(found, actor=seller, replacement="NEW1", restock={})
    assert (row(found).state, stock_of(offer), again(order).refunded) == ("exchanged", (3, 0, 3), 0)

    other = back(order, buyer, seller, {line: 1}, "two", wish="exchange")
    with pytest.raises(Refused) as refusal:
        commands.exchange(other, actor=seller, restock={})
    assert (refusal.value.code, row(other).state, stock_of(offer)) == ("sold_out", "received", (3, 0, 3))
    commands.exchange(other, actor=seller, restock={line: 1})
    assert stock_of(offer) == (3, 0, 3)
    assert problems() == []


def test_no_more_goes_back_on_the_shelf_than_came_back(order, line, buyer, seller, offer):
    found = back(order, buyer, seller, {line: 1})

    with pytest.raises(Invalid):
        commands.refund(found, actor=seller, restock={line: 2})
    assert (row(found).state, stock_of(offer)[2]) == ("received", 3)


def test_the_time_to_ask_begins_with_the_arrival_and_ends(as_member, order, line, buyer, seller, clock):
    clock.travel(days=9)
    orders.deliver(again(order), actor=seller)
    clock.travel(days=6, hours=23)
    page = as_member(buyer).get(f"/orders/{order.number}/return").text
    assert "You can ask until" in page

    clock.travel(hours=1)
    with pytest.raises(Refused) as refusal:
        ask(order, buyer, {line: 1}, days=7)
    assert refusal.value.code == "too_late"
    assert ask(order, buyer, {line: 1}, days=14).state == "asked"


@pytest.mark.parametrize(
    ("state", "days", "then"),
    [("asked", 3, "approved"), ("approved", 7, "lapsed"), ("sent", 14, "received"), ("received", 5, "refunded")],
)
def test_a_state_that_lasts_too_long_gives_way_by_itself(order, line, buyer, seller, clock, state, days, then):
    found = ask(order, buyer, {line: 1})
    with make.writing():
        found.state = state

    clock.travel(days=days, minutes=-1)
    run_all()
    assert row(found).state == state
    clock.travel(minutes=1)
    run_all()
    run_all()

    assert row(found).state == then
    assert again(order).refunded == (2000 if then == "refunded" else 0)
    assert problems() == []


@pytest.mark.parametrize(("state", "who", "step"), [
    ("asked", "seller", "refuse"), ("approved", "buyer", "send"), ("received", "seller", "reject"),
])  # fmt: skip
def test_too_late_is_too_late_even_before_the_job_has_run(
    as_member, order, line, buyer, seller, clock, state, who, step
):
    found = ask(order, buyer, {line: 1})
    with make.writing():
        found.state = state
    clock.travel(days=8)
    person = {"seller": seller, "buyer": buyer}[who]

    answer = as_member(person).post(f"{found.address}/{step}", data={"answer": "No", "verdict": "No"})

    assert (answer.status_code, 'data-code="too_late"' in answer.text, row(found).state) == (409, True, state)


def test_the_clock_does_not_pay_the_seller_while_a_return_is_open(order, line, buyer, seller, clock):
    clock.travel(days=9)
    found = ask(order, buyer, {line: 1})
    clock.travel(days=2)
    run_all()
    assert again(order).state == "open"

    commands.refuse(found, actor=seller, answer="It was fine")
    run_all()
    assert again(order).state == "completed"


@pytest.mark.parametrize("before", STATES)
def test_a_step_that_the_table_does_not_have_is_409_and_changes_nothing(as_member, order, line, buyer, seller, before):
    found = ask(order, buyer, {line: 1})
    with make.writing():
        found.state = before
    said = {"send_to": "Pier", "answer": "No", "verdict": "No"}
    for person, table in ((buyer, rules.BUYERS), (seller, rules.SELLERS)):
        for step, after in table.items():
            if after == before or after in rules.STEPS.get(before, ()) or (before, step) == ("approved", "approve"):
                continue
            assert as_member(person).post(f"{found.address}/{step}", data=said).status_code == 409, step

    assert (row(found).state, again(order).refunded) == (before, 0)


def test_the_pages_ask_the_database_at_most_eight_times(as_member, order, line, buyer, seller, count_queries):
    found = ask(order, buyer, {line: 1})
    pages = (f"/orders/{order.number}", f"/orders/{order.number}/parcels", found.address, "/returns", "/shop/parcels")
    for browser in (as_member(buyer), as_member(seller)):
        for page in pages:
            with count_queries() as asked:
                assert browser.get(page).status_code == 200
            assert len(asked) <= 8, (page, len(asked))


def test_each_side_does_only_its_own_steps(as_member, order, line, buyer, seller):
    found = ask(order, buyer, {line: 1})

    assert as_member(buyer).post(f"{found.address}/approve", data={"send_to": "Here"}).status_code == 403
    assert as_member(seller).post(f"{found.address}/withdraw").status_code == 403
    assert as_member(make.member()).post(f"{found.address}/withdraw").status_code == 404
    assert as_member(seller).post(f"/orders/{order.number}/return", data={"key": "x"}).status_code in (403, 422)


def test_pictures_are_seen_by_the_two_and_outlast_the_sweeper(as_member, order, line, buyer, seller, clock):
    kept = make.saved(Picture(key="crack", owner_id=buyer.id, width=1, height=1, bytes=1))
    loose = make.saved(Picture(key="loose", owner_id=buyer.id, width=1, height=1, bytes=1))
    found = ask(order, buyer, {line: 1}, picture_keys=("crack",))
    clock.travel(days=3)

    assert sweep() == 1
    assert loose.key not in set(db.session.scalars(select(Picture.key)))
    for person, shown in ((buyer, True), (seller, True), (make.member(), False)):
        assert (kept.key in as_member(person).get(found.address).text) == shown


def test_both_sides_are_told(as_member, order, line, buyer, seller, worker):
    found = ask(order, buyer, {line: 1})
    worker()
    commands.approve(found, actor=seller, send_to="Pier 1")
    worker()

    assert f"{buyer.username} would like to send back “A thread”." in as_member(seller).get("/notices").text
    assert f"{seller.username} takes “A thread” back. Please send it." in as_member(buyer).get("/notices").text


def test_what_the_clock_approved_still_gets_its_address(order, line, buyer, seller, clock, as_member):
    found = ask(order, buyer, {line: 1})
    clock.travel(days=3)
    run_all()

    assert as_member(seller).post(f"{found.address}/approve", data={"send_to": "Pier 9"}).status_code == 303

    label = as_member(buyer).get(f"{found.address}/label.pdf")
    assert "Pier 9" in texts(label.data)


def test_a_killed_worker_tells_once(order, line, buyer, seller, worker):
    found = ask(order, buyer, {line: 1})
    worker()
    assert len(queries.overdue()) == 0
    assert commands.by_clock(found) is False
