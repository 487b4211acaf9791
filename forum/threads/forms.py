"""The shape of what is typed into threads."""

from typing import Any
from uuid import uuid4

from wtforms import HiddenField, MultipleFileField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from core.errors import Invalid
from core.forms import Form, Line, StringField, Text, TextAreaField
from core.i18n import _l
from core.text import tidy_tags

KIND_CHOICES = [
    SelectChoice("talk", _l("Talk")),
    SelectChoice("question", _l("Question")),
    SelectChoice("wish", _l("Wish")),
    SelectChoice("sale", _l("Sale")),
]
LONGEST_TITLE = 160


def new_key() -> str:
    """What a form carries so that sending it twice makes one thing."""
    return uuid4().hex


class Tags:
    """Validator of tags typed into one field (see core.text.tidy_tags): tidied in place, or refused in words."""

    def __call__(self, form: Form, field: Any) -> None:
        try:
            field.data = ", ".join(tidy_tags(field.data, field.name))
        except Invalid as problem:
            raise ValidationError(str(problem)) from problem


class TagsForm(Form):
    tags = StringField(_l("Tags"), validators=[Tags()])

    def tag_list(self) -> list[str]:
        """For a form that is right."""
        return tidy_tags(self.tags.data)


class ReplyForm(Form):
    body = TextAreaField(_l("Your reply"), validators=[Text()])
    pictures = MultipleFileField(_l("Pictures"))
    reply_to = HiddenField()
    last_no = HiddenField()
    key = HiddenField(validators=[Line(64, optional=True)], default=new_key)


class StartForm(TagsForm):
    title = StringField(_l("Title"), validators=[Line(LONGEST_TITLE)])
    kind = RadioField(_l("What is it?"), choices=KIND_CHOICES, default="talk")
    body = TextAreaField(_l("Text"), validators=[Text()])
    pictures = MultipleFileField(_l("Pictures"))
    key = HiddenField(validators=[Line(64, optional=True)], default=new_key)


class EditForm(Form):
    body = TextAreaField(_l("Text"), validators=[Text()])
    pictures = MultipleFileField(_l("Pictures"))
    seen = HiddenField()


class OpeningForm(TagsForm, EditForm):
    title = StringField(_l("Title"), validators=[Line(LONGEST_TITLE)])
    kind = RadioField(_l("What is it?"), choices=KIND_CHOICES)


class ReasonForm(Form):
    reason = StringField(_l("Reason"), validators=[Line(300, optional=True)])
