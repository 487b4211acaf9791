"""What parcels are called."""

from core.i18n import _
from shop.shipments import rules
from shop.shipments.models import Shipment


class Parcel:
    """A parcel for a page: its state in words, its tone, who carries it and where it can be followed."""

    def __init__(self, parcel: Shipment):
        self.parcel = parcel
        self.title = _("Parcel %(no)s", no=parcel.parcel_no)
        self.state, self.tone = state_of(parcel)
        self.carrier = rules.carrier_name(parcel.carrier)
        self.address = rules.tracking_address(parcel.carrier, parcel.tracking)
        self.contents = [f"{line.quantity} × {line.order_line.title}" for line in parcel.lines]


def state_of(parcel: Shipment) -> tuple[str, str]:
    return {
        "packed": (_("Packed"), "pending"),
        "sent": (_("On its way"), "open"),
        "delivered": (_("Arrived"), "done"),
        "lost": (_("Lost"), "failed"),
        "unpacked": (_("Unpacked"), ""),
    }[parcel.state]
