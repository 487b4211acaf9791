"""What may happen to a checkout and an order. Pure: no session, no request."""

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Self

from core.errors import Invalid, NotAllowed, Refused
from core.i18n import _
from core.money import LARGEST, Money, share
from shop.cart.rules import Cart, Group
from shop.orders.models import METHODS, Order
from shop.pricing.bills import Bill
from shop.pricing.rules import Priced, Prices
from shop.terms.rules import Place

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without 0 O 1 I L U: a number is also read out and typed
NUMBER_LENGTH = 8
KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
PATIENCE = timedelta(days=10)  # after sending; then the site confirms receipt
SHIP, PICK_UP = DELIVERIES = ("ship", "pick_up")
WALLET = "wallet"
STEPS: Mapping[str, Mapping[str, tuple[str, ...]]] = {  # the three machines of an order: from where to where
    "state": {"open": ("completed", "cancelled", "refused")},
    "payment": {
        "due": ("escrow", "outside"),
        "escrow": ("settled", "refunded"),
        "settled": ("refunded",),
        "outside": ("refunded",),
    },
    "shipment": {
        "none": ("partly", "shipped", "delivered"),
        "partly": ("shipped",),
        "shipped": ("partly", "delivered"),  # back when a parcel is lost
    },
}


@dataclass(frozen=True)
class Choice:
    """What the buyer sent with "Place order".

    `key` is the page's: the same key with the same choice gives the same orders. `seen` is what the page showed
    (see shop.cart.rules.seen); `deliveries` by the group's key, with "" for all that are not named; `windows` by it
    too, of what is picked up. `about` names what was agreed on before ("private-offer:7").
    """

    key: str
    method: str
    address: str = ""
    note: str = ""
    seen: str = ""
    deliveries: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    country: str = ""
    region: str = ""
    codes: tuple[str, ...] = ()
    windows: Mapping[str, int] = field(default_factory=dict)

    @property
    def place(self) -> Place | None:
        return Place(self.country, self.region) if self.country else None

    @property
    def body_hash(self) -> str:
        body: list[object] = [self.method, self.address, self.note, self.seen, sorted(self.deliveries.items())]
        body += [part for part in (self.about, self.country, self.region, *self.codes) if part]
        body += sorted(self.windows.items())
        return hashlib.sha256(json.dumps(body).encode()).hexdigest()

    def delivery_of(self, group: Group) -> str:
        chosen = self.deliveries.get(group.key) or self.deliveries.get("") or (SHIP if group.can_ship else PICK_UP)
        return PICK_UP if group.only_pick_up else chosen


def new_number() -> str:
    """Eight signs of thirty: not met by chance, yet short enough to say; that it is new, the table sees to."""
    return "".join(secrets.choice(ALPHABET) for _sign in range(NUMBER_LENGTH))


def is_key(key: str) -> bool:
    """What forms carry so that sending them twice is harmless."""
    return KEY.fullmatch(key) is not None


def check_key(key: str) -> None:
    if not is_key(key):
        raise Refused("no_key", _("This form is incomplete. Please load the page again."))


def check_same_body(body_hash: str, choice: Choice) -> None:
    if body_hash != choice.body_hash:
        raise key_reused()


def key_reused() -> Refused:
    return Refused("key_reused", _("This form was sent before with something else in it. Please load the page again."))


def check_cart(cart: Cart, choice: Choice, prices: Prices | None = None) -> None:
    """There is something to buy, and it costs what the page said; else Refused with the reason."""
    if choice.seen:
        if choice.seen != (prices or cart).seen:
            raise _changed(cart)
    elif any(line.price_changed for line in cart.lines):
        raise _changed(cart)
    if not cart.groups:
        raise _changed(cart) if cart.unavailable else Refused("cart_empty", _("There is nothing in your cart."))


def _changed(cart: Cart) -> Refused:
    problems = {line.problem: line for line in cart.unavailable}
    for problem in ("sold_out", "fewer"):
        if problem in problems and (card := problems[problem].card):
            return Refused("sold_out", _("Someone was faster: “%(title)s” is sold out.", title=card.title))
    if "closed" in problems and (card := problems["closed"].card):
        return Refused("offer_closed", _("“%(title)s” is no longer for sale.", title=card.title))
    if problems:
        return Refused("not_available", _("Something in your cart is no longer available."))
    return Refused("price_changed", _("A price has changed. Nothing was ordered; please look at the new one."))


