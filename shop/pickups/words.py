"""How windows and pick-ups are told, in the time of the place."""

from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from core.i18n import _, locale_name
from shop.pickups.models import Pickup, PickupPoint, PickupWindow


def window_name(window: PickupWindow, point: PickupPoint) -> str:
    """Fri, Nov 27, 2026, 10:00–11:00, as the clock on the wall there says."""
    zone, locale = ZoneInfo(point.zone), locale_name()
    start, end = window.starts_at.astimezone(zone), window.ends_at.astimezone(zone)
    times = "–".join(format_time(moment, "short", locale=locale) for moment in (start, end))
    return f"{format_date(start.date(), 'full', locale=locale)}, {times}"


def state_of(pickup: Pickup) -> tuple[str, str]:
    return {
        "booked": (_("Booked"), "open"),
        "collected": (_("Picked up"), "done"),
        "missed": (_("Nobody came"), "failed"),
        "called_off": (_("Called off"), ""),
    }[pickup.state]
