"""Who may sell a thread's thing, and what terms make sense. Pure: no session, no request."""

from dataclasses import dataclass

from core.errors import Invalid, NotAllowed, Refused
from core.i18n import _
from core.money import LARGEST
from forum.members.models import Member
from forum.threads.models import Thread
from shop.products.models import CONDITIONS

MOST_STOCK = 1_000_000


@dataclass(frozen=True)
class Terms:
    """What the seller asks. Amounts in minor units of the site's currency.

    `stock` is how many are still for sale; `stock_was` is that number as the form showed it, so that what was sold
    between the form and its answer is not put back on the shelf.
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
    if not 0 < terms.price <= LARGEST:
        raise Invalid("price", _("Ask for more than nothing."))
    if not 0 <= terms.stock <= MOST_STOCK:
        raise Invalid("stock", _("Write a whole number from %(low)s to %(high)s.", low=0, high=MOST_STOCK))
    if terms.condition not in CONDITIONS:
        raise Invalid("condition", _("Choose one of these."))
    if not (terms.ships or terms.picks_up):
        raise Invalid("ships", _("Choose at least one way for it to reach its buyer."))
    if terms.picks_up and not terms.ships and not terms.pick_up_place:
        raise Invalid("pick_up_place", _("Say where it can be picked up: a town is enough."))


def check_buyable(seller_id: int, buyer_id: int, *, is_open: bool) -> None:
    """Nobody buys from themselves; a closed offer is bought by nobody."""
    if seller_id == buyer_id:
        raise Refused("own_offer", _("This is yours already: you cannot buy from yourself."))
    if not is_open:
        raise Refused("offer_closed", _("This is no longer for sale."))
