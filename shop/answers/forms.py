"""The shape of a canned answer."""

from core.forms import Form, Line, StringField, Text, TextAreaField
from core.i18n import _l
from shop.answers.rules import LONGEST_BODY, LONGEST_TITLE


class AnswerForm(Form):
    title = StringField(_l("Title"), [Line(LONGEST_TITLE)])
    body = TextAreaField(_l("What you say"), [Text(LONGEST_BODY)])
