"""The picking list of a window on paper."""

from core.i18n import _
from core.pdf import Paper
from shop.pickups.queries import PickingList
from shop.pickups.words import window_name


def picking_paper(found: PickingList) -> bytes:
    """What to have ready in all, then order by order; sorted by code, as people will come with it."""
    paper = Paper(_("Picking list: %(point)s", point=found.window.point.name))
    paper.say(window_name(found.window, found.window.point), 12)
    paper.ln(3)
    wide = paper.epw
    paper.rows([wide - 25, 25], [(_("What"), _("Units"))], numbers=(1,))
    paper.rows([wide - 25, 25], [(title, str(units)) for title, units in found.things], numbers=(1,))
    paper.ln(6)
    paper.rows([25, 35, wide - 60], [(_("Code"), _("Buyer"), _("What"))])
    for pickup in found.pickups:
        contents = ", ".join(f"{line.quantity} × {line.title}" for line in pickup.order.lines)
        paper.rows([25, 35, wide - 60], [(pickup.code, pickup.order.buyer.username, contents)])
    return paper.made()
