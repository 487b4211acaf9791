"""The shape of what is sent about notices."""

from wtforms import HiddenField

from core.forms import Form


class ReadForm(Form):
    """`until`: the newest notice that the page showed."""

    until = HiddenField()

    @property
    def until_id(self) -> int | None:
        typed = self.until.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
