"""The picking list of a window on paper."""

from core.i18n import _
from core.pdf import Column, Paper
from shop.pickups.models import Pickup
from shop.pickups.queries import PickingList
from shop.pickups.words import window_name


def picking_paper(found: PickingList) -> bytes:
    """What to have ready in all, then order by order; sorted by code, as people will come with it."""
    paper = Paper(_("Picking list: %(point)s", point=found.window.point.name))
    paper.say(window_name(found.window, found.window.point), 12)
    paper.ln(3)
    things = [(title, str(units)) for title, units in found.things]
    paper.sheet([Column(_("What"), paper.epw - 25), Column(_("Units"), 25, is_number=True)], things)
    paper.ln(6)
    columns = [Column(_("Code"), 25), Column(_("Buyer"), 35), Column(_("What"), paper.epw - 60)]
    paper.sheet(columns, [_row(pickup) for pickup in found.pickups])
    return paper.made()


def _row(pickup: Pickup) -> tuple[str, str, str]:
    contents = ", ".join(f"{line.quantity} × {line.title}" for line in pickup.order.lines)
    return pickup.code, pickup.order.buyer.username, contents
