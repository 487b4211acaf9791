"""What sellers type about a parcel."""

from collections.abc import Iterable, Mapping

from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from core.forms import whole
from core.i18n import _l
from shop.orders.forms import ShipForm
from shop.shipments.rules import CARRIERS

ANY = [SelectChoice("", _l("Another carrier"))]  # type: ignore[arg-type]


class SendForm(ShipForm):
    carrier = SelectField(
        _l("Carrier"), choices=ANY + [SelectChoice(name, CARRIERS[name][0]) for name in CARRIERS], default=""
    )


class PackForm(SendForm):
    """`do` is "send" when it goes at once. Units are a field for each order line: `units-<id>`."""

    key = HiddenField()


def typed_units(typed: Mapping[str, str], line_ids: Iterable[int]) -> dict[int, int]:
    """Units by order line; -1, which is never right, for what is no whole number."""
    units = {}
    for line_id in line_ids:
        wanted = (typed.get(f"units-{line_id}") or "0").strip()
        number = whole(wanted)
        units[line_id] = -1 if number is None else number
    return units
