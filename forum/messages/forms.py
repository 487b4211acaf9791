"""The shape of messages, and of what members say about who may write to them."""

from typing import Any

from wtforms import BooleanField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from core.errors import Invalid
from core.forms import Form, Line, StringField, Text, TextAreaField
from core.i18n import _, _l
from forum.members.models import EVERYONE, NAMES, NO_MAIL, NOBODY, REQUESTS, SHARED, WORDS
from forum.members.quiet import check_hour, check_zone

LONGEST_MESSAGE = 20_000
LONGEST_NAMES = 700  # nineteen of the longest names
CONTACT = (
    SelectChoice(EVERYONE, _l("Everyone, straight away")),
    SelectChoice(REQUESTS, _l("Everyone; strangers wait under Requests")),
    SelectChoice(SHARED, _l("Only people who share a board with me")),
    SelectChoice(NOBODY, _l("Nobody")),
)
MAIL = (
    SelectChoice(NAMES, _l("Yes, it says who wrote")),
    SelectChoice(WORDS, _l("Yes, with the words of the messages")),
    SelectChoice(NO_MAIL, _l("No")),
)


class ReplyForm(Form):
    body = TextAreaField(_l("Your message"), [Text(LONGEST_MESSAGE)])
    about = HiddenField()
    key = HiddenField()


class MessageForm(ReplyForm):
    to = StringField(_l("To"), [Line(LONGEST_NAMES)])
    title = StringField(_l("Title"), [Line(100, optional=True)])
    source = HiddenField()


class AddForm(Form):
    name = StringField(_l("Name"), [Line(60)])


class TitleForm(Form):
    title = StringField(_l("Title"), [Line(100, optional=True)])


class Hour:
    """Validator of a time of day or nothing."""

    def __call__(self, form: Form, field: Any) -> None:
        _checked(lambda: check_hour(field.data, field.name))


class Zone:
    """Validator of a time zone's name or nothing; its spelling is mended."""

    def __call__(self, form: Form, field: Any) -> None:
        field.data = _checked(lambda: check_zone(field.data))


class ContactForm(Form):
    messages_from = SelectField(_l("Who may start a conversation with me"), choices=list(CONTACT))
    message_mail = SelectField(_l("A mail when messages stay unread"), choices=list(MAIL))
    shares_read_marks = BooleanField(_l("Show others that I have read their messages, and me that they have read mine"))
    quiet_from = StringField(_l("Quiet from"), [Hour()])
    quiet_to = StringField(_l("until"), [Hour()])
    time_zone = StringField(_l("Time zone"), [Zone()])

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Both ends or neither."""
        if not super().validate(*args, **kwargs):
            return False
        if bool(self.quiet_from.data.strip()) != bool(self.quiet_to.data.strip()):
            missing = self.quiet_to if self.quiet_from.data.strip() else self.quiet_from
            missing.errors = [_("Quiet hours need a beginning and an end.")]
            return False
        return True


def _checked(check: Any) -> Any:
    try:
        return check()
    except Invalid as problem:
        raise ValidationError(str(problem)) from problem
