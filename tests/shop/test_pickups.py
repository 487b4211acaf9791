"""Pick-up: windows with a capacity and a cut-off, one code for one order, and what becomes of who does not come."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from core.clock import now
from core.db import db
from core.errors import Invalid, Refused
from core.jobs import run_all
from shop.orders import commands as orders
from shop.orders.models import Order
from shop.pickups import commands, rules
from shop.pickups.models import STATES, Pickup, PickupWindow
from shop.pickups.rules import Plan
from tests import make
from tests.papers import texts
from tests.shop.buying import again, buy, money, rich, stock_of
from tests.shop.money import at_once, problems


@pytest.fixture
def point(seller):
    return commands.open_point(seller, name="Pier", place="Pier 3, Seaside", zone="UTC")


@pytest.fixture
def windows(point, seller):
    """Two windows of an hour on the day after tomorrow, one order each, chosen at most six hours before."""
    day = (now() + timedelta(days=2)).date()
    commands.add_windows(point, Plan(day, time(14), time(16), 60, capacity=1, cutoff_hours=6), actor=seller)
    return list(db.session.scalars(select(PickupWindow).order_by(PickupWindow.starts_at)))


@pytest.fixture
def order(offer, buyer):
    return to_pick_up(offer, buyer)


def to_pick_up(offer, buyer, **choice):
    return buy(offer, buyer, deliveries={"": "pick_up"}, address="", **choice)


def row(order):
    db.session.rollback()
    return db.session.get(Pickup, order.id, populate_existing=True)


def taken(windows):
    db.session.rollback()
    return [db.session.get(PickupWindow, window.id, populate_existing=True).taken for window in windows]


def past(window, clock, hours=12):
    """To that long after the window's end."""
    seconds = (window.ends_at + timedelta(hours=hours) - now()).total_seconds()
    clock.travel(seconds=seconds + 1)


