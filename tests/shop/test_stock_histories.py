"""Random histories of the stock: two offers, two pools, two places; the counters are the sum of their movements."""

from contextlib import contextmanager

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from core import clock
from core.db import db
from core.errors import Refused
from shop.stock import commands, proof, queries
from shop.stock.jobs import sweep_holds
from shop.stock.models import Movement, Spot
from tests import make

WHICH = st.integers(0, 1)
POOL = st.sampled_from(["normal", "flash"])
PLACE = st.sampled_from([None, 0, 1])
UNITS = st.integers(1, 5)


class Book(RuleBasedStateMachine):
    """Plain dictionaries beside the real tables: units on hand by spot, damaged and held by pool."""

    holds = Bundle("holds")

    def __init__(self):
        super().__init__()
        self.members = [make.member() for _number in range(2)]
        self.offers = [make.offer(stock=6).id, make.offer(stock=9).id]
        self.places = [commands.add_place(name, seller=self.members[0]).id for name in ("Cellar", "Shed")]
        self.on_hand = {Spot(self.offers[0]): 6, Spot(self.offers[1]): 9}
        self.damaged, self.active, self.sold = {}, {}, {}
        commands.set_limit(self.offers[0], "member", 0, 7)
        self.limit = {self.offers[0]: 7}
        self.number = 0

    @contextmanager
    def refuses(self, code, *, when):
        if not when:
            yield
            return
        with pytest.raises(Refused) as refusal:
            yield
        assert refusal.value.code == code

    def spot(self, which, pool, place):
        return Spot(self.offers[which], pool, None if place is None else self.places[place])

    def there(self, spot):
        return self.on_hand.get(spot, 0)

    def add(self, spot, units):
        self.on_hand[spot] = self.there(spot) + units

    def pool(self, spot):
        return spot._replace(place_id=None)

    def forget_overdue(self):
        self.active = {held: until for held, until in self.active.items() if until > clock.now()}

    def free(self, spot):
        self.forget_overdue()
        key = (spot.offer_id, spot.pool)
        held = sum(held.quantity for held in self.active if (held.offer_id, held.pool) == key)
        return sum(units for spot, units in self.on_hand.items() if spot[:2] == key) - held

    def leave(self, spot, units):
        """Sold or fewer: from at hand first, then from the places in their order."""
        for place in (None, *self.places):
            part = min(units, self.there(spot._replace(place_id=place)))
            self.add(spot._replace(place_id=place), -part)
            units -= part

    @rule(which=WHICH, pool=POOL, place=PLACE, units=UNITS, twice=st.booleans())
    def receive(self, which, pool, place, units, twice):
        self.number += 1
        spot = self.spot(which, pool, place)
        for _click in range(1 + twice):
            commands.receive(spot, units, commands.Why(key=f"key-{self.number}"))
        self.add(spot, units)

    @rule(which=WHICH, pool=POOL, place=PLACE, units=UNITS)
    def damage(self, which, pool, place, units):
        spot = self.spot(which, pool, place)
        with self.refuses("not_there", when=units > min(self.there(spot), self.free(spot))):
            commands.damage(spot, units)
            self.add(spot, -units)
            self.damaged[self.pool(spot)] = self.damaged.get(self.pool(spot), 0) + units

    @rule(which=WHICH, pool=POOL, place=PLACE, units=UNITS, good=st.booleans())
    def mend_or_discard(self, which, pool, place, units, good):
        spot = self.spot(which, pool, place)
        with self.refuses("not_there", when=units > self.damaged.get(self.pool(spot), 0)):
            (commands.mend if good else commands.discard)(spot, units)
            self.damaged[self.pool(spot)] -= units
            self.add(spot, units if good else 0)

    @rule(which=WHICH, pool=POOL, place=PLACE, counted=st.integers(0, 9))
    def count(self, which, pool, place, counted):
        spot = self.spot(which, pool, place)
        fewer = self.there(spot) - counted
        with self.refuses("not_there", when=fewer > max(0, self.free(spot))):
            commands.count(spot, counted, was=self.there(spot))
            self.on_hand[spot] = counted

    @rule(which=WHICH, one=st.tuples(POOL, PLACE), other=st.tuples(POOL, PLACE), units=UNITS)
    def move(self, which, one, other, units):
        source, target = self.spot(which, *one), self.spot(which, *other)
        if source == target:
            return
        there = self.there(source) if source.pool == target.pool else min(self.there(source), self.free(source))
        with self.refuses("not_there", when=units > there):
            commands.move(source, target, units)
            self.add(source, -units)
            self.add(target, units)

    @rule(which=WHICH, total=st.integers(0, 14))
    def supply(self, which, total):
        spot = Spot(self.offers[which])
        sold = sum(n for held, n in self.sold.items() if (held.offer_id, held.pool) == (spot.offer_id, "normal"))
        before = sum(units for there, units in self.on_hand.items() if there[:2] == spot[:2])
        with self.refuses("below_taken", when=total < sold + before - self.free(spot)):
            commands.supply(spot.offer_id, total)
            more = total - sold - before
            self.add(spot, more) if more > 0 else self.leave(spot, -more)

    @rule(target=holds, who=WHICH, which=WHICH, pool=POOL, units=UNITS)
    def hold(self, who, which, pool, units):
        spot = self.spot(which, pool, None)
        self.forget_overdue()
        over = units + self.taken(spot.offer_id, who) > self.limit.get(spot.offer_id, 99)
        code = "limit_reached" if over else "sold_out"
        with self.refuses(code, when=over or units > self.free(spot)):
            held = commands.hold_from(spot, self.members[who].id, units)
            self.active[held] = held.expires_at
            return held
        return None

    def taken(self, offer_id, who):
        rows = [(held, held.quantity) for held in self.active] + list(self.sold.items())
        mine = (offer_id, self.members[who].id)
        return sum(n for held, n in rows if (held.offer_id, held.member_id) == mine)

    @rule(held=holds)
    def sell(self, held):
        self.forget_overdue()
        if held is None:
            return
        with self.refuses("hold_gone", when=held not in self.active):
            commands.sell(held)
            self.active.pop(held)
            self.sold[held] = held.quantity
            self.leave(Spot(held.offer_id, held.pool), held.quantity)

    @rule(held=holds)
    def release(self, held):
        if held is not None:
            commands.release(held)
            self.active.pop(held, None)

    @rule(held=holds, units=UNITS)
    def give_back(self, held, units):
        if held is None:
            return
        with self.refuses("nothing_to_return", when=units > self.sold.get(held, 0)):
            commands.return_sold(held, units)
            self.sold[held] -= units
            self.add(Spot(held.offer_id, held.pool), units)

    @rule(minutes=st.sampled_from([1, 7, 15]), sweep=st.booleans())
    def wait(self, minutes, sweep):
        clock.travel(minutes=minutes)
        if sweep:
            sweep_holds()

    @invariant()
    def what_is_free_is_what_the_model_says(self):
        db.session.rollback()
        assert queries.free(self.offers) == {offer_id: self.free(Spot(offer_id)) for offer_id in self.offers}
        for offer_id in self.offers:
            assert queries.free_in(Spot(offer_id, "flash")) == self.free(Spot(offer_id, "flash"))

    @invariant()
    def what_lies_where_is_the_sum_of_its_movements(self):
        columns = (Movement.offer_id, Movement.pool, Movement.place_id)
        sums = select(*columns, func.sum(Movement.supplied - Movement.sold)).group_by(*columns)
        book = {Spot(*row[:3]): row[3] for row in db.session.execute(sums.where(Movement.offer_id.in_(self.offers)))}
        assert {spot: n for spot, n in book.items() if n} == {spot: n for spot, n in self.on_hand.items() if n}

    @invariant()
    def the_proof_is_clean(self):
        assert list(proof.verify()) == []


@pytest.mark.timeout(170)
def test_any_history_of_the_stock_is_borne_out_by_its_book(app):
    run_state_machine_as_test(Book, settings=settings(max_examples=6, stateful_step_count=25))
