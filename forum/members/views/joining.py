"""Joining, and confirming the mail address."""

from typing import Any

from flask import flash, redirect, request, url_for

from core.errors import Invalid
from core.i18n import _
from core.limits import address, check_limit, limit
from core.web import done, local_path, render, show_errors
from forum.members.auth import member, sign_in_required, start_session, viewer
from forum.members.commands import accounts
from forum.members.forms import JoinForm
from forum.members.queries import token_for
from forum.members.views.blueprint import caller, members, remember_browser


@members.get("/join")
def join() -> Any:
    if viewer().is_authenticated:
        return redirect(local_path(request.args.get("next")), 303)
    return render("forum/members/join.html", form=JoinForm(next=request.args.get("next", "")))


@members.post("/join")
def join_now() -> Any:
    form = JoinForm()
    check_limit("sign-up", address())
    check_limit("sign-up-taken", address())
    if not form.validate():
        return render("forum/members/join.html", form=form, status=422)
    try:
        made, token = accounts.join(form.username.data, form.email.data, form.password.data, caller())
    except Invalid as problem:
        if problem.field == "email":  # says who is here: not for asking about a thousand addresses
            limit("sign-up-taken", address())
        show_errors(form, problem)
        return render("forum/members/join.html", form=form, status=422)
    limit("sign-up", address())
    start_session(made, token)
    flash(_("Welcome, %(name)s! We sent you a link: open it, and you can write too.", name=made.username), "success")
    return remember_browser(done(local_path(form.next.data)), made)


@members.get("/verify")
def verify() -> Any:
    """Mail programs open links by themselves; so this only shows a button."""
    token = request.args.get("token", "")
    found = token_for(token, accounts.VERIFY, accounts.CHANGE)
    status = 200 if found else 404
    return render("forum/members/verify.html", status=status, token=token, found=found)


@members.post("/verify")
def verify_now() -> Any:
    accounts.verify(request.form.get("token", ""))
    flash(_("Your mail address is confirmed."), "success")
    return done("/" if viewer().is_authenticated else url_for("members.login"))


@members.post("/verify/link")
@sign_in_required
def send_verification() -> Any:
    limit("verify", member().id)
    accounts.ask_verification(member())
    flash(_("A new link is on its way to %(email)s.", email=member().email), "success")
    return done(local_path(request.form.get("next"), url_for("members.account")))
