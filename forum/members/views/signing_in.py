"""Signing in and out, the password once more, and a forgotten one."""

from typing import Any

from flask import flash, redirect, request, url_for

from core.errors import Invalid
from core.i18n import _
from core.limits import address, limit
from core.web import done, local_path, render, show_errors
from forum.members.auth import forget_session, member, sign_in_required, start_session, viewer
from forum.members.commands import accounts, sessions
from forum.members.forms import AskResetForm, ConfirmForm, ResetForm, SignInForm
from forum.members.queries import token_for
from forum.members.views.blueprint import caller, members, remember_browser


@members.get("/login")
def login() -> Any:
    if viewer().is_authenticated:
        return redirect(local_path(request.args.get("next")), 303)
    return render("forum/members/login.html", form=SignInForm(next=request.args.get("next", "")))


@members.post("/login")
def login_now() -> Any:
    form = SignInForm()
    if not form.validate():
        return render("forum/members/login.html", form=form, status=422)
    try:
        found, token = sessions.sign_in(form.login.data, form.password.data, caller())
    except Invalid as problem:
        show_errors(form, problem)
        return render("forum/members/login.html", form=form, status=422)
    start_session(found, token)
    return remember_browser(done(local_path(form.next.data)), found)


@members.post("/logout")
def logout() -> Any:
    if viewer().is_authenticated:
        sessions.sign_out(member())
    forget_session()
    return done("/")


@members.get("/confirm")
@sign_in_required
def confirm() -> Any:
    return render("forum/members/confirm.html", form=ConfirmForm(next=request.args.get("next", "")))


@members.post("/confirm")
@sign_in_required
def confirm_now() -> Any:
    form = ConfirmForm()
    if not form.validate():
        return render("forum/members/confirm.html", form=form, status=422)
    try:
        sessions.confirm(member(), form.password.data, caller())
    except Invalid as problem:
        show_errors(form, problem)
        return render("forum/members/confirm.html", form=form, status=422)
    return done(local_path(form.next.data))


@members.get("/reset")
def reset() -> Any:
    return render("forum/members/reset.html", form=AskResetForm())


@members.post("/reset")
def ask_reset() -> Any:
    form = AskResetForm()
    if not form.validate():
        return render("forum/members/reset.html", form=form, status=422)
    limit("reset", "address", address())  # first: names are kept for a day, and anyone can think of more
    limit("reset", "name", form.login.data.casefold())
    accounts.ask_reset(form.login.data)
    return done(url_for("members.reset_asked"))


@members.get("/reset/asked")
def reset_asked() -> Any:
    return render("forum/members/reset_asked.html")


@members.get("/reset/new")
def new_password() -> Any:
    token = request.args.get("token", "")
    found = token_for(token, accounts.RESET)
    return render(
        "forum/members/new_password.html", status=200 if found else 404, found=found, form=ResetForm(token=token)
    )


@members.post("/reset/new")
def new_password_now() -> Any:
    form = ResetForm()
    if not form.validate():
        return render("forum/members/new_password.html", form=form, found=True, status=422)
    try:
        found = accounts.reset(form.token.data or "", form.password.data)
    except Invalid as problem:
        show_errors(form, problem)
        return render("forum/members/new_password.html", form=form, found=True, status=422)
    forget_session()
    flash(_("You have a new password. Sign in with it; all other browsers were signed out."), "success")
    return remember_browser(done(url_for("members.login")), found)
