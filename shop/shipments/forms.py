"""What sellers type about a parcel."""

from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

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
