"""Forms of the wallet and of the operator's desk."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from wtforms import Field, HiddenField, RadioField, StringField
from wtforms.validators import ValidationError

from core.forms import REQUIRED, Form, Line
from core.i18n import _l
from core.money import BadAmount, parse_amount
from shop.payments.providers import Provider
from shop.payments.rules import Asked


class AmountField(StringField):
    """Money as people type it; `minor` is its value in minor units of the form's `currency`."""

    minor = 0

    def pre_validate(self, form: Any) -> None:
        if not (self.data or "").strip():
            raise ValidationError(str(REQUIRED))
        try:
            self.minor = parse_amount(self.data or "", form.currency)
        except BadAmount as problem:
            raise ValidationError(str(problem)) from problem


class AmountForm(Form):
    """An amount with the key that makes a second press of its button harmless."""

    amount = AmountField(_l("Amount"))
    key = HiddenField()

    def __init__(self, *args: Any, currency: str, **kwargs: Any):
        self.currency = currency
        super().__init__(*args, **kwargs)
        self.key.data = (self.key.data or "")[:64] or uuid4().hex

    def asked(self) -> Asked:
        return Asked(self.amount.minor, self.currency, self.key.data)


class TopUpForm(AmountForm):
    """`next` is where the money was missed, so that one comes back there."""

    next = HiddenField()
    provider = RadioField(_l("How"), validate_choice=True)

    def __init__(self, *args: Any, providers: Sequence[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.providers = {provider.name: provider for provider in providers}
        self.provider.choices = [(provider.name, provider.label()) for provider in providers]
        self.provider.data = self.provider.data or providers[0].name

    def chosen(self) -> Provider:
        return self.providers[self.provider.data]


class WithdrawForm(AmountForm):
    destination = StringField(_l("Where to send it"), [Line(200, 4)])


class ReasonForm(Form):
    reason = StringField(_l("Reason"), [Line(500)])


def first_error(form: Form) -> str:
    """The first sentence of a form that has no page of its own to show it in."""
    fields: list[Field] = list(form)
    return next((str(field.errors[0]) for field in fields if field.errors), "")
