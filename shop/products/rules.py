"""Who may sell a thread's thing, and what terms make sense. Pure: no session, no request."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import Invalid, NotAllowed, Refused
from core.i18n import _
from core.money import LARGEST
from forum.members.models import Member
from forum.threads.models import Thread
from shop.products.models import CONDITIONS, PriceChange

MOST_STOCK = 1_000_000
PERIOD = timedelta(days=30)  # Directive 98/6/EC, Article 6a: what a cut price is compared with
SETTLED = timedelta(days=1)  # a price changed before that was a slip of the seller, and has not come down


@dataclass(frozen=True)
class Terms:
    """What the seller asks. Amounts in minor units of the site's currency.

    `stock` is how many are still for sale; `stock_was` is that number as the form showed it, so that what was sold
    between the form and its answer is not put back on the shelf. `details`: answers to what the board asks, by
    attribute; None leaves what was said.
    """

    title: str
    price: int
    currency: str
    stock: int
    stock_was: int | None = None
    condition: str = "good"
    limit_per_member: int | None = None
    ships: bool = True
    shipping: int = 0
    picks_up: bool = False
    pick_up_place: str = ""
    picture_key: str | None = None
    details: dict[str, str] | None = None


def check_seller(thread: Thread, seller: Member, *, may_sell: bool) -> None:
    check_own_thread(thread, seller)
    if not may_sell:
        raise NotAllowed("may_not_sell", _("This board does not let you sell in it."))
    if not seller.is_verified:
        raise NotAllowed("not_verified", _("Confirm your mail address first, then you can sell."))


def check_own_thread(thread: Thread, seller: Member) -> None:
    if thread.author_id != seller.id:
        raise NotAllowed("not_author", _("Only the one who started this thread can sell from it."))


def check_terms(terms: Terms) -> None:
    check_price(terms.price)
    check_stock(terms.stock)
    if terms.condition not in CONDITIONS:
        raise Invalid("condition", _("Choose one of these."))
    if not (terms.ships or terms.picks_up):
        raise Invalid("ships", _("Choose at least one way for it to reach its buyer."))
    if terms.picks_up and not terms.ships and not terms.pick_up_place:
        raise Invalid("pick_up_place", _("Say where it can be picked up: a town is enough."))


def check_pictures(keys: list[str], there: set[str]) -> None:
    if len(set(keys)) < len(keys) or not set(keys) <= there:
        raise Invalid("picture", _("Choose one of these."))


def check_price(price: int) -> None:
    if not 0 < price <= LARGEST:
        raise Invalid("price", _("Ask for more than nothing."))


def check_stock(stock: int) -> None:
    if not 0 <= stock <= MOST_STOCK:
        raise Invalid("stock", _("Write a whole number from %(low)s to %(high)s.", low=0, high=MOST_STOCK))


def lowest_before(
    price: int, was: int, history: Iterable[PriceChange], listed_at: datetime, at: datetime
) -> int | None:
    """With what a price is to be compared that changes now from `was`: the lowest of the 30 days before (minor units).

    None if it is no cut against that: a price raised yesterday and lowered today has not come down, and neither has
    one that was put right in the first day of the offer.
    """
    if at - listed_at < SETTLED:
        return None
    asked = [was, *(change.price for change in history if change.changed_at > at - PERIOD)]
    return min(asked) if price < min(asked) else None


def check_buyable(seller_id: int, buyer_id: int, *, is_open: bool) -> None:
    """Nobody buys from themselves; a closed offer is bought by nobody."""
    if seller_id == buyer_id:
        raise Refused("own_offer", _("This is yours already: you cannot buy from yourself."))
    if not is_open:
        raise Refused("offer_closed", _("This is no longer for sale."))
