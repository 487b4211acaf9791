"""What notices and mails about orders say, in the language that is set."""

from core.i18n import _
from core.money import Money
from forum.notices.models import Notice
from forum.notices.sentences import says
from shop.orders.models import Order

ORDER = "order"


@says(ORDER, "package")
def order_step(notice: Notice) -> str:
    facts = notice.facts
    told = {"name": notice.actor.username if notice.actor else "", "title": facts["title"], "number": facts["number"]}
    told["amount"] = Money(facts["amount"] or 0, facts["currency"])
    return {
        "placed": _("%(name)s ordered “%(title)s”.", **told),
        "paid": _("%(name)s paid for “%(title)s”.", **told),
        "paid_outside": _("%(name)s has your money for “%(title)s”.", **told),
        "shipped": _("“%(title)s” is on its way to you.", **told),
        "partly_shipped": _("A part of your order %(number)s is on its way to you.", **told),
        "parcel_lost": _("A parcel of your order %(number)s was lost. The seller looks after it.", **told),
        "delivered": _("“%(title)s” was handed over. Confirm it when you have it.", **told),
        "completed": _("Your order %(number)s, “%(title)s”, is completed.", **told),
        "cancelled": _("%(name)s cancelled the order of “%(title)s”.", **told),
        "refused": _("%(name)s cannot sell you “%(title)s”.", **told),
        "refunded": _("%(name)s gave back %(amount)s for “%(title)s”.", **told),
    }.get(facts["step"], _("There is something new about order %(number)s.", **told))


def placed_mail(order: Order, link: str, *, to_seller: bool) -> tuple[str, str]:
    """Subject and body of what both get when an order is placed."""
    told = _told(order, link)
    if to_seller:
        body = _(
            "Hello %(seller)s,\n\n%(buyer)s ordered from you:\n\n%(lines)s\n\nTotal: %(total)s\n\n%(link)s\n", **told
        )
        return _("New order %(number)s", **told), body
    body = _("Hello %(buyer)s,\n\nyou ordered from %(seller)s:\n\n%(lines)s\n\nTotal: %(total)s\n\n%(link)s\n", **told)
    return _("Your order %(number)s", **told), body


def shipped_mail(order: Order, link: str) -> tuple[str, str]:
    told = _told(order, link) | {"tracking": order.tracking or "–"}
    body = _(
        "Hello %(buyer)s,\n\n%(seller)s has sent your order:\n\n%(lines)s\n\nTracking: %(tracking)s\n\n"
        "When you have it, please confirm it here:\n\n%(link)s\n",
        **told,
    )
    return _("Your order %(number)s is on its way", **told), body


def _told(order: Order, link: str) -> dict[str, str]:
    return {
        "number": order.number,
        "buyer": order.buyer.username,
        "seller": order.seller.username,
        "lines": "\n".join(f"{line.quantity} × {line.title}" for line in order.lines),
        "total": str(Money(order.total, order.currency)),
        "link": link,
    }
