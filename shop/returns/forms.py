"""What buyers and sellers type about a return."""

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from core.forms import Form, Line, Text, TextAreaField
from core.i18n import _l
from shop.products.forms import Amount
from shop.returns.words import REASON_NAMES, WISH_NAMES


def _choices(names: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in names.items()]


class AskForm(Form):
    """Units are a field for each order line: `units-<id>`; up to five files are `pictures`."""

    key = HiddenField()
    reason = SelectField(_l("Why"), choices=_choices(REASON_NAMES), validate_choice=False)
    wish = RadioField(_l("What you would like"), choices=_choices(WISH_NAMES), default="refund", validate_choice=False)
    words = TextAreaField(_l("What is the matter with it"), [Text(2000, optional=True)])


class ApproveForm(Form):
    send_to = TextAreaField(_l("Your address for returns"), [Text(500)])
    answer = TextAreaField(_l("What to mind when sending it"), [Text(1000, optional=True)])


class RefuseForm(Form):
    answer = TextAreaField(_l("Reason"), [Text(1000)])


class BackForm(Form):
    tracking = StringField(_l("Tracking number or link"), [Line(200, optional=True)])


class InspectForm(Form):
    """`amount` may stay empty: then all that these units are worth. `restock-<id>` units go back on the shelf."""

    amount = StringField(_l("Amount"), [Amount(optional=True)])
    verdict = StringField(_l("What you found"), [Line(300, optional=True)])
    replacement = StringField(_l("Tracking of the replacement"), [Line(200, optional=True)])

    def __init__(self, *args: Any, currency: str, **kwargs: Any):
        self.currency = currency
        super().__init__(*args, **kwargs)

    @property
    def minor(self) -> int | None:
        return self.amount.minor if (self.amount.data or "").strip() else None


class RejectForm(Form):
    verdict = StringField(_l("What you found"), [Line(300)])
