"""What all forms share: one base that tidies and checks text before any field's own rules."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.i18n import messages_path
from wtforms.validators import ValidationError

from core.errors import Invalid
from core.i18n import _, _l, locale_name
from core.text import check_line, check_text

REQUIRED = _l("Fill this in.")


@lru_cache(maxsize=16)
def _own_words(locale: str) -> NullTranslations:
    """WTForms' own sentences in a language. Flask-WTF reads them anew in each request: 0.7 ms of a page with a form."""
    return Translations.load(messages_path(), [locale], domain="wtforms")


class Form(FlaskForm):
    """FlaskForm; its fields' labels and messages are lazy translations."""

    class Meta(FlaskForm.Meta):
        locales = False

        def get_translations(self, form: Any) -> Any:
            return _own_words(locale_name())

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Any:
            if field.errors:
                render_kw = {"aria-invalid": "true", "aria-describedby": f"{field.id}-error"} | render_kw
            return super().render_field(field, render_kw)


class Line:
    """Validator of a one-line text: tidied in place, or refused in words (see core.text.check_line)."""

    def __init__(self, longest: int = 200, shortest: int = 1, *, optional: bool = False):
        self.longest, self.shortest, self.optional = longest, shortest, optional

    def __call__(self, form: Form, field: Any) -> None:
        if self.optional and not (field.data or "").strip():
            field.data = ""
            return
        try:
            field.data = check_line(field.data, field.name, self.longest, self.shortest)
        except Invalid as problem:
            raise ValidationError(str(problem)) from problem


class Text:
    """Validator of a Markdown text (see core.text.check_text)."""

    def __init__(self, longest: int = 100_000, *, optional: bool = False):
        self.longest, self.optional = longest, optional

    def __call__(self, form: Form, field: Any) -> None:
        if self.optional and not (field.data or "").strip():
            field.data = ""
            return
        try:
            field.data = check_text(field.data, field.name, self.longest)
        except Invalid as problem:
            raise ValidationError(str(problem)) from problem


class WholeField(IntegerField):
    """A whole number written in ASCII digits, with its bounds said in words."""

    def __init__(self, *args: Any, low: int = 0, high: int = 1_000_000, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.low, self.high = low, high

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = (valuelist[0] if valuelist else "").strip()
        if not typed:
            self.data = None
            return
        if not (typed.isascii() and typed.isdigit() and len(typed) < 10 and self.low <= int(typed) <= self.high):
            self.data = None
            raise ValueError(_("Write a whole number from %(low)s to %(high)s.", low=self.low, high=self.high))
        self.data = int(typed)


def choices(names: Mapping[str, Any]) -> list[SelectChoice]:
    """For a field of choices: what is sent, and its name in the reader's language, translated when it is shown."""
    return [SelectChoice(value, label) for value, label in names.items()]


def whole(typed: str | None) -> int | None:
    """A row's number as an address or a hidden field carries it; None for anything that no row can have."""
    typed = typed or ""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


__all__ = ["REQUIRED", "Form", "Line", "StringField", "Text", "TextAreaField", "WholeField", "choices", "whole"]
