"""What is printed for parcels: a packing list for each, and labels, eight to a sheet of A4. Lengths in millimetres."""

from collections.abc import Sequence

from core.i18n import _, date
from core.pdf import FACE, SMALL, TEXT, Column, Paper
from shop.shipments.models import Shipment
from shop.shipments.words import Parcel

ACROSS, DOWN = 2, 4
LABEL_WIDTH, LABEL_HEIGHT = 105.0, 74.25  # a sheet of A4 in eight, without a rim
INSIDE = 8.0


def packing_lists(parcels: Sequence[Shipment]) -> bytes:
    """One page for each parcel: from whom, to whom, what lies in it."""
    paper = Paper(_title(parcels[0]))
    for place, parcel in enumerate(parcels):
        if place:
            paper.add_page()
            paper.say(_title(parcel), 16)
        _packing_list(paper, parcel)
    return paper.made()


def _title(parcel: Shipment) -> str:
    return _("Packing list: order %(number)s, parcel %(no)s", number=parcel.order.number, no=parcel.parcel_no)


def _packing_list(paper: Paper, parcel: Shipment) -> None:
    order = parcel.order
    paper.say(_("From %(name)s", name=order.seller.username))
    paper.say(_("For %(name)s", name=order.buyer.username))
    paper.say(order.address)
    paper.say(_("Ordered on %(day)s", day=date(order.placed_at)))
    paper.ln(4)
    rows = [(line.order_line.title, str(line.quantity)) for line in parcel.lines]
    paper.sheet([Column(_("What"), paper.epw - 25), Column(_("Units"), 25, is_number=True)], rows)
    if order.note:
        paper.ln(4)
        paper.say(_("Note to the seller") + ": " + order.note)


def label_sheet(parcels: Sequence[Shipment]) -> bytes:
    """Labels with the address, the sender and the order's and the parcel's number."""
    paper = _Sheet(_("Labels"))
    for place, parcel in enumerate(parcels):
        spot = place % (ACROSS * DOWN)
        if place and not spot:
            paper.add_page()
        _label(paper, parcel, (spot % ACROSS) * LABEL_WIDTH, (spot // ACROSS) * LABEL_HEIGHT)
    return paper.made()


class _Sheet(Paper):
    """A sheet to be cut or peeled: no head, no foot, no margin."""

    def say(self, text: str, size: float = TEXT) -> None:
        """Nothing stands above the labels."""

    def footer(self) -> None:
        self.set_auto_page_break(False)


def _label(paper: Paper, parcel: Shipment, left: float, top: float) -> None:
    paper.set_auto_page_break(False)
    paper.rect(left, top, LABEL_WIDTH, LABEL_HEIGHT)
    width = LABEL_WIDTH - 2 * INSIDE
    paper.set_xy(left + INSIDE, top + INSIDE)
    paper.set_font(FACE, size=SMALL)
    paper.cell(width, 4, _("From %(name)s", name=parcel.order.seller.username))
    paper.set_xy(left + INSIDE, top + INSIDE + 8)
    paper.set_font(FACE, size=12)
    lines = [line.strip() for line in parcel.order.address.split("\n") if line.strip()]
    paper.multi_cell(width, 6, "\n".join(lines[:6]), max_line_height=6)
    paper.set_xy(left + INSIDE, top + LABEL_HEIGHT - INSIDE - 5)
    paper.set_font(FACE, size=SMALL)
    shown = Parcel(parcel)
    number = f"{parcel.order.number} · {shown.title}"
    paper.cell(width, 5, " · ".join(filter(None, (number, shown.carrier, parcel.tracking[:40]))))
