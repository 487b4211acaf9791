"""A seller's stock as they may see it: their own offers on boards they may read. Nothing here writes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import aliased, joinedload

from core.db import db
from core.errors import Missing
from forum.members.models import Member
from shop.products.models import Offer, Product
from shop.products.queries import OfferCard, cards, visible_offers
from shop.stock.models import NORMAL, POOLS, Limit, Movement, Place, PoolStock, Shelf, Spot, Stock

PAGE = 30
MOVEMENTS = 25
LAST = 1_000_000


@dataclass(frozen=True)
class Pool:
    """The counters of one pool of an offer."""

    name: str
    supplied: int
    held: int
    sold: int
    damaged: int
    placed: int
    low_at: int | None

    @property
    def on_hand(self) -> int:
        return self.supplied - self.sold

    @property
    def is_low(self) -> bool:
        return self.low_at is not None and self.on_hand <= self.low_at


@dataclass(frozen=True)
class Lying:
    """Sellable units at one spot; `place` None is at hand."""

    pool: str
    place: Place | None
    units: int

    @property
    def key(self) -> str:
        return f"{self.pool}:{self.place.id if self.place else ''}"


@dataclass(frozen=True)
class Shelved:
    """An offer with its pools, for the list."""

    card: OfferCard
    pools: list[Pool]

    @property
    def is_low(self) -> bool:
        return any(pool.is_low for pool in self.pools)


@dataclass(frozen=True)
class Listing:
    rows: list[Shelved]
    older: int | None


@dataclass(frozen=True)
class Room:
    """Everything about one offer's stock."""

    card: OfferCard
    pools: list[Pool]
    lying: list[Lying]
    places: list[Place]
    limits: list[Limit]
    movements: list[Movement]
    place_names: dict[int, str]
    older: int | None


def own_offers(seller: Member) -> Any:
    return visible_offers(seller).where(Product.seller_id == seller.id)


def own_offer(seller: Member, offer_id: int) -> OfferCard:
    """Through the gate; Missing for anybody else's."""
    found = cards(own_offers(seller).where(Offer.id == offer_id))
    if not found:
        raise Missing
    return found[0]


def listing(seller: Member, before: int | None = None) -> Listing:
    """A page of the seller's offers, the newest product first, its variants in their order. Two statements.

    A removed one stays as long as something of it is there.
    """
    query = own_offers(seller).where(or_(Offer.removed_at.is_(None), Stock.supplied > Stock.sold, Stock.damaged > 0))
    if before is not None:
        query = query.where(_comes_after(before))
    found = cards(query.order_by(Offer.product_id.desc(), *_place_of(Offer)).limit(PAGE + 1))
    pools = pools_of([card.id for card in found[:PAGE]])
    rows = [Shelved(card, pools[card.id]) for card in found[:PAGE]]
    return Listing(rows, rows[-1].card.id if len(found) > PAGE else None)


def _place_of(offer: Any) -> list[ColumnElement[int]]:
    """Among its product's; what was removed comes last."""
    return [case((offer.removed_at.is_(None), offer.place), else_=LAST), offer.id]


def _comes_after(offer_id: int) -> ColumnElement[bool]:
    """In the order of the list: later than this offer."""
    last = aliased(Offer)
    same = and_(Offer.product_id == last.product_id, tuple_(*_place_of(Offer)) > tuple_(*_place_of(last)))
    return exists().where(last.id == offer_id, or_(Offer.product_id < last.product_id, same))


def room(seller: Member, offer_id: int, before: int | None = None) -> Room:
    """Five statements."""
    card = own_offer(seller, offer_id)
    pools = pools_of([offer_id])[offer_id]
    places, shelves = _places_and_shelves(seller, offer_id)
    lying = list(_lying(pools, shelves))
    limits = list(db.session.scalars(select(Limit).where(Limit.offer_id == offer_id).order_by(Limit.id)))
    movements = _movements(offer_id, before)
    older = movements[MOVEMENTS - 1].id if len(movements) > MOVEMENTS else None
    names = {place.id: place.name for place in places}
    return Room(card, pools, lying, places, limits, movements[:MOVEMENTS], names, older)


def places_of(seller: Member) -> list[Place]:
    return list(db.session.scalars(select(Place).where(Place.seller_id == seller.id).order_by(Place.id)))


