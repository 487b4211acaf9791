"""The shape of what is sent about notices."""

from wtforms import HiddenField

from core.forms import Form, whole


class ReadForm(Form):
    """`until`: the newest notice that the page showed."""

    until = HiddenField()

    @property
    def until_id(self) -> int | None:
        return whole(self.until.data)