@dataclass(frozen=True)
class Bought:
    """Prices with what was chosen of them, for the page: each group with its bill, None where it has none."""

    prices: Prices
    groups: list[tuple[Priced, Bill | None]]

    @classmethod
    def of(cls, prices: Prices, choice: Choice) -> Self:
        return cls(prices, [(each, each.chosen(choice.delivery_of(each.group))) for each in prices.groups])

    def total(self, currency: str) -> int:
        return self.totals.get(currency, 0)

    @property
    def totals(self) -> dict[str, int]:
        """By currency, of the groups that can be had."""
        sums: dict[str, int] = {}
        for _priced, bill in self.groups:
            if bill is not None:
                sums[bill.group.currency] = sums.get(bill.group.currency, 0) + bill.total
        return sums


def check_choice(prices: Prices, choice: Choice) -> list[Bill]:
    """Method, delivery, address and coupons make sense together; Invalid names the field. One bill for each group."""
    if choice.method not in METHODS:
        raise Invalid("method", _("Choose how you pay."))
    if prices.problem is not None:
        raise prices.problem
    bills = [_chosen(priced, choice) for priced in prices.groups]
    sent = any(bill.way.is_sent for bill in bills)
    if sent and choice.method == PICK_UP:
        raise Invalid("method", _("Paying on pick-up needs a pick-up."))
    if sent and not choice.address:
        raise Invalid("address", _("Where should it be sent?"))
    if sum(bill.total for bill in bills) > LARGEST:
        raise Invalid("quantity", _("This is too much for one order."))
    return bills


def _chosen(priced: Priced, choice: Choice) -> Bill:
    option = choice.delivery_of(priced.group)
    bill = priced.chosen(option)
    if bill is None:
        raise priced.no_way(option)
    return bill


def check_buyer(order: Order, actor_id: int | None) -> None:
    if actor_id != order.buyer_id:
        raise NotAllowed("not_the_buyer", _("Only the buyer can do this."))


def check_seller(order: Order, actor_id: int | None) -> None:
    if actor_id != order.seller_id:
        raise NotAllowed("not_the_seller", _("Only the seller can do this."))


def changed() -> Refused:
    """Somebody was faster, or the order is past that."""
    return Refused("order_changed", _("The order has moved on meanwhile, so this can no longer be done."))


def check_steps(order: Order, values: Mapping[str, object]) -> None:
    """Each machine that would move has such a step; else Refused `order_changed`."""
    for machine, steps in STEPS.items():
        here, then = getattr(order, machine), values.get(machine)
        if then is not None and then != here and then not in steps.get(here, ()):
            raise changed()


def fee_on(order: Order, refunded: int) -> int:
    """The site's fee after refunds: a share of what the seller keeps, so refunds in any order end alike."""
    return share(order.total - refunded, Decimal(order.fee_percent))


def check_refund(order: Order, amount: int) -> None:
    left = order.total - order.refunded
    if amount <= 0:
        raise Invalid("amount", _("Write an amount above zero."))
    if amount > left:
        raise Invalid("amount", _("At most %(left)s can be refunded.", left=Money(left, order.currency)))


def can_pay(order: Order) -> bool:
    return order.state == "open" and order.payment == "due"


def can_ship(order: Order) -> bool:
    """All of it, or what is left."""
    return order.state == "open" and order.delivery == SHIP and order.shipment in ("none", "partly") and is_paid(order)


def can_deliver(order: Order) -> bool:
    """Handed over at the pick-up, or known to have arrived."""
    waiting = "none" if order.delivery == PICK_UP else "shipped"
    return order.state == "open" and order.shipment == waiting and is_paid(order)


def can_receive(order: Order) -> bool:
    return order.state == "open" and is_paid(order)


def can_cancel(order: Order) -> bool:
    """The buyer's way out; money that went outside the site is the seller's to give back, by refusing."""
    return order.state == "open" and order.shipment == "none" and order.payment in ("due", "escrow")


def can_refuse(order: Order) -> bool:
    return order.state == "open" and order.shipment == "none"


def can_refund(order: Order) -> bool:
    return order.payment in ("escrow", "settled", "outside") and order.refunded < order.total


def is_paid(order: Order) -> bool:
    return order.payment in ("escrow", "outside")


BUYERS = {"pay": can_pay, "receive": can_receive, "cancel": can_cancel}
SELLERS = {
    "confirm": can_pay,
    "ship": can_ship,
    "deliver": can_deliver,
    "refuse": can_refuse,
    "refund": can_refund,
}


def actions(order: Order, viewer_id: int | None) -> set[str]:
    """What this viewer may do with the order now, for the page's buttons."""
    table = BUYERS if viewer_id == order.buyer_id else SELLERS
    return {name for name, may in table.items() if may(order)}
