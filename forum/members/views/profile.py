"""A member's page, and blocking."""

from typing import Any

from flask import redirect, url_for

from core.slots import fill
from core.web import done, render
from forum.members.auth import member, sign_in_required, viewer
from forum.members.commands import profiles
from forum.members.queries import member_and_relation, member_for
from forum.members.views.blueprint import members


@members.get("/m/<username>")
def show(username: str) -> Any:
    found, relation = member_and_relation(viewer(), username)
    if found.username != username:
        return redirect(url_for("members.show", username=found.username), 301)
    extras = fill("member.show", found, viewer())
    return render("forum/members/show.html", member=found, relation=relation, **extras)


@members.post("/m/<username>/block")
@sign_in_required
def block(username: str) -> Any:
    found = member_for(username)
    profiles.block(member(), found)
    return done(url_for("members.show", username=found.username))


@members.post("/m/<username>/unblock")
@sign_in_required
def unblock(username: str) -> Any:
    found = member_for(username)
    profiles.unblock(member(), found)
    return done(url_for("members.show", username=found.username))
