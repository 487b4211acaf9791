"""What else the people page tells about people: where they and the viewer meet, what they sell and wish for."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select

from core.db import db
from forum.boards.models import MEMBER, Membership
from forum.boards.queries import ASKER, asker_of, readable_board_ids
from forum.threads.models import Thread, thread_address
from search import intent
from search.intent import SELLS, WANTS
from shop.products.models import Offer, Product

LOOKED_AT = 6  # newest threads of a person and kind, of which those on the topic are shown first
SHOWN = 2  # of a kind
_IDS: Any = bindparam("ids", expanding=True)


@dataclass(frozen=True)
class Standing:
    """By member: boards in common with the viewer, and boards for whose posts they are not to be shown."""

    common: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    hidden: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


@dataclass(frozen=True)
class Thing:
    """What a person sells (with its offer) or wishes for, on a board that the viewer may read."""

    intent: str
    title: str
    address: str
    offer: Offer | None = None
    is_from: bool = False  # some of it costs more


def standing(viewer: Any, ids: Collection[int]) -> Standing:
    """One statement. The index knows who opted out within seconds; this knows it at once."""
    found = Standing()
    asked = {"ids": list(ids), "viewer": viewer.id}
    for member_id, board_id, is_findable, is_shared in db.session.execute(_standing_query(), asked) if ids else ():
        if not is_findable:
            found.hidden[member_id].add(board_id)
        elif is_shared:
            found.common[member_id].add(board_id)
    return found


@cache
def _standing_query() -> Any:
    """For a guest too: nobody belongs anywhere with them."""
    own = select(Membership.board_id).where(Membership.member_id == ASKER.id, Membership.level >= MEMBER)
    shared = and_(Membership.level >= MEMBER, Membership.board_id.in_(own))
    query = select(Membership.member_id, Membership.board_id, Membership.is_findable, shared)
    return query.where(Membership.member_id.in_(_IDS), or_(~Membership.is_findable, shared))


def things(viewer: Any, ids: Collection[int]) -> dict[int, list[Thing]]:
    """By member, newest first: open products and wishes that nothing has ended. One statement."""
    found: dict[int, list[Thing]] = defaultdict(list)
    query = _things_query(asker_of(viewer))
    rows = db.session.execute(query, {"ids": list(ids), "viewer": viewer.id}) if ids else ()
    for author_id, thread_id, title, product, offer in rows:
        if product is not None:
            found[author_id].append(Thing(SELLS, product.title, product.address, offer, product.varies))
        elif WANTS not in intent.ended([title]):
            found[author_id].append(Thing(WANTS, title, thread_address(thread_id, title)))
    return found


@cache
def _things_query(asker: Any) -> Any:
    place = func.row_number().over(partition_by=(Thread.author_id, Thread.kind), order_by=Thread.id.desc())
    listed = select(Thread.id, place.label("place")).outerjoin(Product, Product.thread_id == Thread.id)
    is_wish = and_(Thread.kind == "wish", ~Thread.is_locked, Product.id.is_(None))
    listed = listed.where(Thread.author_id.in_(_IDS), or_(Product.is_open, is_wish), Thread.deleted_at.is_(None))
    newest = listed.where(Thread.board_id.in_(readable_board_ids(asker))).subquery()
    query = select(Thread.author_id, Thread.id, Thread.title, Product, Offer).join(newest, newest.c.id == Thread.id)
    query = query.outerjoin(Product, Product.thread_id == Thread.id)
    query = query.outerjoin(Offer, (Offer.product_id == Product.id) & Offer.is_lead)
    return query.where(newest.c.place <= LOOKED_AT).order_by(Thread.id.desc())


def shown(found: Iterable[Thing], on_topic: Any) -> list[Thing]:
    """A few of each kind, those whose titles are on the topic first; `on_topic(title)` says so."""
    ordered = sorted(found, key=lambda thing: not on_topic(thing.title))
    sold = [thing for thing in ordered if thing.intent == SELLS]
    wished = [thing for thing in ordered if thing.intent == WANTS]
    return sold[:SHOWN] + wished[:SHOWN]
