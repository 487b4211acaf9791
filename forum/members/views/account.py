"""The keys of the account: mail address, password, and what happened to them."""

from typing import Any

from flask import flash, url_for

from core.errors import Invalid
from core.i18n import _
from core.limits import limit
from core.web import done, render, show_errors
from forum.members.auth import forget_session, member, sign_in_required
from forum.members.commands import accounts, leaving, sessions
from forum.members.forms import EmailForm, LeaveForm, PasswordForm
from forum.members.queries import security_events_of
from forum.members.views.blueprint import caller, members, remember_browser


@members.get("/settings/account")
@sign_in_required
def account() -> Any:
    return _page()


@members.post("/settings/email")
@sign_in_required
def change_email() -> Any:
    form = EmailForm()
    if not form.validate():
        return _page(email_form=form, status=422)
    limit("verify", member().id)
    try:
        sessions.confirm(member(), form.password.data, caller())
        accounts.ask_email_change(member(), form.email.data)
    except Invalid as problem:
        show_errors(form, problem)
        return _page(email_form=form, status=422)
    flash(_("We sent a link to %(email)s. The change counts once you open it.", email=form.email.data), "success")
    return done(url_for("members.account"))


@members.post("/settings/password")
@sign_in_required
def change_password() -> Any:
    form = PasswordForm()
    if not form.validate():
        return _page(password_form=form, status=422)
    try:
        accounts.change_password(member(), form.password.data, form.new_password.data, caller())
    except Invalid as problem:
        show_errors(form, problem)
        return _page(password_form=form, status=422)
    flash(_("Your password is changed; all other browsers are signed out."), "success")
    return remember_browser(done(url_for("members.account")), member())


@members.post("/settings/leave")
@sign_in_required
def leave() -> Any:
    """For good: the password is asked for, and what stands in the way is told on the page."""
    form = LeaveForm()
    if not form.validate():
        return _page(leave_form=form, status=422)
    try:
        sessions.confirm(member(), form.password.data, caller())
        leaving.erase(member())
    except Invalid as problem:
        show_errors(form, problem)
        return _page(leave_form=form, status=422)
    flash(_("Your account is erased. Goodbye."), "success")
    forget_session()
    return done("/")


def _page(email_form: Any = None, password_form: Any = None, leave_form: Any = None, status: int = 200) -> Any:
    forms = {
        "leave_form": leave_form or LeaveForm(formdata=None),
        "email_form": email_form or EmailForm(formdata=None),
        "password_form": password_form or PasswordForm(formdata=None),
    }
    return render("forum/members/account.html", status=status, events=security_events_of(member()), **forms)
