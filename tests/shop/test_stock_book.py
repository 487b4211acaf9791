"""The book of the stock: receive, count, damage, move between places and pools; each with its movement."""

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from core.db import db
from core.errors import Invalid
from forum.members.models import Member
from shop.orders.commands import cancel
from shop.stock import commands, proof, queries
from shop.stock.models import Movement, PoolStock, Shelf, Spot
from tests import make
from tests.shop import money
from tests.shop.buying import again, buy
from tests.shop.test_stock import refused


def counters(offer):
    db.session.rollback()
    row = queries.levels(offer.id)
    return row.supplied, row.held, row.sold, row.damaged, row.placed


def pool(offer, name="flash"):
    db.session.rollback()
    row = db.session.get(PoolStock, (offer.id, name), populate_existing=True)
    return row.supplied, row.held, row.sold


def shelves(offer):
    db.session.rollback()
    rows = db.session.scalars(select(Shelf).filter_by(offer_id=offer.id).order_by(Shelf.pool, Shelf.place_id))
    return [row.on_hand for row in rows]


def book(offer):
    """The newest movements first: what, and by how much."""
    db.session.rollback()
    rows = db.session.scalars(select(Movement).filter_by(offer_id=offer.id).order_by(Movement.id.desc()))
    return [(row.kind, row.supplied, row.sold, row.damaged) for row in rows]


@pytest.fixture
def places(app):
    seller = make.member()
    return [commands.add_place(name, seller=seller).id for name in ("Cellar", "Shed")]


def test_received_goods_can_be_bought_and_say_who_brought_them_and_why(app):
    offer, seller = make.offer(stock=1), make.member()

    commands.receive(Spot(offer.id), 4, commands.Why(seller.id, "From the printer"))

    assert counters(offer) == (5, 0, 0, 0, 0)
    newest = db.session.scalars(select(Movement).order_by(Movement.id.desc())).first()
    assert (newest.kind, newest.actor_id, newest.reason) == ("received", seller.id, "From the printer")
    assert money.problems() == []


def test_the_same_form_twice_moves_once(app):
    offer = make.offer(stock=1)

    for _click in range(2):
        commands.receive(Spot(offer.id), 4, commands.Why(key="one"))

    assert counters(offer)[0] == 5
    assert book(offer) == [("received", 4, 0, 0), ("received", 1, 0, 0)]


def test_the_same_form_from_many_tabs_at_once_moves_once(app):
    offer_id = make.offer(stock=1).id

    money.at_once(app, lambda _number: commands.receive(Spot(offer_id), 4, commands.Why(key="one")), range(12))

    assert queries.levels(offer_id).supplied == 5
    assert money.problems() == []


def test_a_count_books_the_difference_so_that_a_sale_in_between_stays_sold(app):
    offer = make.offer(stock=10)
    commands.sell(commands.hold(offer.id, make.member().id, 3))

    commands.count(Spot(offer.id), 9, was=10)

    assert counters(offer) == (9, 0, 3, 0, 0)
    assert book(offer)[0] == ("recounted", -1, 0, 0)
    assert money.problems() == []


def test_a_count_that_changes_nothing_leaves_no_trace(app):
    offer = make.offer(stock=3)

    commands.count(Spot(offer.id), 3, was=3)

    assert len(book(offer)) == 1


def test_damaged_goods_are_there_but_not_for_sale_until_they_are_mended(app):
    offer = make.offer(stock=5)
    spot = Spot(offer.id)

    commands.damage(spot, 3)
    assert counters(offer) == (2, 0, 0, 3, 0)
    commands.mend(spot, 1)
    commands.discard(spot, 1)

    assert counters(offer) == (3, 0, 0, 1, 0)
    assert refused("not_there", commands.discard, spot, 2) == "Only 1 is there."
    refused("not_there", commands.mend, spot, 2)


def test_what_is_set_aside_for_a_buyer_is_not_taken_away(app, places):
    offer = make.offer(stock=5)
    commands.hold(offer.id, make.member().id, 4)

    assert refused("not_there", commands.damage, Spot(offer.id), 2) == "Only 1 is there."
    refused("not_there", commands.count, Spot(offer.id), 3, 5)
    refused("not_there", commands.move, Spot(offer.id), Spot(offer.id, "flash"), 2)
    commands.move(Spot(offer.id), Spot(offer.id, place_id=places[0]), 5)  # carried, it stays set aside
    assert counters(offer) == (5, 4, 0, 0, 5)


def test_an_overdue_hold_keeps_nobody_from_moving(app, clock):
    offer = make.offer(stock=5)
    commands.hold(offer.id, make.member().id, 4)
    clock.travel(minutes=15)

    commands.move(Spot(offer.id), Spot(offer.id, "flash"), 5)

    assert (counters(offer)[:2], pool(offer)) == ((0, 0), (5, 0, 0))
    assert money.problems() == []


def test_goods_lie_at_places_and_are_carried_between_them(app, places):
    offer = make.offer(stock=5)
    hand, cellar, shed = Spot(offer.id), *(Spot(offer.id, place_id=place) for place in places)

    commands.move(hand, cellar, 4)
    commands.move(cellar, shed, 1)
    commands.receive(shed, 2)
    commands.move(shed, hand, 1)

    assert shelves(offer) == [3, 2]
    assert counters(offer) == (7, 0, 0, 0, 5)
    assert refused("not_there", commands.move, cellar, shed, 4) == "Only 3 are there."
    assert refused("not_there", commands.damage, hand, 3) == "Only 2 are there."
    refused("same_spot", commands.move, cellar, cellar, 1)


