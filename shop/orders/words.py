"""What an order's state and steps are called."""

from core.i18n import _
from core.money import Money
from shop.orders.models import Order, OrderEvent

TELLS_AMOUNT = ("paid", "paid_outside", "refunded", "cancelled", "refused", "awarded")


def state_of(order: Order) -> tuple[str, str]:
    """A short sentence and the badge's tone."""
    if order.payment == "refunded" and order.state == "completed":
        return _("Refunded"), "pending"
    ended = {
        "completed": (_("Completed"), "done"),
        "cancelled": (_("Cancelled"), "failed"),
        "refused": (_("Refused by the seller"), "failed"),
    }
    return ended[order.state] if order.state in ended else (_open_state(order), "open")


def _open_state(order: Order) -> str:
    if order.payment == "due":
        return _("To be paid on pick-up") if order.method == "pick_up" else _("Waiting for payment")
    if order.shipment == "partly":
        return _("A part is on its way")
    if order.shipment == "shipped":
        return _("On its way")
    if order.shipment == "delivered":
        return _("Handed over")
    return _("Paid, ready to be picked up") if order.delivery == "pick_up" else _("Paid, waiting to be sent")


def step_of(event: OrderEvent) -> str:
    return {
        "placed": _("Ordered"),
        "paid": _("Paid from the wallet; the money waits safely"),
        "paid_outside": _("The seller has the money"),
        "shipped": _("Sent"),
        "partly_shipped": _("A part was sent"),
        "parcel_lost": _("A parcel was lost; the seller sends it again or gives the money back"),
        "delivered": _("Handed over"),
        "received": _("The buyer has it"),
        "completed": _("Completed"),
        "cancelled": _("Cancelled by the buyer"),
        "refused": _("Refused by the seller"),
        "refunded": _("Refunded"),
        "awarded": _("Given back as decided in the dispute"),
    }[event.kind]


def method_of(order: Order) -> str:
    return {"wallet": _("Wallet"), "pick_up": _("On pick-up"), "transfer": _("Bank transfer")}[order.method]


def timeline_of(order: Order, events: list[OrderEvent]) -> list[dict[str, object]]:
    """What happened and what comes next, for the design's timeline."""
    done: list[dict[str, object]] = [
        {
            "title": step_of(event),
            "when": event.happened_at,
            "state": "bad" if event.kind in ("cancelled", "refused") else "done",
            "note": _note(event, order.currency),
        }
        for event in events
    ]
    done.extend({"title": title, "when": None, "state": "todo", "note": None} for title in _to_come(order))
    return done


def _note(event: OrderEvent, currency: str) -> str | None:
    amount = str(Money(event.amount, currency)) if event.kind in TELLS_AMOUNT and event.amount else ""
    return " · ".join(filter(None, (amount, event.note))) or None


def _to_come(order: Order) -> list[str]:
    if order.state != "open":
        return []
    paying = [_("Payment")] if order.payment == "due" else []
    sending = [_("Hand-over") if order.delivery == "pick_up" else _("Shipping")]
    sending = sending if order.shipment in ("none", "partly") else []
    return [*paying, *sending, _("Confirmation by the buyer")]
