"""Telling buyer and seller what happened to their order."""

from flask import current_app
from flask_babel import force_locale

from core.db import db
from core.mail import send_mail
from core.outbox import consumer
from core.settings import Settings
from forum.members.models import Member
from forum.notices.commands import tell
from shop.orders import queries, sentences
from shop.orders.events import OrderChanged
from shop.orders.models import Order, OrderEvent

TO_BUYER = ("paid_outside", "shipped", "partly_shipped", "parcel_lost", "delivered", "refused", "refunded")
TO_SELLER = ("placed", "cancelled", "completed")


@consumer("orders.notices", OrderChanged)
def tell_step(changed: OrderChanged) -> None:
    """A notice for the other side, and for both when the clock completed it."""
    order, event = queries.order_by_id(changed.order_id), db.session.get(OrderEvent, changed.event_id)
    if order is None or event is None:
        return
    facts = {
        "step": event.kind,
        "number": order.number,
        "title": order.lines[0].title,
        "amount": event.amount,
        "currency": order.currency,
    }
    tell(
        _to_tell(order, event),
        kind=sentences.ORDER,
        key=f"order:{order.number}:{event.id}",
        address=f"/orders/{order.number}",
        actor_id=event.actor_id,
        facts=facts,
    )


def _to_tell(order: Order, event: OrderEvent) -> list[int]:
    """Paid at once with the order is no news of its own."""
    if event.kind == "completed" and event.actor_id is None:
        return [order.buyer_id, order.seller_id]
    if event.kind == "paid":
        later = order.paid_at is not None and (order.paid_at - order.placed_at).total_seconds() > 5
        return [order.seller_id] if later else []
    return [order.buyer_id] * (event.kind in TO_BUYER) + [order.seller_id] * (event.kind in TO_SELLER)


@consumer("orders.mails", OrderChanged)
def write_mail(changed: OrderChanged) -> None:
    """Both get a mail about a new order, the buyer one about shipping."""
    if changed.kind not in ("placed", "shipped", "partly_shipped"):
        return
    order = queries.order_by_id(changed.order_id)
    if order is None:
        return
    settings: Settings = current_app.extensions["settings"]
    link = f"{settings.base_url}/orders/{order.number}"
    people = [order.buyer, order.seller] if changed.kind == "placed" else [order.buyer]
    for person in people:
        with force_locale(person.language or settings.languages[0]):
            _send(person, *_mail(changed.kind, order, link, person))


def _mail(kind: str, order: Order, link: str, person: Member) -> tuple[str, str]:
    if kind != "placed":
        return sentences.shipped_mail(order, link)
    return sentences.placed_mail(order, link, to_seller=person.id == order.seller_id)


def _send(person: Member, subject: str, body: str) -> None:
    if person.email and person.is_verified:
        send_mail(person.email, subject, body, person.id)
