"""Telling shops of wishes and wishers of offers, within limits. Each function is one transaction and may run twice."""

from collections.abc import Collection, Mapping

from sqlalchemy import delete, select

from core.clock import now
from core.db import command, db
from core.errors import Missing
from forum.notices.commands import post_key, tell
from forum.threads.models import Thread
from search.matching import queries, rules
from search.matching.models import WishTerm
from search.telling.models import Telling
from search.telling.queries import who_want
from shop.products.models import Product

WISH, OFFER = "wish-for-shop", "offer-for-wish"


@command
def tell_shops(wish: Thread, fits: Mapping[int, float]) -> int:
    """The best fitting shops that may hear of it and have not heard of too many today; how many were told."""
    ids = who_want(Telling.wishes, queries.may_hear_of_wish(wish, fits))
    already = queries.told_of(wish.id, WISH)
    ids = _with_room(WISH, ids - already, rules.WISHES_A_DAY)
    best = sorted(ids, key=lambda member_id: (-fits[member_id], member_id))
    return tell(
        best[: max(0, rules.SHOPS_A_WISH - len(already))],
        kind=WISH,
        key=post_key(queries.opening_of(wish.id)),
        address=wish.address,
        board_id=wish.board_id,
        thread_id=wish.id,
        actor_id=wish.author_id,
        facts={"post_no": 1},
    )


@command
def tell_wishers(product: Product, wishes: Mapping[int, Thread]) -> int:
    """`wishes` by their authors, the best fitting one of each. How many were told."""
    ids = who_want(Telling.products, queries.may_hear_of_product(product, wishes))
    return sum(
        tell(
            [member_id],
            kind=OFFER,
            key=f"offer:{product.id}",
            address=product.address,
            board_id=product.thread.board_id,
            thread_id=product.thread_id,
            actor_id=product.seller_id,
            facts={"wish": wishes[member_id].title, "title": product.title},
        )
        for member_id in sorted(_with_room(OFFER, ids, rules.OFFERS_A_DAY))
    )


@command
def note_wish(thread_id: int) -> None:
    """Write down what a wish is found by, anew; nothing for what is no wish any more."""
    thread = db.session.get(Thread, thread_id, populate_existing=True)
    if thread is None:
        raise Missing
    db.session.execute(delete(WishTerm).where(WishTerm.thread_id == thread_id))
    if thread.kind == "wish" and thread.deleted_at is None:
        terms = queries.wished_of(thread).terms or {""}  # without a topic it is found by nothing, and looked at once
        db.session.add_all(WishTerm(term=term, thread_id=thread_id) for term in sorted(terms))


@command
def forget_wishes() -> None:
    """Those that are too old to be found."""
    old = select(Thread.id).where(Thread.created_at < now() - rules.OPEN_FOR)
    db.session.execute(delete(WishTerm).where(WishTerm.thread_id.in_(old)))


def _with_room(kind: str, ids: Collection[int], most: int) -> set[int]:
    counts = queries.told_since(kind, ids, rules.day_of(now()))
    return {member_id for member_id in ids if counts.get(member_id, 0) < most}
