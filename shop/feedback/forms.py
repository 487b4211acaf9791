"""What is typed about a deal."""

from wtforms import HiddenField, MultipleFileField, RadioField

from core.forms import Form, Line, StringField, Text, TextAreaField, choices
from core.i18n import _l
from shop.feedback.commands import Words
from shop.feedback.rules import LONGEST

STAR_NAMES = {
    "5": _l("5 stars: very good"),
    "4": _l("4 stars: good"),
    "3": _l("3 stars: all right"),
    "2": _l("2 stars: poor"),
    "1": _l("1 star: bad"),
}


class FeedbackForm(Form):
    stars = RadioField(
        _l("How was it?"),
        choices=choices(STAR_NAMES),
        validate_choice=False,
    )
    body = TextAreaField(_l("What should others know?"), [Text(LONGEST)])
    pictures = MultipleFileField(_l("Pictures"))

    def words(self) -> Words:
        return Words(int(self.stars.data) if self.stars.data in STAR_NAMES else None, self.body.data or "")


class ReplyForm(Form):
    body = TextAreaField(_l("Your reply"), [Text(2000)])


class ReasonForm(Form):
    reason = StringField(_l("Reason"), [Line(500)])


class DecideForm(Form):
    reason = StringField(_l("Public reason"), [Line(500, optional=True)])


class TradeForm(Form):
    to = StringField(_l("With whom"), [Line(60)])
    what = StringField(_l("What was traded"), [Line(120)])
    key = HiddenField()
