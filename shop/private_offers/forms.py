"""What seller and buyer type into a conversation's offers."""

from dataclasses import replace
from typing import Any

from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import InputRequired

from core.forms import REQUIRED, Form, Text, TextAreaField, WholeField, choices
from core.i18n import _l
from shop.orders.forms import PayForm
from shop.orders.rules import Choice
from shop.private_offers.models import PICK_UP, SHIP
from shop.private_offers.rules import LONGEST, MOST_UNITS, SHORTEST, USUAL, Asked
from shop.products.forms import Amount

LONGEST_NOTE = 500
STANDS = {
    1: _l("1 hour"),
    6: _l("6 hours"),
    24: _l("1 day"),
    USUAL: _l("3 days"),
    7 * 24: _l("1 week"),
    14 * 24: _l("2 weeks"),
    LONGEST: _l("30 days"),
}


class OfferForm(Form):
    """Base of forms of which several may stand in one page: their fields' ids carry the offer's number."""

    def __init__(self, *args: Any, place: object = "new", **kwargs: Any):
        super().__init__(*args, **kwargs)
        for field in self:
            field.id = field.label.field_id = f"{field.id}-{place}"


class HoursField(WholeField):
    """How long an offer stands. The choices are the usual ones; any whole number of hours in the bounds will do."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, low=SHORTEST, high=LONGEST, default=USUAL, **kwargs)

    @property
    def choices(self) -> list[tuple[int, Any]]:
        return list(STANDS.items())


class CounterForm(OfferForm):
    """Another price and quantity for the same thing, delivered as before."""

    price = StringField(_l("Price for one"), [Amount()])
    quantity = WholeField(_l("How many"), [InputRequired(REQUIRED)], low=1, high=MOST_UNITS, default=1)
    hours = HoursField(_l("Stands for"))
    note = TextAreaField(_l("Note"), [Text(LONGEST_NOTE, optional=True)])
    key = HiddenField()

    def __init__(self, *args: Any, currency: str, **kwargs: Any):
        self.currency = currency
        super().__init__(*args, **kwargs)

    def asked(self, *, shipping: int, delivery: str) -> Asked:
        return Asked(
            key=self.key.data or "",
            unit_price=self.price.minor,
            quantity=self.quantity.data or 0,
            shipping=shipping,
            delivery=delivery,
            hours=self.hours.data or USUAL,
            note=self.note.data or "",
        )


class MakeForm(CounterForm):
    """`to` and `product` are ids; what they lead to is looked up among the seller's own."""

    to = WholeField(_l("For"), low=1, high=999_999_999)
    product = WholeField(_l("Product"), [InputRequired(REQUIRED)], low=1, high=999_999_999)
    offer = WholeField(_l("Which one"), low=1, high=999_999_999)
    delivery = RadioField(
        _l("How it reaches the buyer"),
        choices=choices({SHIP: _l("I send it"), PICK_UP: _l("It is picked up")}),
        default=SHIP,
        validate_choice=False,
    )
    shipping = StringField(_l("Postage"), [Amount(optional=True)])

    def asked_for(self) -> Asked:
        """Nothing is asked for bringing what is picked up."""
        delivery = self.delivery.data or ""
        said = self.asked(shipping=self.shipping.minor if delivery == SHIP else 0, delivery=delivery)
        return replace(said, offer_id=self.offer.data or 0)


class AcceptForm(OfferForm, PayForm):
    """The terms are the offer's."""

    def choice(self, about: str) -> Choice:
        return Choice(**self.said(), about=about)


__all__ = ["STANDS", "AcceptForm", "CounterForm", "MakeForm"]