def test_from_the_choice_to_the_hand_over_through_the_pages(as_member, windows, order, buyer, seller):
    page, counter = as_member(buyer), as_member(seller)
    assert "Choose a time" in page.get(f"/orders/{order.number}").text
    assert page.post(f"/orders/{order.number}/pick-up", data={"window": windows[0].id}).status_code == 303
    code = row(order).code
    shown = page.get(f"/orders/{order.number}/pick-up").text
    assert code in shown
    assert '<svg class="code"' in shown

    assert buyer.username in counter.get(f"/shop/hand-over?code={code.lower()}").text
    answers = [counter.post("/shop/hand-over", data={"code": code}).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert (row(order).state, again(order).shipment, again(order).payment) == ("collected", "delivered", "escrow")


def test_a_full_window_takes_nobody_more(as_member, windows, order, offer, buyer):
    commands.book(order, windows[0].id, actor=buyer)
    late = rich()
    second = to_pick_up(offer, late)

    answer = as_member(late).post(f"/orders/{second.number}/pick-up", data={"window": windows[0].id})

    assert (answer.status_code, 'data-code="window_full"' in answer.text) == (409, True)
    assert (row(second), taken(windows)) == (None, [1, 0])


def test_another_choice_frees_the_first(windows, order, buyer):
    first = commands.book(order, windows[0].id, actor=buyer).code
    again_same = commands.book(again(order), windows[0].id, actor=buyer).code
    other = commands.book(again(order), windows[1].id, actor=buyer).code

    assert first == again_same == other
    assert taken(windows) == [0, 1]


def test_many_at_once_fill_a_window_and_no_more(app, point, seller, windows):
    offer = make.offer(by=seller, price=100, stock=8, product={"picks_up": True})
    buyers = [rich() for _ in range(8)]
    found = [(to_pick_up(offer, person).id, person) for person in buyers]

    def choose(pair):
        return commands.book(db.session.get(Order, pair[0]), windows[0].id, actor=pair[1]).state

    answers = at_once(app, choose, found, threads=8)

    assert sorted(answers) == ["booked", *["window_full"] * 7]
    assert taken(windows) == [1, 0]


def test_after_the_cut_off_a_window_is_not_chosen_even_from_an_open_page(as_member, windows, order, buyer, clock):
    past(windows[0], clock, hours=-6.5)

    page = as_member(buyer)
    assert f'value="{windows[0].id}"' not in page.get(f"/orders/{order.number}/pick-up").text
    assert page.post(f"/orders/{order.number}/pick-up", data={"window": windows[0].id}).status_code == 409


@pytest.mark.parametrize("typed", ["", "x", "-1", "99999999999999999999", "٣"])
def test_odd_windows_are_refused_in_words(as_member, windows, order, buyer, typed):
    assert as_member(buyer).post(f"/orders/{order.number}/pick-up", data={"window": typed}).status_code == 409
    assert row(order) is None


def test_another_sellers_window_is_none(order, buyer):
    other = make.member()
    point = commands.open_point(other, name="Elsewhere", place="Far away", zone="UTC")
    day = (now() + timedelta(days=2)).date()
    commands.add_windows(point, Plan(day, time(14), time(15), 60, 5, 1), actor=other)
    window = db.session.scalars(select(PickupWindow)).one()

    with pytest.raises(Refused, match="full or closed"):
        commands.book(order, window.id, actor=buyer)


def test_the_first_time_nobody_came_the_buyer_chooses_again(as_member, windows, order, buyer, seller, clock, worker):
    commands.book(order, windows[0].id, actor=buyer)
    past(windows[0], clock)
    run_all()
    run_all()
    worker()

    assert (row(order).state, row(order).misses, again(order).state) == ("missed", 1, "open")
    for person in (buyer, seller):
        assert "was not picked up. The buyer can choose another time." in as_member(person).get("/notices").text


def test_the_second_time_the_order_is_called_off_and_all_goes_back(
    point, windows, order, offer, buyer, seller, clock, worker
):
    for number in range(2):
        day = (now() + timedelta(days=2)).date()
        commands.add_windows(point, Plan(day, time(1), time(2), 60, 1, 1), actor=seller)
        window = db.session.scalars(
            select(PickupWindow).where(PickupWindow.cutoff_at > now()).order_by(PickupWindow.starts_at)
        ).first()
        commands.book(again(order), window.id, actor=buyer)
        past(window, clock)
        run_all()
        assert row(order).misses == number + 1
    worker()

    assert (again(order).state, again(order).payment, row(order).state) == ("refused", "refunded", "called_off")
    assert (money(buyer), stock_of(offer)) == (10_000, (3, 0, 0))
    assert problems() == []


def test_too_early_nobody_has_missed_anything(windows, order, buyer, clock):
    commands.book(order, windows[0].id, actor=buyer)
    past(windows[0], clock, hours=11)

    assert commands.miss(order.id) is False
    assert row(order).state == "booked"


def test_what_is_due_is_handed_over_only_for_the_money(as_member, windows, offer, buyer, seller):
    order = to_pick_up(offer, buyer, method="pick_up")
    code = commands.book(order, windows[0].id, actor=buyer).code
    counter = as_member(seller)

    assert counter.post("/shop/hand-over", data={"code": code}).status_code == 409
    assert (again(order).payment, row(order).state) == ("due", "booked")
    assert counter.post("/shop/hand-over", data={"code": code, "money": "yes"}).status_code == 303
    assert (again(order).payment, again(order).shipment) == ("outside", "delivered")


@pytest.mark.parametrize("typed", ["WRONG99", "", "x" * 300, "\x00", "' OR 1=1"])
def test_a_code_of_nobody_hands_over_nothing(as_member, windows, order, buyer, seller, typed):
    commands.book(order, windows[0].id, actor=buyer)

    assert as_member(seller).post("/shop/hand-over", data={"code": typed}).status_code == 422
    assert row(order).state == "booked"


def test_only_the_orders_own_seller_can_use_its_code(as_member, windows, order, buyer):
    code = commands.book(order, windows[0].id, actor=buyer).code

    for person in (buyer, make.member()):
        assert as_member(person).post("/shop/hand-over", data={"code": code}).status_code == 422
    assert again(order).shipment == "none"


def test_a_cancelled_order_frees_its_place(windows, order, buyer, worker):
    commands.book(order, windows[0].id, actor=buyer)
    orders.cancel(again(order), actor=buyer)
    worker()
    worker()

    assert (row(order).state, taken(windows)) == ("called_off", [0, 0])
    with pytest.raises(Refused):
        commands.book(again(order), windows[1].id, actor=buyer)


@pytest.mark.parametrize("before", STATES)
def test_a_step_that_the_table_does_not_have_changes_nothing(windows, order, buyer, seller, before):
    pickup = commands.book(order, windows[0].id, actor=buyer)
    with make.writing():
        pickup.state = before
    if "collected" not in rules.STEPS.get(before, ()) and before != "collected":
        with pytest.raises(Refused) as refusal:
            commands.hand_over(pickup, actor=seller)
        assert (refusal.value.status, again(order).shipment) == (409, "none")
    if "booked" not in rules.STEPS.get(before, ()):
        with pytest.raises(Refused):
            commands.book(again(order), windows[1].id, actor=buyer)

    assert taken(windows)[1] == 0


def test_the_picking_list_counts_what_to_have_ready(as_member, windows, order, offer, seller, buyer):
    code = commands.book(order, windows[0].id, actor=buyer).code
    here = f"/shop/pick-up/windows/{windows[0].id}"

    assert code in as_member(seller).get(here).text
    assert code in texts(as_member(seller).get(f"{here}/list.pdf").data)
    assert as_member(buyer).get(here).status_code == 404


def test_the_buyer_is_reminded_once_the_day_before(as_member, windows, order, buyer, clock):
    commands.book(order, windows[0].id, actor=buyer)
    run_all()
    assert "is near" not in as_member(buyer).get("/notices").text

    past(windows[0], clock, hours=-20)
    run_all()
    run_all()
    assert as_member(buyer).get("/notices").text.count("is near") == 1


def test_windows_are_added_once_and_told_in_the_time_of_the_place(as_member, seller):
    page = as_member(seller)
    here = page.post("/shop/pick-up", data={"name": "Wharf", "place": "1 Bund", "zone": "Asia/Shanghai"}).location
    day = (now() + timedelta(days=5)).date()
    plan = {"first": day.isoformat(), "opens": "09:00", "closes": "11:30", "minutes": "60", "capacity": "3"}
    plan |= {"cutoff_hours": "2", "days": "2"}

    assert [page.post(f"{here}/windows", data=plan).status_code for _ in range(2)] == [303, 303]

    found = list(db.session.scalars(select(PickupWindow).order_by(PickupWindow.starts_at)))
    assert [window.starts_at.hour for window in found] == [1, 2, 1, 2]
    assert "9:00" in page.get(here).text


@pytest.mark.parametrize("wrong", [
    {"first": "2000-01-01"}, {"first": "9999-12-31"}, {"first": "tomorrow"}, {"closes": "08:00"}, {"minutes": "0"},
    {"capacity": "-1"}, {"days": "61"}, {"minutes": "10", "days": "60"}, {"opens": "25:00"},
])  # fmt: skip
def test_a_plan_that_cannot_be_is_told_at_its_field(as_member, point, seller, wrong):
    day = (now() + timedelta(days=5)).date()
    plan = {"first": day.isoformat(), "opens": "09:00", "closes": "11:00", "minutes": "60", "capacity": "3"}
    plan |= {"cutoff_hours": "2", "days": "1"} | wrong

    assert as_member(seller).post(f"{point.address}/windows", data=plan).status_code == 422
    assert db.session.scalar(select(PickupWindow)) is None


def test_a_window_never_ends_after_closing_and_keeps_to_the_clock_on_the_wall(app):
    plan = Plan(date(2026, 3, 28), time(9), time(10, 45), 30, 1, 0, days=2)  # the clocks go forward between the two

    found = list(plan.windows("Europe/Berlin"))

    assert [start.strftime("%H:%M") for start, _end in found] == ["09:00", "09:30", "10:00"] * 2
    assert [found[0][0].astimezone(UTC).hour, found[3][0].astimezone(UTC).hour] == [8, 7]
    assert all(end - start == timedelta(minutes=30) for start, end in found)


def test_the_last_day_of_all_is_refused_and_no_crash(app, point, seller):
    with pytest.raises(Invalid):
        commands.add_windows(point, Plan(date(2000, 1, 1), time(9), time(10), 60, 1, 1), actor=seller)
    assert isinstance(now(), datetime)


@pytest.fixture
def basket(as_member, seller, buyer, windows):
    """The checkout's page of something that is sent or picked up, and a way to order it."""
    offer = make.offer(by=seller, price=1000, stock=5, product={"picks_up": True})
    browser = as_member(buyer)
    page = browser.post("/checkout/start", data={"offer": offer.id, "quantity": 1}, follow_redirects=True).text

    def place(**said):
        key, seen = (re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1] for name in ("key", "seen"))
        given = {"key": key, "seen": seen, "method": "wallet", "address": "1 Pier Road"}
        return browser.post("/checkout", data={**given, f"delivery-{seller.id}": "pick_up", **said})

    return page, place


