"""What a seller books in the stockroom. Each function is one transaction; the offers came through the gate."""

from core.clock import now
from core.db import command
from core.errors import Refused
from core.i18n import _
from forum.members.models import Member
from forum.notices.commands import tell
from shop.stock import commands as stock
from shop.stock.commands import Why
from shop.stock.commands.counters import units_at
from shop.stock.models import Place, Spot
from shop.stockroom import queries
from shop.stockroom.rules import Counted, bad_line

KINDS = {
    "received": stock.receive,
    "damaged": stock.damage,
    "mended": stock.mend,
    "discarded": stock.discard,
}


@command
def count_all(lines: list[Counted], *, seller: Member) -> int:
    """A whole list of counts, all or none; how many spots changed. The same list again changes nothing.

    Invalid at "file" names the line: not the seller's, no such place, or the stock is not what the list had said.
    """
    own = queries.own_offer_ids(seller, {line.offer_id for line in lines})
    places = {place.name: place for place in queries.places_of(seller)}
    stock.lock(own)
    return sum(_count(line, _spot(line, own, places), seller) for line in lines)


def _spot(line: Counted, own: set[int], places: dict[str, Place]) -> Spot:
    if line.offer_id not in own:
        raise bad_line(line.number, _("offer %(offer)s is not yours", offer=line.offer_id))
    if line.place and line.place not in places:
        raise bad_line(line.number, _("you have no place “%(name)s”", name=line.place))
    return Spot(line.offer_id, line.pool, places[line.place].id if line.place else None)


def _count(line: Counted, spot: Spot, seller: Member) -> bool:
    there = units_at(spot)
    if there == line.counted:
        return False
    if there != line.was:
        raise bad_line(line.number, _("there are %(there)s now, no longer %(was)s", there=there, was=line.was))
    try:
        stock.count(spot, line.counted, line.was, Why(seller.id, _("From a list")))
    except Refused as problem:
        raise bad_line(line.number, str(problem).rstrip(".。")) from problem
    return True


@command
def tell_low(offer_id: int, pool: str) -> None:
    """The seller, once a day, if it is still so. May run any number of times."""
    offer = queries.offer_with_thread(offer_id)
    pools = {found.name: found for found in queries.pools_of([offer_id])[offer_id]}
    if offer is None or pool not in pools or not pools[pool].is_low:
        return
    tell(
        [offer.product.seller_id],
        kind="stock-low",
        key=f"stock-low:{offer_id}:{pool}:{now():%Y-%m-%d}",
        address=f"/shop/stock/{offer_id}",
        board_id=offer.product.thread.board_id,
        facts={"title": offer.title_of(offer.product), "left": pools[pool].on_hand, "pool": pool},
    )
