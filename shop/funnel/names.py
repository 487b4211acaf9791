"""What the rows of a funnel are called: only what the seller may see has a name. Nothing here writes."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from core.db import db
from core.forms import whole
from core.i18n import _
from forum.boards.models import Board
from forum.boards.queries import readable_board_ids
from forum.members.models import Member
from forum.threads.queries import posts_about
from shop.funnel.queries import BOARD, NOWHERE, OWN, POST, PRODUCT, PROFILE, SEARCH
from shop.products.models import Product


@dataclass(frozen=True)
class Name:
    """`kind` is an icon's name; `address` is None for what leads nowhere."""

    text: str
    kind: str
    address: str | None = None


def names_of(keys: Iterable[str], seller: Member) -> dict[str, Name]:
    """By the rows' keys. At most one statement each for posts, products and boards."""
    wanted = list(keys)
    known = {
        OWN: Name(_("You wrote first"), "pencil"),
        NOWHERE: Name(_("Somewhere else"), "message-circle"),
        PROFILE: Name(_("Your profile"), "user", seller.address),
        SEARCH: Name(_("Other searches"), "search"),
        BOARD: Name(_("Other boards"), "users"),
        **_posts([key for key in wanted if key.startswith(POST)], seller),
        **_products([key for key in wanted if key.startswith(PRODUCT)], seller),
        **_boards([key for key in wanted if key.startswith(BOARD) and key != BOARD], seller),
    }
    return {key: known.get(key) or _plain(key) for key in wanted}


def _plain(key: str) -> Name:
    if key.startswith(SEARCH):
        return Name(_("Search: %(words)s", words=key.removeprefix(SEARCH)), "search")
    if key.startswith(PRODUCT):
        return Name(_("A product that is not there any more"), "tag")
    return Name(_("A post that is not there any more"), "quote")


def _posts(keys: list[str], seller: Member) -> dict[str, Name]:
    found = posts_about(keys, seller) if keys else {}
    return {key: Name(post.title, "quote", post.address) for key, post in found.items()}


def _products(keys: list[str], seller: Member) -> dict[str, Name]:
    ids = [number for key in keys if (number := whole(key.removeprefix(PRODUCT)))]
    query = select(Product).where(Product.seller_id == seller.id, Product.id.in_(ids))
    found = db.session.scalars(query) if ids else ()
    return {f"{PRODUCT}{row.id}": Name(row.title, "tag", row.address) for row in found}


def _boards(keys: list[str], seller: Member) -> dict[str, Name]:
    slugs = [key.removeprefix(BOARD) for key in keys]
    query = select(Board).where(Board.slug.in_(slugs), Board.id.in_(readable_board_ids(seller)))
    found = db.session.scalars(query) if slugs else ()
    return {f"{BOARD}{row.slug}": Name(row.name, "users", f"/b/{row.slug}") for row in found}
