"""What may happen to a parcel, and what an order's shipment is by its parcels. Pure: no session, no request."""

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from core.errors import Invalid, Refused
from core.i18n import _
from shop.orders.models import Order
from shop.orders.rules import can_ship, changed
from shop.shipments.models import DELIVERED, LOST, PACKED, SENT, UNPACKED, Shipment

STEPS: Mapping[str, tuple[str, ...]] = {PACKED: (SENT, UNPACKED), SENT: (DELIVERED, LOST)}
MOST_PARCELS = 50  # of one order
CARRIERS = {  # what each is called, and where it shows a parcel by its number
    "dhl": ("DHL", "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}"),
    "ups": ("UPS", "https://www.ups.com/track?tracknum={}"),
    "fedex": ("FedEx", "https://www.fedex.com/fedextrack/?trknbr={}"),
    "usps": ("USPS", "https://tools.usps.com/go/TrackConfirmAction?tLabels={}"),
    "royal-mail": ("Royal Mail", "https://www.royalmail.com/track-your-item#/tracking-results/{}"),
    "sf": ("顺丰速运 SF Express", "https://www.kuaidi100.com/chaxun?com=shunfeng&nu={}"),
    "ems": ("中国邮政 China Post", "https://www.kuaidi100.com/chaxun?com=ems&nu={}"),
    "jd": ("京东物流 JD Logistics", "https://www.kuaidi100.com/chaxun?com=jd&nu={}"),
    "zto": ("中通快递 ZTO", "https://www.kuaidi100.com/chaxun?com=zhongtong&nu={}"),
}
Units = Mapping[int, int]  # how many by order line


def carrier_name(carrier: str) -> str:
    return CARRIERS[carrier][0] if carrier in CARRIERS else ""


def tracking_address(carrier: str, tracking: str) -> str | None:
    """Where the parcel can be followed: the address that was typed, or the carrier's page for the number."""
    if tracking.startswith("https://") and urlsplit(tracking).netloc:
        return tracking
    if not tracking or carrier not in CARRIERS:
        return None
    return CARRIERS[carrier][1].format(quote(tracking, safe=""))


def check_step(parcel: Shipment, state: str) -> None:
    if state not in STEPS.get(parcel.state, ()):
        raise Refused("parcel_changed", _("This parcel has moved on meanwhile, so this can no longer be done."))


def check_can_ship(order: Order) -> None:
    if not can_ship(order):
        raise changed()


def check_units(left: Units, wanted: Units) -> None:
    """Something, and of each line no more than what is not in a parcel yet."""
    if not any(wanted.values()):
        raise Invalid("units", _("Say what is in the parcel."), code="empty_parcel")
    if any(quantity < 0 or quantity > left.get(line_id, 0) for line_id, quantity in wanted.items()):
        raise Invalid("units", _("There is not that much left to send."), code="too_many_units")


def check_parcel_no(parcel_no: int) -> None:
    if parcel_no > MOST_PARCELS:
        raise Refused("too_many_parcels", _("An order has at most %(most)s parcels.", most=MOST_PARCELS))


def shipment_of(ordered: Units, sent: Units, delivered: Units) -> str:
    """The order's shipment: `sent` counts what arrived too."""
    if not any(sent.values()):
        return "none"
    if any(sent.get(line_id, 0) < quantity for line_id, quantity in ordered.items()):
        return "partly"
    return "delivered" if dict(delivered) == dict(sent) else "shipped"