def test_sales_leave_from_at_hand_and_then_from_the_places_in_their_order(app, places):
    offer = make.offer(stock=2)
    for place in places:
        commands.receive(Spot(offer.id, place_id=place), 3)

    commands.sell(commands.hold(offer.id, make.member().id, 1))
    assert (shelves(offer), counters(offer)) == ([3, 3], (8, 0, 1, 0, 6))
    held = commands.hold(offer.id, make.member().id, 5)
    commands.sell(held)

    assert shelves(offer) == [0, 2]
    assert book(offer)[:3] == [("sold", 0, 1, 0), ("sold", 0, 3, 0), ("sold", 0, 1, 0)]
    commands.return_sold(held, 4)
    assert counters(offer) == (8, 0, 2, 0, 2)  # what comes back is at hand
    assert money.problems() == []


def test_fewer_by_the_sell_form_leave_the_same_way(app, places):
    offer = make.offer(stock=2)
    commands.receive(Spot(offer.id, place_id=places[0]), 3)

    commands.supply(offer.id, 1)

    assert (shelves(offer), counters(offer)) == ([1], (1, 0, 0, 0, 1))
    assert money.problems() == []


def test_a_pool_sells_its_own_units_and_the_shop_window_never_shows_them(app):
    offer = make.offer(stock=5)
    spot = Spot(offer.id, "flash")
    commands.move(Spot(offer.id), spot, 2)

    assert queries.free([offer.id]) == {offer.id: 3}
    refused("sold_out", commands.hold, offer.id, make.member().id, 4)
    held = commands.hold_from(spot, make.member().id, 2)
    assert refused("sold_out", commands.hold_from, spot, make.member().id, 1) == "Sold out."
    commands.sell(held)
    assert (pool(offer), counters(offer)[:3]) == ((2, 0, 2), (3, 0, 0))
    commands.return_sold(held, 1)
    assert (pool(offer), queries.free_in(spot), queries.free([offer.id])) == ((2, 0, 1), 1, {offer.id: 3})
    assert money.problems() == []


def test_overdue_holds_of_a_pool_are_free_in_that_pool_at_once(app, clock):
    offer = make.offer(stock=5)
    spot = Spot(offer.id, "tester")
    commands.move(Spot(offer.id), spot, 2)
    commands.hold_from(spot, make.member().id, 2)
    clock.travel(minutes=15)

    assert (queries.free_in(spot), queries.free([offer.id])) == (2, {offer.id: 3})
    assert commands.expire(offer.id) == 2
    assert (pool(offer, "tester"), money.problems()) == ((2, 0, 0), [])


def test_the_last_units_of_a_pool_are_sold_once_by_many_at_once(app):
    offer = make.offer(stock=9)
    spot = Spot(offer.id, "flash")
    commands.move(Spot(offer.id), spot, 5)
    buyers = [make.member().id for _number in range(30)]

    def take(member_id):
        commands.sell(commands.hold_from(spot, member_id, 1))
        return "bought"

    assert money.at_once(app, take, buyers).count("bought") == 5
    assert (pool(offer), queries.free([offer.id]), money.problems()) == ((5, 0, 5), {offer.id: 4}, [])


def test_carrying_buying_and_counting_at_once_lose_nothing(app, places):
    offer = make.offer(stock=40)
    hand, cellar, flash = Spot(offer.id), Spot(offer.id, place_id=places[0]), Spot(offer.id, "flash")
    buyers = [make.member().id for _number in range(48)]
    acts = (
        lambda _n: commands.move(hand, cellar, 3),
        lambda _n: commands.move(cellar, flash, 2),
        lambda n: commands.sell(commands.hold(offer.id, buyers[n], 1)),
        lambda n: commands.sell(commands.hold_from(flash, buyers[n], 1)),
        lambda _n: commands.damage(cellar, 1),
        lambda n: commands.release(commands.hold(offer.id, buyers[n], 2)),
    )

    answers = money.at_once(app, lambda n: acts[n % 6](n), range(48), threads=10)

    assert set(answers) <= {None, True, "not_there", "sold_out"}
    assert money.problems() == []


@pytest.mark.parametrize("units", [0, -1, 10**7])
def test_a_movement_needs_a_sensible_number(app, units):
    offer = make.offer(stock=1)

    for act in (commands.receive, commands.damage, commands.mend, commands.discard):
        with pytest.raises(Invalid):
            act(Spot(offer.id), units)


def test_the_book_cannot_be_rewritten(app):
    make.offer(stock=1)

    for statement in (update(Movement).values(supplied=9), delete(Movement)):
        with pytest.raises(DBAPIError, match="movements are immutable"), money.writing():
            db.session.execute(statement)


def test_an_order_is_named_in_the_book_and_so_is_its_way_back(app):
    offer = make.offer(stock=2)
    order = buy(offer)
    cancel(again(order), actor=db.session.get(Member, order.buyer_id))

    references = db.session.scalars(select(Movement.reference).order_by(Movement.id)).all()
    assert references == ["", f"order:{order.number}", f"order:{order.number}"]
    assert list(proof.everything()) == []


def test_a_place_with_a_history_stays_and_an_unused_one_goes(app, places):
    offer = make.offer(stock=2)
    seller = make.member()
    mine = commands.add_place("Attic", seller=seller)
    assert commands.add_place("Attic", seller=seller).id == mine.id

    commands.move(Spot(offer.id), Spot(offer.id, place_id=mine.id), 1)
    refused("place_used", commands.remove_place, mine.id, seller=seller)
    commands.remove_place(commands.add_place("Loft", seller=seller).id, seller=seller)
    refused("missing", commands.remove_place, places[0], seller=seller)
