"""From the cart to orders: set aside, then place once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, select

from core.db import command, db
from core.errors import Refused
from forum.members.models import Member
from shop.cart import commands as carts
from shop.cart.models import CartItem
from shop.cart.queries import lines_for
from shop.cart.rules import Cart, Line, LineRefused, cart_of
from shop.coupons import commands as coupons
from shop.coupons.models import Coupon
from shop.orders import queries, rules
from shop.orders.commands.placing import make_orders
from shop.orders.models import Checkout, CheckoutHold, Order
from shop.orders.rules import Choice
from shop.pricing.queries import prices
from shop.pricing.rules import Bill
from shop.stock import commands as stock
from shop.stock.models import ACTIVE, Hold

Held = list[tuple[Line, Hold]]


@command
def start(buyer: Member, *, key: str, offer_id: int | None = None, quantity: int = 1) -> Checkout:
    """Set aside what is in the cart for 15 minutes, or with `offer_id` only that ("Buy now" puts it in the cart too).

    What this buyer's earlier checkouts held is let go first. Raises what the cart and the stock raise, and Refused
    `cart_empty`.
    """
    checkout = _checkout(buyer, key)
    _lock_stock(buyer, [offer_id] if offer_id else [])
    if offer_id is not None:
        _let_go(buyer, offer_id)
        carts.put(offer_id, member=buyer, quantity=quantity)
    if checkout.state == queries.OPEN:
        _let_go(buyer)
        lines = [line for line in lines_for(buyer) if offer_id in (None, line.offer_id)]
        _set_aside(checkout, _buyable(lines), buyer)
    return checkout


@command
def place(choice: Choice, *, buyer: Member, fee_percent: Decimal) -> list[Order]:
    """One order for each group of the checkout, all or none; the same key and choice give the same orders again.

    Raises Refused: key_reused, sold_out, offer_closed, price_changed, not_available, cart_empty, not_enough_money,
    and Invalid for a choice that makes no sense. Nothing is changed then.
    """
    checkout = _checkout(buyer, choice.key)
    if checkout.state == queries.PLACED:
        rules.check_same_body(checkout.body_hash, choice)
        return queries.orders_of(checkout)
    found = _ready(checkout, choice, buyer)
    coupons.use(found.coupons, member_id=buyer.id, checkout_id=checkout.id)
    orders = make_orders(checkout, found.bills, choice, holds=found.holds, fee_percent=fee_percent)
    _empty_cart(buyer, found.cart)
    return orders


@command
def place_agreed(line: Line, choice: Choice, *, buyer: Member, fee_percent: Decimal) -> Order:
    """One order of one line at the terms it carries (`Line.agreed`), set aside, sold and paid like every other.

    `choice.about` names the agreement, so that its key serves no other one. Raises what `place` raises, and what the
    stock says in words: sold_out, limit_reached.
    """
    checkout = _checkout(buyer, choice.key)
    if checkout.state == queries.PLACED:
        rules.check_same_body(checkout.body_hash, choice)
        return queries.orders_of(checkout)[0]
    cart = cart_of([line])
    rules.check_cart(cart, choice)
    bills = rules.check_choice(prices(cart, place=choice.place), choice)
    stock.lock([line.offer_id])
    _let_go(buyer, line.offer_id)
    holds = _set_aside(checkout, cart, buyer)
    [order] = make_orders(checkout, bills, choice, holds=holds, fee_percent=fee_percent)
    return order


@command
def ready(choice: Choice, *, buyer: Member) -> datetime:
    """All that `place` checks before it sells, and the holds it would sell; when the first of these ends.

    Raises what `place` raises, but for the money; Refused `key_reused` once the checkout is placed.
    """
    checkout = _checkout(buyer, choice.key)
    if checkout.state == queries.PLACED:
        raise rules.key_reused()
    return min(hold.expires_at for hold in _ready(checkout, choice, buyer).holds.values())


@command
def lock(buyer: Member, key: str) -> None:
    """Take what a checkout's placing will need, in its order, before anything else is locked."""
    checkout = _checkout(buyer, key)
    kept = select(Hold.offer_id).join(CheckoutHold, CheckoutHold.hold_id == Hold.id)
    _lock_stock(buyer, list(db.session.scalars(kept.where(CheckoutHold.checkout_id == checkout.id))))


