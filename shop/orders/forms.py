"""What buyers and sellers type at the checkout and on an order."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import ValidationError

from core.errors import Invalid
from core.forms import Form, Text, TextAreaField, choices, whole
from core.forms import Line as LineOfText
from core.i18n import _l
from shop.addresses.formats import lines
from shop.addresses.models import Address
from shop.addresses.rules import check_country
from shop.coupons.rules import codes_in
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
    """`seen` is what the page showed. Delivery is a field for each group. `to` is an entry of the address book, else
    where it goes is typed: address, and the country where it matters."""

    seen = HiddenField()
    to = HiddenField()
    country = HiddenField(_l("Country"))
    region = StringField(_l("State, province or region"), [LineOfText(80, optional=True)])
    codes = StringField(_l("Coupon codes"), [LineOfText(200, optional=True)])

    def validate_country(self, field: Any) -> None:
        try:
            if field.data:
                check_country(field.data)
        except Invalid as problem:
            raise ValidationError(str(problem)) from problem

    def validate_codes(self, field: Any) -> None:
        try:
            codes_in(field.data or "")
        except Invalid as problem:
            raise ValidationError(str(problem)) from problem

    def sent_to(self, book: Sequence[Address]) -> dict[str, str]:
        """Address, country and region of the Choice, from the buyer's own book or as typed."""
        for entry in book:
            if str(entry.id) == self.to.data:
                written = "\n".join(lines(entry))
                return {"address": written, "country": entry.country, "region": entry.region}
        return {name: getattr(self, name).data or "" for name in ("address", "country", "region")}

    def choice(self, typed: Mapping[str, str], book: Sequence[Address]) -> Choice:
        """`typed` holds `delivery-<group>`, or `delivery` for all groups, and `window-<group>` of what is picked up."""
        deliveries = {name.removeprefix("delivery-"): typed[name] for name in typed if name.startswith("delivery-")}
        if typed.get("delivery"):
            deliveries[""] = typed["delivery"]
        said = {**self.said(), **self.sent_to(book), "codes": codes_in(self.codes.data or "")}
        wanted = {name.removeprefix("window-"): whole(typed[name]) for name in typed if name.startswith("window-")}
        windows = {key: number for key, number in wanted.items() if number}
        return Choice(**said, seen=self.seen.data or "", deliveries=deliveries, windows=windows)


class ShipForm(Form):
    tracking = StringField(_l("Tracking number or link"), [LineOfText(200, optional=True)])


class RefuseForm(Form):
    reason = StringField(_l("Reason"), [LineOfText(300)])


class RefundForm(Form):
    """`amount` may stay empty: then all that is left goes back."""

    amount = StringField(_l("Amount"), [Amount(optional=True)])
    reason = StringField(_l("Reason"), [LineOfText(300, optional=True)])
    key = HiddenField()

    def __init__(self, *args: Any, currency: str, **kwargs: Any):
        self.currency = currency
        super().__init__(*args, **kwargs)

    @property
    def minor(self) -> int | None:
        return self.amount.minor if (self.amount.data or "").strip() else None


def typed_units(name: str, typed: Mapping[str, str], line_ids: Iterable[int]) -> dict[int, int]:
    """Units by order line; -1, which is never right, for what is no whole number."""
    units = {}
    for line_id in line_ids:
        number = whole((typed.get(f"{name}-{line_id}") or "0").strip())
        units[line_id] = -1 if number is None else number
    return units