def pools_of(offer_ids: Collection[int]) -> dict[int, list[Pool]]:
    """By offer id, the normal pool first. One statement."""
    names = ("supplied", "held", "sold", "damaged", "placed", "low_at")
    normal = select(Stock.offer_id, literal(NORMAL).label("pool"), *(getattr(Stock, name) for name in names))
    apart = select(PoolStock.offer_id, PoolStock.pool, *(getattr(PoolStock, name) for name in names))
    both = union_all(normal.where(Stock.offer_id.in_(offer_ids)), apart.where(PoolStock.offer_id.in_(offer_ids)))
    found: defaultdict[int, list[Pool]] = defaultdict(list)
    for offer_id, *row in db.session.execute(both) if offer_ids else ():
        found[offer_id].append(Pool(*row))
    for pools in found.values():
        pools.sort(key=lambda pool: POOLS.index(pool.name))
    return found


def sheet_of(seller: Member) -> Iterator[list[object]]:
    """All the seller's stock as rows of shop.stockroom.rules.COLUMNS, one for each spot. Three statements."""
    found = cards(own_offers(seller).order_by(Offer.product_id, Offer.place, Offer.id))
    pools = pools_of([card.id for card in found])
    shelves: defaultdict[int, list[tuple[str, Place, int]]] = defaultdict(list)
    query = select(Shelf.offer_id, Shelf.pool, Place, Shelf.on_hand).join(Place, Place.id == Shelf.place_id)
    rows = db.session.execute(query.where(Place.seller_id == seller.id).order_by(Place.id))
    for offer_id, pool_name, place, units in rows:
        shelves[offer_id].append((pool_name, place, units))
    for card in found:
        of_pool = {pool.name: pool for pool in pools[card.id]}
        for lying in _lying(pools[card.id], shelves[card.id]):
            yield _sheet_row(card, lying, of_pool[lying.pool])


def _sheet_row(card: OfferCard, lying: Lying, pool: Pool) -> list[object]:
    """What is held and damaged stands once for a pool, with what is at hand."""
    at_hand: list[object] = ["", lying.units, pool.held, pool.damaged]
    spot = [lying.place.name, lying.units, "", ""] if lying.place else at_hand
    return [card.id, card.title, lying.pool, *spot, ""]


def own_offer_ids(seller: Member, ids: Iterable[int]) -> set[int]:
    query = own_offers(seller).where(Offer.id.in_(ids)).with_only_columns(Offer.id)
    return set(db.session.scalars(query))


def offer_with_thread(offer_id: int) -> Offer | None:
    """For the worker: with product, thread and seller, read anew."""
    product = joinedload(Offer.product)
    query = select(Offer).where(Offer.id == offer_id).options(product.joinedload(Product.thread))
    return db.session.scalar(query.execution_options(populate_existing=True))


def _places_and_shelves(seller: Member, offer_id: int) -> tuple[list[Place], list[tuple[str, Place, int]]]:
    mine = (Shelf.place_id == Place.id) & (Shelf.offer_id == offer_id)
    query = select(Place, Shelf.pool, Shelf.on_hand).outerjoin(Shelf, mine).where(Place.seller_id == seller.id)
    rows = db.session.execute(query.order_by(Place.id)).all()
    places = list({place.id: place for place, _pool, _units in rows}.values())
    return places, [(pool, place, units) for place, pool, units in rows if pool is not None]


def _lying(pools: list[Pool], shelves: list[tuple[str, Place, int]]) -> Iterator[Lying]:
    """Pool by pool: at hand, then the places with something there."""
    for pool in pools:
        yield Lying(pool.name, None, pool.on_hand - pool.placed)
        for name, place, units in shelves:
            if name == pool.name and units:
                yield Lying(name, place, units)


def _movements(offer_id: int, before: int | None) -> list[Movement]:
    query = select(Movement).where(Movement.offer_id == offer_id).options(joinedload(Movement.actor))
    if before is not None:
        query = query.where(Movement.id < before)
    return list(db.session.scalars(query.order_by(Movement.id.desc()).limit(MOVEMENTS + 1)))


def spot_of(offer_id: int, key: str) -> Spot:
    """ "flash:3" or "normal:" as forms carry it; the form has checked that it is one of the seller's."""
    pool, _mark, place = key.partition(":")
    return Spot(offer_id, pool, int(place) if place else None)