@command
def forget(opened_before: datetime) -> int:
    """Remove checkouts that were left open before that time; how many. What they held has long ended by itself."""
    left = select(Checkout.id).where(Checkout.state == queries.OPEN, Checkout.opened_at < opened_before)
    ids = list(db.session.scalars(left.order_by(Checkout.id).limit(500).with_for_update()))
    db.session.execute(delete(CheckoutHold).where(CheckoutHold.checkout_id.in_(ids)))
    db.session.execute(delete(Checkout).where(Checkout.id.in_(ids)))
    return len(ids)


@dataclass(frozen=True)
class _Ready:
    """What stands between a checkout and its orders: everything is checked and set aside."""

    cart: Cart
    bills: list[Bill]
    coupons: Sequence[Coupon]
    holds: dict[int, Hold]


def _ready(checkout: Checkout, choice: Choice, buyer: Member) -> _Ready:
    held = queries.held_lines(buyer, checkout)
    cart = cart_of([line for line, _hold in held] if held else lines_for(buyer))
    found = prices(cart, place=choice.place, codes=choice.codes)
    rules.check_cart(cart, choice, found)
    bills = rules.check_choice(found, choice)
    return _Ready(cart, bills, found.coupons, _holds(checkout, held, cart, buyer))


def _checkout(buyer: Member, key: str) -> Checkout:
    """The row of this key, locked; a lost race for making it is run again by @command and finds it."""
    rules.check_key(key)
    one_at_a_time = select(Member.id).where(Member.id == buyer.id).with_for_update(key_share=True)
    db.session.execute(one_at_a_time)  # a buyer's tabs let go of each other's holds
    mine = select(Checkout).where(Checkout.buyer_id == buyer.id, Checkout.key == key).with_for_update()
    checkout = db.session.scalar(mine.execution_options(populate_existing=True))
    if checkout is None:
        checkout = Checkout(buyer_id=buyer.id, key=key, state=queries.OPEN)
        db.session.add(checkout)
        db.session.flush()
    return checkout


def _buyable(lines: list[Line]) -> Cart:
    cart = cart_of(lines)
    if not cart.groups:
        rules.check_cart(cart, Choice(key="", method=""))
    return cart


def _lock_stock(buyer: Member, offer_ids: list[int]) -> None:
    """All stock that this checkout may let go or set aside, at once: see shop.stock.commands."""
    held = select(Hold.offer_id).where(Hold.member_id == buyer.id, Hold.state == ACTIVE)
    wanted = db.session.scalars(held.union(select(CartItem.offer_id).where(CartItem.member_id == buyer.id)))
    stock.lock({*offer_ids, *wanted})


def _let_go(buyer: Member, offer_id: int | None = None) -> None:
    """End the buyer's own holds, of all offers or of one, so that a new checkout finds that stock free."""
    mine = select(Hold).where(Hold.member_id == buyer.id, Hold.state == ACTIVE).order_by(Hold.offer_id, Hold.id)
    if offer_id is not None:
        mine = mine.where(Hold.offer_id == offer_id)
    for hold in db.session.scalars(mine).all():
        stock.release(hold)


def _set_aside(checkout: Checkout, cart: Cart, buyer: Member) -> dict[int, Hold]:
    """Holds by offer id, taken in that order (see shop.stock.commands), at the present prices."""
    db.session.execute(delete(CheckoutHold).where(CheckoutHold.checkout_id == checkout.id))
    made: dict[int, Hold] = {}
    for line in sorted(cart.lines, key=lambda line: line.offer_id):
        offer = line.card.offer  # type: ignore[union-attr]
        try:
            hold = made[line.offer_id] = stock.hold(offer.id, buyer.id, line.quantity, offer.limit_per_member)
        except Refused as problem:
            raise LineRefused(line.offer_id, problem) from problem
        kept = CheckoutHold(hold_id=hold.id, checkout_id=checkout.id, unit_price=line.price, shipping=line.shipping)
        db.session.add(kept)
    db.session.flush()
    return made


def _holds(checkout: Checkout, held: Held, cart: Cart, buyer: Member) -> dict[int, Hold]:
    """The checkout's own holds while they all live, else new ones."""
    if held and all(queries.is_live(hold) for _line, hold in held) and len(held) == len(cart.lines):
        return {line.offer_id: hold for line, hold in held}
    _lock_stock(buyer, [line.offer_id for line in cart.lines])
    _let_go(buyer)
    return _set_aside(checkout, cart, buyer)


def _empty_cart(buyer: Member, cart: Cart) -> None:
    bought = [line.offer_id for line in cart.lines]
    db.session.execute(delete(CartItem).where(CartItem.member_id == buyer.id, CartItem.offer_id.in_(bought)))


__all__ = ["forget", "lock", "place", "place_agreed", "ready", "start"]
