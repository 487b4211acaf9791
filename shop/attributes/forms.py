"""What a moderator types of an attribute."""

from wtforms import RadioField, StringField

from core.forms import Form, Line, WholeField, choices
from core.i18n import _l
from shop.attributes.models import CHOICE, NUMBER, TEXT, YES_NO
from shop.attributes.rules import LONGEST_NAME, Asked, asked_of

KINDS = {
    TEXT: _l("A few words"),
    NUMBER: _l("A number"),
    CHOICE: _l("One of several"),
    YES_NO: _l("Yes or no"),
}


class AttributeForm(Form):
    name = StringField(_l("What to say of a thing"), [Line(LONGEST_NAME)])
    kind = RadioField(
        _l("How it is answered"),
        choices=choices(KINDS),
        default=TEXT,
        validate_choice=False,
    )
    unit = StringField(_l("Unit"))
    choices = StringField(_l("Choices"))
    place = WholeField(_l("Place in the list"), low=0, high=999)

    def asked(self, kind: str | None = None) -> Asked:
        """`kind` of one that is there already."""
        return asked_of(
            self.name.data or "", kind or self.kind.data or "", self.unit.data or "", self.choices.data or ""
        )
