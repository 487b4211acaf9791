"""The shape of what sellers say of delivery and tax, and the operator of rates."""

from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from core.forms import REQUIRED, Form, Line, TextAreaField, WholeField, choices
from core.i18n import _l
from shop.products.forms import Amount
from shop.terms.commands import Method
from shop.terms.table import parse

BASIS_NAMES = {"weight": _l("Weight in grams"), "amount": _l("Price of the goods"), "quantity": _l("Number of pieces")}
CLASS_NAMES = {"standard": _l("Standard"), "reduced": _l("Reduced"), "none": _l("Without tax")}
RATE_CLASSES = {"standard": _l("Standard"), "reduced": _l("Reduced"), "delivery": _l("Delivery")}


class TermsForm(Form):
    country = HiddenField(_l("Country"))
    region = StringField(_l("State, province or region"), [Line(80, optional=True)])
    charges_tax = BooleanField(_l("I sell with tax"))
    tax_number = StringField(_l("Tax number"), [Line(40, optional=True)])
    joins_coupons = BooleanField(_l("Coupons of the site may be used for what I sell; I bear what they take off"))

    def said(self) -> dict[str, object]:
        texts = {name: getattr(self, name).data or "" for name in ("country", "region", "tax_number")}
        return {**texts, **{name: bool(getattr(self, name).data) for name in ("charges_tax", "joins_coupons")}}


class MethodForm(Form):
    """`rates` as shop.terms.table reads them."""

    name = StringField(_l("Name"), [Line(60)])
    days_least = WholeField(_l("Days at least"), [InputRequired(REQUIRED)], low=0, high=120)
    days_most = WholeField(_l("Days at most"), [InputRequired(REQUIRED)], low=0, high=120)
    basis = RadioField(_l("What it costs goes by"), choices=choices(BASIS_NAMES), default="weight")
    rates = TextAreaField(_l("Table of rates"))
    free_from = StringField(_l("Free from goods for"), [Amount(optional=True)])

    def __init__(self, *args: Any, currency: str, **kwargs: Any):
        self.currency = currency
        super().__init__(*args, **kwargs)

    def method(self) -> Method:
        """What was typed; Invalid at `rates` for a table that cannot be read."""
        basis = self.basis.data or ""
        return Method(
            name=self.name.data or "",
            days_least=self.days_least.data or 0,
            days_most=self.days_most.data or 0,
            basis=basis,
            currency=self.currency,
            free_from=self.free_from.minor or None,  # type: ignore[attr-defined]
            rates=parse((self.rates.data or "")[:20_000], basis, self.currency),
        )


class ParcelForm(Form):
    grams = WholeField(_l("Grams"), low=0, high=1_000_000, default=0)
    tax_class = SelectField(_l("Tax"), choices=choices(CLASS_NAMES), default="standard", validate_choice=False)


class RateForm(Form):
    """A line of the operator's table. `percent` with a point or a comma."""

    country = HiddenField(_l("Country"))
    region = StringField(_l("State, province or region"), [Line(80, optional=True)])
    tax_class = SelectField(_l("For"), choices=choices(RATE_CLASSES), default="standard")
    name = StringField(_l("Name"), [Line(30)])
    percent = StringField(_l("Per cent"), [Line(8)])
    is_included = BooleanField(_l("Included in the prices"), default=True)

    def said(self) -> dict[str, object]:
        names = ("country", "region", "tax_class", "name")
        texts = {name: getattr(self, name).data or "" for name in names}
        percent = (self.percent.data or "").replace(",", ".").removesuffix("%").strip()
        return {**texts, "percent": percent, "is_included": bool(self.is_included.data)}
