"""The shape of what is typed about a saved search."""

from wtforms import SelectField

from core.forms import Form, Line, StringField, choices
from core.i18n import _l
from search.saved.commands import LONGEST_NAME, Choice
from search.saved.models import AT_ONCE, DAILY, NOT

TELL_NAMES = {AT_ONCE: _l("At once"), DAILY: _l("Once a day"), NOT: _l("Not at all")}


class SaveForm(Form):
    """Beside the fields of the search itself."""

    name = StringField(_l("Name"), [Line(LONGEST_NAME, optional=True)])
    tell = SelectField(
        _l("Tell me of new finds"),
        choices=choices(TELL_NAMES),
        default=AT_ONCE,
    )

    def choice(self) -> Choice:
        return Choice(self.name.data or "", self.tell.data)


class ChangeForm(SaveForm):
    q = StringField(_l("Search for"), [Line(500, optional=True)])
