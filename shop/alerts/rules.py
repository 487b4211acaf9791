"""What may be saved, and what is news about it. Pure."""

from datetime import date

from core.errors import Refused
from core.i18n import _
from shop.alerts.models import SavedProduct

MOST = 200  # saved by one member


def check_save(member_id: int, seller_id: int, saved: int) -> None:
    """`saved` is how many the member has on the list already."""
    if member_id == seller_id:
        raise Refused("own_offer", _("This is yours already: you need not keep an eye on it."))
    if saved >= MOST:
        raise Refused("too_many_saved", _("You have saved %(most)s things. Remove one of them first.", most=MOST))


def is_cheaper(row: SavedProduct, price: int, currency: str, today: date) -> bool:
    """A real drop, below all that its saver was told; at most one a day."""
    told_today = row.drop_told_on is not None and row.drop_told_on >= today
    return row.currency == currency and price < row.price_seen and not told_today
