"""What else the people page tells about people: where they and the viewer meet, what they sell and wish for."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, false, func, or_, select

from core.db import db
from forum.boards.models import MEMBER, Membership
from forum.boards.queries import readable_board_ids
from forum.threads.models import Thread
from search import intent
from search.intent import SELLS, WANTS
from shop.products.models import Offer, Product

LOOKED_AT = 6  # newest threads of a person and kind, of which those on the topic are shown first
SHOWN = 2  # of a kind


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
    own = select(Membership.board_id).where(Membership.member_id == viewer.id, Membership.level >= MEMBER)
    shared = false() if viewer.id is None else and_(Membership.level >= MEMBER, Membership.board_id.in_(own))
    query = select(Membership.member_id, Membership.board_id, Membership.is_findable, shared)
    query = query.where(Membership.member_id.in_(ids), or_(~Membership.is_findable, shared))
    for member_id, board_id, is_findable, is_shared in db.session.execute(query) if ids else ():
        if not is_findable:
            found.hidden[member_id].add(board_id)
        elif is_shared:
            found.common[member_id].add(board_id)
    return found


def things(viewer: Any, ids: Collection[int]) -> dict[int, list[Thing]]:
    """By member, newest first: open products and wishes that nothing has ended. One statement."""
    found: dict[int, list[Thing]] = defaultdict(list)
    for thread, product, offer in db.session.execute(_things(viewer, ids)) if ids else ():
        if product is not None:
            found[thread.author_id].append(Thing(SELLS, product.title, product.address, offer, product.varies))
        elif WANTS not in intent.ended([thread.title]):
            found[thread.author_id].append(Thing(WANTS, thread.title, thread.address))
    return found


def _things(viewer: Any, ids: Collection[int]) -> Any:
    place = func.row_number().over(partition_by=(Thread.author_id, Thread.kind), order_by=Thread.id.desc())
    listed = select(Thread.id, place.label("place")).outerjoin(Product, Product.thread_id == Thread.id)
    is_wish = and_(Thread.kind == "wish", ~Thread.is_locked, Product.id.is_(None))
    listed = listed.where(Thread.author_id.in_(ids), or_(Product.is_open, is_wish), Thread.deleted_at.is_(None))
    newest = listed.where(Thread.board_id.in_(readable_board_ids(viewer))).subquery()
    query = select(Thread, Product, Offer).join(newest, newest.c.id == Thread.id)
    query = query.outerjoin(Product, Product.thread_id == Thread.id)
    query = query.outerjoin(Offer, (Offer.product_id == Product.id) & Offer.is_lead)
    return query.where(newest.c.place <= LOOKED_AT).order_by(Thread.id.desc())


def shown(found: Iterable[Thing], on_topic: Any) -> list[Thing]:
    """A few of each kind, those whose titles are on the topic first; `on_topic(title)` says so."""
    ordered = sorted(found, key=lambda thing: not on_topic(thing.title))
    sold = [thing for thing in ordered if thing.intent == SELLS]
    wished = [thing for thing in ordered if thing.intent == WANTS]
    return sold[:SHOWN] + wished[:SHOWN]
