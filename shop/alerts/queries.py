"""Saved products as their saver may see them; of who saved what, others learn only a number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import joinedload

from core.db import db
from forum.boards.queries import readers_among
from forum.members.models import Member
from forum.members.queries import cut_off_from
from forum.threads.models import Thread
from shop.alerts.models import SavedProduct
from shop.products.models import Offer, Product
from shop.products.queries import OfferCard, products_by_id

PAGE = 30
SWEEP = 500


@dataclass(frozen=True)
class Saving:
    """For the offer box: is it on the viewer's list; `count` is shown to the seller alone."""

    is_saved: bool = False
    count: int = 0


@dataclass(frozen=True)
class Line:
    """One saved product. `card` is None when its saver may not see it any more."""

    row: SavedProduct
    card: OfferCard | None

    @property
    def difference(self) -> int:
        """What it costs more (less: negative) than when it was saved; 0 in another currency."""
        card = self.card
        return card.price - self.row.price_saved if card and card.currency == self.row.currency else 0


@dataclass(frozen=True)
class Saved:
    lines: list[Line]
    older: int | None


def saving_in(thread: Thread, viewer: Any) -> Saving:
    """One statement; none for guests."""
    if viewer.id is None:
        return Saving()
    mine = func.sum(case((SavedProduct.member_id == viewer.id, 1), else_=0))
    query = select(mine, func.count()).select_from(SavedProduct).join(Product, Product.id == SavedProduct.product_id)
    is_mine, count = db.session.execute(query.where(Product.thread_id == thread.id)).one()
    return Saving(bool(is_mine), count if viewer.id == thread.author_id else 0)


def saved_by(member: Member, before: int | None = None) -> Saved:
    """A page of the list, the newest first, as things stand now. Two statements."""
    query = select(SavedProduct).where(SavedProduct.member_id == member.id)
    if before is not None:
        query = query.where(SavedProduct.id < before)
    rows = list(db.session.scalars(query.order_by(SavedProduct.id.desc()).limit(PAGE + 1)))
    cards = products_by_id(member, [row.product_id for row in rows[:PAGE]])
    lines = [Line(row, cards.get(row.product_id)) for row in rows[:PAGE]]
    return Saved(lines, rows[PAGE - 1].id if len(rows) > PAGE else None)


def product_with_thread(product_id: int) -> Product | None:
    """For the worker: with thread, seller and offer, read anew."""
    query = select(Product).where(Product.id == product_id).execution_options(populate_existing=True)
    return db.session.scalar(
        query.options(joinedload(Product.thread), joinedload(Product.seller), joinedload(Product.offer))
    )


def product_of_offer(offer_id: int) -> int | None:
    return db.session.scalar(select(Offer.product_id).where(Offer.id == offer_id))


def offers_of(product: Product) -> list[int]:
    """All that it can be bought as: one offer, or each of its variants."""
    return list(db.session.scalars(select(Offer.id).where(Offer.product_id == product.id, Offer.removed_at.is_(None))))


def savers_of(product: Product) -> list[SavedProduct]:
    return list(db.session.scalars(select(SavedProduct).where(SavedProduct.product_id == product.id)))


def may_hear(product: Product, member_ids: Iterable[int]) -> set[int]:
    """Who of them may read where it is sold, with no block between them and the seller."""
    ids = readers_among(product.thread.board_id, member_ids) - {product.seller_id}
    return ids - cut_off_from(product.seller_id, ids) if ids else ids


def products_with_untold_drops(today: date) -> list[int]:
    """Cheaper than someone knows, and not told today: a second drop of yesterday, or a board that reopened.

    What is sold out waits for its return: looked at every hour for nothing, it would fill the sweep.
    """
    query = select(SavedProduct.product_id).join(Product, Product.id == SavedProduct.product_id)
    query = query.join(Offer, (Offer.product_id == Product.id) & Offer.is_lead)
    is_due = or_(SavedProduct.drop_told_on.is_(None), SavedProduct.drop_told_on < today)
    same = Offer.currency == SavedProduct.currency
    query = query.where(Product.is_open, ~SavedProduct.is_out, Offer.price < SavedProduct.price_seen, same, is_due)
    return list(db.session.scalars(query.distinct().order_by(SavedProduct.product_id).limit(SWEEP)))
