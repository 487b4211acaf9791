"""The shape of what people say to moderators, and moderators to them."""

from wtforms import BooleanField, HiddenField

from core.forms import Form, Line, StringField, TextAreaField
from core.i18n import _l


class ReportForm(Form):
    reason = TextAreaField(_l("What is wrong with it?"), [Line(500)])


class UpholdForm(Form):
    reason = StringField(_l("Reason"), [Line(500, optional=True)])


class TalkReportForm(Form):
    reason = TextAreaField(_l("What is wrong here?"), [Line(1000)])
    blocks = BooleanField(_l("Block this person too"))
    key = HiddenField()
