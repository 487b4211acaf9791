"""What buyers and sellers type at the checkout and on an order."""

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField, RadioField, StringField

from core.forms import Form, Line, Text, TextAreaField, choices
from core.i18n import _l
from shop.orders.rules import Choice
from shop.products.forms import Amount

METHOD_NAMES = {"wallet": _l("From my wallet"), "transfer": _l("By bank transfer"), "pick_up": _l("When I pick it up")}


class PayForm(Form):
    """What whoever buys says, wherever they do it. `key` makes sending it twice harmless."""

    key = HiddenField()
    address = TextAreaField(_l("Address"), [Text(500, optional=True)])
    method = RadioField(
        _l("How you pay"),
        choices=choices(METHOD_NAMES),
        default="wallet",
        validate_choice=False,
    )
    note = TextAreaField(_l("Note to the seller"), [Text(500, optional=True)])

    def said(self) -> dict[str, Any]:
        """The part of a Choice that is the same everywhere."""
        fields = (self.key, self.method, self.address, self.note)
        return {field.short_name: field.data or "" for field in fields}


class PlaceForm(PayForm):
    """`seen` is what the page showed. Delivery is a field for each group."""

    seen = HiddenField()

    def choice(self, typed: Mapping[str, str]) -> Choice:
        """`typed` holds the delivery fields: `delivery-<group>`, or `delivery` for all."""
        deliveries = {name.removeprefix("delivery-"): typed[name] for name in typed if name.startswith("delivery-")}
        if typed.get("delivery"):
            deliveries[""] = typed["delivery"]
        return Choice(**self.said(), seen=self.seen.data or "", deliveries=deliveries)


class ShipForm(Form):
    tracking = StringField(_l("Tracking number or link"), [Line(200, optional=True)])


class RefuseForm(Form):
    reason = StringField(_l("Reason"), [Line(300)])


class RefundForm(Form):
    """`amount` may stay empty: then all that is left goes back."""

    amount = StringField(_l("Amount"), [Amount(optional=True)])
    reason = StringField(_l("Reason"), [Line(300, optional=True)])
    key = HiddenField()

    def __init__(self, *args: Any, currency: str, **kwargs: Any):
        self.currency = currency
        super().__init__(*args, **kwargs)

    @property
    def minor(self) -> int | None:
        return self.amount.minor if (self.amount.data or "").strip() else None
