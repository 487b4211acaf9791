"""Settings: profile, sessions, blocked people."""

from typing import Any

from flask import flash, url_for

from core.i18n import _, forget_language
from core.web import done, render
from forum.members import queries
from forum.members.auth import hash_token, member, sign_in_required
from forum.members.commands import profiles, sessions
from forum.members.commands.profiles import Profile
from forum.members.forms import ProfileForm
from forum.members.views.blueprint import members


@members.get("/settings")
@sign_in_required
def settings() -> Any:
    return render("forum/members/settings.html", form=ProfileForm(obj=member()))


@members.post("/settings")
@sign_in_required
def save_settings() -> Any:
    form = ProfileForm()
    if not form.validate():
        return render("forum/members/settings.html", form=form, status=422)
    before, profile = member().language, _profile(form)
    profiles.save_profile(member(), profile)
    flash(_("Saved."), "success")
    answer = done(url_for("members.settings"))
    return forget_language(answer) if profile.language not in (None, before) else answer


def _profile(form: ProfileForm) -> Profile:
    return Profile(
        about=form.about.data,
        interests=form.interests.data,
        language=form.language.data or None,
        is_findable=form.is_findable.data,
    )


@members.get("/settings/sessions")
@sign_in_required
def own_sessions() -> Any:
    here = hash_token(member().sign_in_token)
    return render("forum/members/sessions.html", sessions=queries.sessions_of(member()), here=here)


@members.post("/settings/sessions/<int:sign_in_id>/end")
@sign_in_required
def end_session(sign_in_id: int) -> Any:
    sessions.end_session(member(), sign_in_id)
    return done(url_for("members.own_sessions"))


@members.post("/settings/sessions/end")
@sign_in_required
def end_other_sessions() -> Any:
    sessions.end_sessions(member().id, but=member().sign_in_token)
    flash(_("All other browsers are signed out."), "success")
    return done(url_for("members.own_sessions"))


@members.get("/settings/blocked")
@sign_in_required
def blocked() -> Any:
    return render("forum/members/blocked.html", people=queries.blocked_by(member()))
