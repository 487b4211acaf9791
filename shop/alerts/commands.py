"""Saving, and telling the savers. Each function is one transaction."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import delete, func, select

from core.clock import now
from core.db import command, db, fresh
from forum.members.models import Member
from forum.notices.commands import tell
from shop.alerts import queries, rules
from shop.alerts.models import SavedProduct
from shop.products.models import Product
from shop.products.queries import OfferCard
from shop.stock.queries import free

PRICE_DROP, BACK_IN_STOCK = "price-drop", "back-in-stock"


@command
def save(card: OfferCard, *, member: Member) -> None:
    """Keep an eye on it; a second time changes nothing. Refused `own_offer`, `too_many_saved`."""
    fresh(member)  # two savings of one member wait for each other, so that the limit holds
    mine = SavedProduct.member_id == member.id
    if db.session.scalar(select(SavedProduct.id).where(mine, SavedProduct.product_id == card.product.id)):
        return
    count = db.session.scalar(select(func.count()).select_from(SavedProduct).where(mine)) or 0
    rules.check_save(member.id, card.product.seller_id, count)
    row = SavedProduct(member_id=member.id, product_id=card.product.id, currency=card.currency)
    row.price_saved = row.price_seen = card.price
    row.is_out = not card.is_buyable
    db.session.add(row)


@command
def remove(product_id: int, *, member: Member) -> None:
    """Off the member's list; nothing happens when it is not on it."""
    own = (SavedProduct.member_id == member.id, SavedProduct.product_id == product_id)
    db.session.execute(delete(SavedProduct).where(*own))


@command
def tell_savers(product_id: int, *, returned: bool = False) -> None:
    """What is news to whom, as things stand now. `returned`: its stock was at nothing a moment ago.

    May run any number of times: each saver hears at most one drop and one return of a product a day.
    """
    product = queries.product_with_thread(product_id)
    rows = queries.savers_of(product) if product else []
    if product is None or not rows:
        return
    if not _is_buyable(product):
        for row in rows:
            row.is_out = True
        return
    hearers = queries.may_hear(product, {row.member_id for row in rows})
    rows = [row for row in rows if row.member_id in hearers]
    _tell_back(product, [row for row in rows if returned or row.is_out])
    _tell_cheaper(product, rows)


def _is_buyable(product: Product) -> bool:
    is_there = product.is_open and not product.seller.is_suspended and product.thread.deleted_at is None
    return is_there and any(free(queries.offers_of(product)).values())


def _tell_back(product: Product, rows: list[SavedProduct]) -> None:
    _tell(product, BACK_IN_STOCK, [row.member_id for row in rows])
    for row in rows:
        row.is_out = False


def _tell_cheaper(product: Product, rows: list[SavedProduct]) -> None:
    today, offer = now().date(), product.offer
    cheaper: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows:
        if rules.is_cheaper(row, offer.price, offer.currency, today):
            cheaper[row.price_seen].append(row.member_id)
            row.price_seen, row.drop_told_on = offer.price, today
    for was, member_ids in cheaper.items():
        _tell(product, PRICE_DROP, member_ids, was=was, price=offer.price, currency=offer.currency)


def _tell(product: Product, kind: str, member_ids: Iterable[int], **facts: object) -> None:
    tell(
        member_ids,
        kind=kind,
        key=f"{kind}:{product.id}:{now():%Y-%m-%d}",
        address=product.address,
        board_id=product.thread.board_id,
        thread_id=product.thread_id,
        actor_id=product.seller_id,
        facts={"title": product.title, **facts},
    )
