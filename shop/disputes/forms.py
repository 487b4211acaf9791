"""What is typed in disputes."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, HiddenField, MultipleFileField, RadioField
from wtforms.fields.choices import SelectChoice

from core.forms import Form, Line, StringField, Text, TextAreaField
from core.i18n import _l
from shop.disputes.commands import Claim
from shop.disputes.models import REASONS
from shop.products.forms import Amount

REASON_NAMES = {
    "not_arrived": _l("It did not arrive"),
    "not_as_described": _l("It is not as described"),
    "damaged": _l("It is damaged"),
    "other": _l("Something else"),
}


class AmountForm(Form):
    """An amount in the order's currency."""

    amount = StringField(_l("Amount"), [Amount()])

    def __init__(self, *args: Any, currency: str, **kwargs: Any):
        self.currency = currency
        super().__init__(*args, **kwargs)

    @property
    def minor(self) -> int:
        return int(self.amount.minor or 0)


class SayForm(Form):
    body = TextAreaField(_l("What happened?"), [Text(10_000)])
    pictures = MultipleFileField(_l("Pictures"))
    key = HiddenField()


class ClaimForm(AmountForm, SayForm):
    """`amount` may stay empty where units are said: `units-<id>` for each order line."""

    amount = StringField(_l("Amount"), [Amount(optional=True)])
    reason = RadioField(
        _l("What is wrong?"),
        choices=[SelectChoice(value, REASON_NAMES[value]) for value in REASONS],  # type: ignore[arg-type]
        validate_choice=False,
    )

    def claim(self, units: Mapping[int, int]) -> Claim:
        """Without units the amount is needed; what is empty is 0, which is refused in words."""
        is_said = bool((self.amount.data or "").strip())
        asked = None if not is_said and any(units.values()) else self.minor
        return Claim(self.reason.data or "", asked, self.body.data or "", self.key.data or "", units)


class DecideForm(AmountForm):
    """Nothing goes back with an amount of 0."""

    amount = StringField(_l("Goes back to the buyer"), [Amount()])
    reason = TextAreaField(_l("Why, for both sides"), [Text(5_000)])


class AppealForm(Form):
    reason = TextAreaField(_l("Why is the decision wrong?"), [Text(2_000)])


class ShowForm(Form):
    agrees = BooleanField(_l("The other side and the arbiter may read the messages that I chose"))


class ArbiterForm(Form):
    name = StringField(_l("Name"), [Line(60)])
