"""What products add to the forum's pages: the offer in its thread, prices in lists, a member's shelf, message cards."""

from collections.abc import Iterable
from typing import Any

from core.forms import whole
from core.slots import fills
from forum.members.models import Member
from forum.threads.models import Thread
from shop.products import queries


@fills("thread.show")
def offer_in_thread(thread: Thread, viewer: Any) -> dict[str, Any]:
    """`choice` too where the thing has variants."""
    card, choice = queries.offer_in(thread)
    return {"offer_by_thread": {thread.id: card} if card else {}, "choice": choice}


@fills("thread.list")
def prices_in_list(threads: list[Thread], viewer: Any) -> dict[str, Any]:
    """Offers by thread id; asked for only if some thread in the list sells something."""
    return {"offer_by_thread": queries.offers_of_threads([thread for thread in threads if thread.is_for_sale])}


@fills("member.show")
def shelf(member: Member, viewer: Any) -> dict[str, Any]:
    return {"member_products": queries.shelf_of(member, viewer)}


@fills("message.business")
def asked_sellers(author: Any, ids: list[int], about: str | None) -> dict[str, Any]:
    """`sells_it`: the seller of the product that a first message is about; a question to a shop is no stranger's."""
    cards = product_cards([about], author)["product_by_about"] if about else {}
    return {"sells_it": {card.seller.id for card in cards.values() if card.is_open} & set(ids)}


@fills("message.author")
def is_seller(author: Any) -> dict[str, Any]:
    """`has_open_products`: whether the author sells something now."""
    return {"has_open_products": queries.has_open_products(author.id)}


def product_cards(abouts: list[str], viewer: Any) -> dict[str, Any]:
    """Cards with the live price and stock, by "product:<id>"; what the viewer may not see has none.

    The page of a conversation asks for them together with private offers (shop/private_offers/slots.py).
    """
    ids = numbers_in(abouts, "product:")
    return {"product_by_about": {f"product:{key}": card for key, card in queries.products_by_id(viewer, ids).items()}}


def numbers_in(abouts: Iterable[str], prefix: str) -> list[int]:
    """The ids of the things of one kind among what messages are about ("product:3")."""
    keys = [about.removeprefix(prefix) for about in abouts if about.startswith(prefix)]
    return [number for key in keys if (number := whole(key))]
