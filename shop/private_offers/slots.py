"""What the shop adds to conversations: cards of what is sold and offered, the seller's tools, and a canned answer to
begin with."""

from dataclasses import dataclass
from typing import Any

from flask import g, has_request_context, request

from core.errors import Missing
from core.forms import whole
from core.slots import fills
from shop.answers.queries import filled_answer, tools_of
from shop.private_offers import queries
from shop.products.slots import numbers_in

PRODUCT, PREFIX = "product:", "private-offer:"


@dataclass(frozen=True)
class Tools:
    """`sells`: the viewer has something on sale now, so may offer it. `answers`: their ready ones, id and title."""

    conversation_id: int
    sells: bool
    answers: list[tuple[int, str]]


@fills("message.about")
def cards_of_what_is_sold(abouts: list[str], viewer: Any) -> dict[str, Any]:
    """Products with the live price and stock, by "product:<id>"; private offers by "private-offer:<id>", for the two
    whom they concern. What the viewer may not see has no card. One statement, none if nothing of the kind is meant."""
    product_ids, ids = numbers_in(abouts, PRODUCT), numbers_in(abouts, PREFIX)
    if not (product_ids or ids) or viewer.id is None:
        return {}
    found = queries.cards_and_tools(viewer, product_ids, ids)
    if has_request_context() and found.tools is not None:
        g.seller_tools = (viewer.id, found.tools)  # for the same page's `conversation.show`
    return {
        "product_by_about": {f"{PRODUCT}{number}": card for number, card in found.products.items()},
        "private_offer_by_about": {f"{PREFIX}{number}": card for number, card in found.private.items()},
    }


@fills("conversation.show")
def seller_tools(opened: Any, viewer: Any) -> dict[str, Any]:
    """`private_offers` (Tools), `canned_answers` as (id, title), and `draft`: the answer that the address asks for."""
    known = g.get("seller_tools") if has_request_context() else None
    tools = Tools(opened.id, *(known[1] if known and known[0] == viewer.id else tools_of(viewer)))
    return {"private_offers": tools, "canned_answers": tools.answers, "draft": _draft(opened, viewer)}


def _draft(opened: Any, viewer: Any) -> str | None:
    wanted = whole(request.args.get("answer")) if has_request_context() else None
    try:
        return filled_answer(viewer, wanted, opened.id) if wanted else None
    except Missing:
        return None
