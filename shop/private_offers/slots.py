"""What private offers add to conversations: their cards, the seller's tools, and a canned answer to begin with."""

from dataclasses import dataclass
from typing import Any

from flask import g, has_request_context, request

from core.errors import Missing
from core.forms import whole
from core.slots import fills
from shop.answers.queries import filled_answer, tools_of
from shop.private_offers import queries

PREFIX = "private-offer:"


@dataclass(frozen=True)
class Tools:
    """`sells`: the viewer has something on sale now, so may offer it. `answers`: their ready ones, id and title."""

    conversation_id: int
    sells: bool
    answers: list[tuple[int, str]]


@fills("message.about")
def private_offer_cards(abouts: list[str], viewer: Any) -> dict[str, Any]:
    """By "private-offer:<id>", for the two whom it concerns; for others there is no card."""
    keys = [about.removeprefix(PREFIX) for about in abouts if about.startswith(PREFIX)]
    ids = [number for key in keys if (number := whole(key))]
    if not ids or viewer.id is None:
        return {}
    found, tools = queries.cards_and_tools(viewer, ids)
    if has_request_context() and tools is not None:
        g.seller_tools = (viewer.id, tools)  # for the same page's `conversation.show`
    return {"private_offer_by_about": {f"{PREFIX}{number}": card for number, card in found.items()}}


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
