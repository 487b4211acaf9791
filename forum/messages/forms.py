"""The shape of a message."""

from wtforms import HiddenField

from core.forms import Form, Line, StringField, Text, TextAreaField
from core.i18n import _l

LONGEST_MESSAGE = 20_000


class ReplyForm(Form):
    body = TextAreaField(_l("Your message"), [Text(LONGEST_MESSAGE)])
    about = HiddenField()
    key = HiddenField()


class MessageForm(ReplyForm):
    to = StringField(_l("To"), [Line(60)])