def test_a_time_can_be_chosen_at_the_checkout(as_member, basket, windows, seller, buyer):
    page, place = basket
    assert "When you pick it up" in page
    assert "Pier" in page

    answers = [place(**{f"window-{seller.id}": str(windows[1].id)}) for _click in range(2)]

    order = db.session.scalars(select(Order)).one()
    assert [answer.status_code for answer in answers] == [303, 303]
    assert (row(order).window_id, taken(windows)) == (windows[1].id, [0, 1])
    assert row(order).code in as_member(buyer).get(f"/orders/{order.number}/pick-up").text


def test_a_time_that_is_full_by_then_orders_nothing_and_says_so(basket, windows, seller, buyer, offer):
    _page, place = basket
    faster = rich()
    commands.book(to_pick_up(offer, faster), windows[0].id, actor=faster)
    before = money(buyer)

    answer = place(**{f"window-{seller.id}": str(windows[0].id)})

    assert (answer.status_code, 'data-code="window_full"' in answer.text) == (409, True)
    assert (len(list(db.session.scalars(select(Order)))), money(buyer)) == (1, before)
    assert place(**{f"window-{seller.id}": ""}).status_code == 303
    assert problems() == []


@pytest.mark.parametrize("odd", ["0", "-1", "x", "99999999999999999999", "٣"])
def test_an_odd_time_at_the_checkout_is_no_time_or_refused(basket, windows, seller, odd):
    _page, place = basket

    assert place(**{f"window-{seller.id}": odd}).status_code in (303, 409)
    assert taken(windows) == [0, 0]


def test_a_time_for_what_is_sent_is_not_taken(basket, windows, seller):
    _page, place = basket

    assert place(**{f"delivery-{seller.id}": "ship", f"window-{seller.id}": str(windows[0].id)}).status_code == 303
    assert taken(windows) == [0, 0]


def test_the_checkout_asks_at_most_eight_times(as_member, basket, buyer, count_queries):
    browser = as_member(buyer)
    with count_queries() as asked:
        assert browser.get("/checkout").status_code == 200
    assert len(asked) <= 8, asked
