"""The form of a correction."""

from typing import Any

from wtforms import SelectField, StringField

from core.forms import Line
from core.i18n import _l
from shop.corrections.models import KINDS
from shop.corrections.rules import Proposal, label
from shop.payments.forms import AmountForm


class CorrectionForm(AmountForm):
    kind = SelectField(_l("What kind"))
    member = StringField(_l("Member"), [Line(40, optional=True)])
    reason = StringField(_l("Reason"), [Line(500)])

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.kind.choices = [(kind, label(kind)) for kind in KINDS]

    def proposal(self, member_id: int | None) -> Proposal:
        asked = self.asked()
        said = {"kind": self.kind.data, "reason": self.reason.data or ""}
        return Proposal(member_id=member_id, amount=asked.amount, currency=asked.currency, key=asked.key, **said)
