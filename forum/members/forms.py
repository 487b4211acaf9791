"""The shape of what members type about themselves."""

from collections.abc import Callable
from typing import Any

from wtforms import BooleanField, HiddenField, PasswordField, SelectField
from wtforms.validators import ValidationError

from core.errors import Invalid
from core.forms import Form, Line, StringField, Text, TextAreaField, choices
from core.i18n import LANGUAGE_NAMES, _, _l
from forum.members.addresses import check_email
from forum.members.names import check_username
from forum.members.passwords import LONGEST, check_password


class Checked:
    """Validator made of a check that returns the tidied value or raises Invalid."""

    def __init__(self, check: Callable[[str | None], str]):
        self.check = check

    def __call__(self, form: Form, field: Any) -> None:
        try:
            field.data = self.check(field.data)
        except Invalid as problem:
            raise ValidationError(str(problem)) from problem


class NewPassword:
    """Validator of a password to be set; looks at the form's own name and address too."""

    def __call__(self, form: Any, field: Any) -> None:
        own = {name: form[name].data or "" for name in ("username", "email") if name in form}
        try:
            check_password(field.data or "", **own)
        except Invalid as problem:
            raise ValidationError(str(problem)) from problem


class Typed:
    """Validator of a password that only has to be there; its text is not tidied."""

    def __call__(self, form: Form, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Fill this in."))
        if len(field.data) > LONGEST:
            raise ValidationError(_("This is too long: at most %(most)s characters.", most=LONGEST))


LANGUAGES = {"": _l("As in the footer, or as my browser asks"), **LANGUAGE_NAMES}


class JoinForm(Form):
    username = StringField(_l("Username"), [Checked(check_username)])
    email = StringField(_l("Mail address"), [Checked(check_email)])
    password = PasswordField(_l("Password"), [NewPassword()])
    next = HiddenField()


class SignInForm(Form):
    login = StringField(_l("Name or mail address"), [Line(254)])
    password = PasswordField(_l("Password"), [Typed()])
    next = HiddenField()


class ConfirmForm(Form):
    password = PasswordField(_l("Password"), [Typed()])
    next = HiddenField()


class AskResetForm(Form):
    login = StringField(_l("Name or mail address"), [Line(254)])


class ResetForm(Form):
    token = HiddenField()
    password = PasswordField(_l("New password"), [NewPassword()])


class ProfileForm(Form):
    about = TextAreaField(_l("About you"), [Text(5_000, optional=True)])
    interests = StringField(_l("Interests"), [Line(300, optional=True)])
    language = SelectField(_l("Language"), choices=choices(LANGUAGES))
    is_findable = BooleanField(_l("Show me in the search for people"))


class EmailForm(Form):
    email = StringField(_l("New mail address"), [Checked(check_email)])
    password = PasswordField(_l("Your password"), [Typed()], id="email-password")


class PasswordForm(Form):
    password = PasswordField(_l("Old password"), [Typed()])
    new_password = PasswordField(_l("New password"), [NewPassword()])


class LeaveForm(Form):
    password = PasswordField(_l("Your password"), [Typed()], id="leave-password")
