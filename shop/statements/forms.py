"""The form that chooses a period. It is sent by GET and changes nothing, so it has no token."""

from typing import Any

from wtforms import StringField

from core.clock import now
from core.errors import Invalid
from core.forms import Form
from core.i18n import _l
from core.web import show_errors
from shop.statements.rules import Period, month_of, period


class PeriodForm(Form):
    """Fields `from` and `to`, as addresses carry them; `chosen` is the period, or this month beside an error."""

    class Meta(Form.Meta):
        csrf = False

    def __init__(self, asked: Any):
        super().__init__(formdata=None, data={"from": asked.get("from", ""), "to": asked.get("to", "")})
        today = now().date()
        self.chosen, self.is_right = month_of(today), True
        try:
            self.chosen = period(self["from"].data, self["to"].data, today)
        except Invalid as problem:
            show_errors(self, problem)
            self.is_right = False
        else:
            self["from"].data, self["to"].data = self.chosen.asked.values()

    def right(self) -> Period:
        """The period for a file, which has no place for an error; Invalid when there is one."""
        if not self.is_right:
            field = next(field for field in self if field.errors)
            raise Invalid(field.name, field.errors[0])
        return self.chosen


for name, text in (("from", _l("First day")), ("to", _l("Last day"))):  # `from` is a word of Python
    setattr(PeriodForm, name, StringField(text))
