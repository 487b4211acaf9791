"""The shape of an address as it is typed."""

from wtforms import BooleanField, HiddenField, StringField

from core.forms import Form, Line
from core.i18n import _l
from shop.addresses.rules import AddressParts

PARTS = ("country", "name", "street", "extra", "postcode", "city", "region", "phone")


class AddressForm(Form):
    """What a country asks for beyond this, shop.addresses.rules says."""

    country = HiddenField(_l("Country"))
    name = StringField(_l("Name"), [Line(120)])
    street = StringField(_l("Street and number"), [Line(160)])
    extra = StringField(_l("Flat, floor, company"), [Line(160, optional=True)])
    postcode = StringField(_l("Postcode"), [Line(12, optional=True)])
    city = StringField(_l("Town"), [Line(100)])
    region = StringField(_l("State, province or region"), [Line(80, optional=True)])
    phone = StringField(_l("Telephone"), [Line(40, optional=True)])
    is_default = BooleanField(_l("Use it unless I say otherwise"))

    def parts(self) -> AddressParts:
        return AddressParts(**{name: getattr(self, name).data or "" for name in PARTS})
