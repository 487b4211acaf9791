"""What orders add to the forum's pages: "you bought this" in the thread, and cards in messages."""

from typing import Any

from core.i18n import _
from core.slots import fills
from forum.threads.models import Thread
from shop.orders import proof, queries, words


@fills("thread.show")
def your_order(thread: Thread, viewer: Any) -> dict[str, Any]:
    """The number of the viewer's own order of what this thread sells. Asked only where it can be."""
    sells = thread.is_for_sale or thread.kind == "sale"
    if not sells or viewer.id is None or viewer.id == thread.author_id:
        return {}
    return {"your_order": queries.bought_in(thread, viewer)}


@fills("wallet.show")
def escrow_figures(member: Any, currency: str) -> dict[str, Any]:
    """What of the member's money waits in escrow: (label, minor units, currency, address), only what is there."""
    paid, earned = queries.in_escrow_of(member.id, currency)
    figures = [
        (_("Paid, until you receive it"), paid, currency, "/orders"),
        (_("Sold, until it is received"), earned, currency, "/orders?side=sold"),
    ]
    return {"wallet_figures": [figure for figure in figures if figure[1]]}


@fills("message.business")
def dealt_with(author: Any, ids: list[int], about: str | None) -> dict[str, Any]:
    """`dealt_with`: who of the people that are written to has, or had, an order with the author."""
    return {"dealt_with": queries.traded_with(author.id, ids)}


@fills("message.about")
def order_cards(abouts: list[str], viewer: Any) -> dict[str, Any]:
    """The viewer's own orders by "order:<number>", with their state in words; other people's have no card."""
    numbers = [number for kind, _, number in (about.partition(":") for about in abouts) if kind == "order"]
    found = queries.orders_by_number(viewer, numbers)
    return {"order_by_about": {f"order:{number}": OrderCard(order) for number, order in found.items()}}


class OrderCard:
    """An order for a message: what it is called, where it is, and how it stands now."""

    def __init__(self, order: Any):
        self.order, self.address = order, f"/orders/{order.number}"
        self.title = ", ".join(line.title for line in order.lines)
        self.state, self.tone = words.state_of(order)


@fills("stock.proof")
def order_lines() -> dict[str, Any]:
    return {"order_lines": proof.verify()}
