"""The shape of a new coupon."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from wtforms import BooleanField, DateField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from core.forms import Form, Line, WholeField, choices
from core.i18n import _l
from core.money import BadAmount, parse_amount
from shop.coupons.models import AMOUNT, PERCENT
from shop.coupons.rules import CouponTerms
from shop.products.forms import Amount
from shop.products.models import Product

KIND_NAMES = {"percent": _l("Per cent off"), "amount": _l("An amount off"), "delivery": _l("Free postage")}
BAD_DATE = _l("Write a date like 2026-12-31.")


class Day(DateField):
    """A day as browsers send it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as problem:
            raise ValueError(str(BAD_DATE)) from problem


class CouponForm(Form):
    """`value` is read by the kind: per cent, or an amount in the site's currency."""

    code = StringField(_l("Code"), [Line(30)])
    kind = RadioField(
        _l("What it gives"),
        choices=choices(KIND_NAMES),
        default="percent",
        validate_choice=False,
    )
    value = StringField(_l("Per cent or amount"), [Line(20, optional=True)])
    minimum = StringField(_l("From goods for"), [Amount(optional=True)])
    product = SelectField(_l("For"), choices=[], validate_choice=False)
    cap_total = WholeField(_l("Uses in all"), low=1, high=1_000_000)
    cap_member = WholeField(_l("Uses for one member"), low=1, high=1000, default=1)
    starts = Day(_l("From the day"), [Optional()])
    ends = Day(_l("To the day"), [Optional()])
    stacks = BooleanField(_l("Can be combined with others that allow it"))

    def __init__(self, *args: Any, currency: str, products: list[Product], **kwargs: Any):
        self.currency = currency
        super().__init__(*args, **kwargs)
        named = [SelectChoice(str(product.id), product.title) for product in products]
        self.product.choices = [SelectChoice("", _l("All that is sold")), *named]  # type: ignore[arg-type]

    def validate_value(self, field: Any) -> None:
        typed = (field.data or "").removesuffix("%").strip()
        if self.kind.data == PERCENT:
            field.whole = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0
        elif self.kind.data == AMOUNT:
            try:
                field.whole = parse_amount(typed, self.currency)
            except BadAmount as problem:
                raise ValidationError(str(problem)) from problem
        else:
            field.whole = 0

    def terms(self) -> CouponTerms:
        """Days are UTC's; the last one is included."""
        chosen = self.product.data or ""
        last = self.ends.data + timedelta(days=1) if self.ends.data else None
        return CouponTerms(
            code=(self.code.data or "").upper(),
            kind=self.kind.data or "",
            value=self.value.whole,  # type: ignore[attr-defined]
            currency=self.currency,
            minimum=self.minimum.minor,  # type: ignore[attr-defined]
            cap_total=self.cap_total.data,
            cap_member=self.cap_member.data,
            stacks=self.stacks.data,
            starts_at=_midnight(self.starts.data),
            ends_at=_midnight(last),
            product_id=(int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else 0)
            if chosen
            else None,
        )


def _midnight(day: Any) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None
