"""HTTP for notices: read the request, call one query or command, answer."""

from flask import Blueprint, Response, request

from core.forms import whole
from core.web import done, local_path, render
from forum.members.auth import member, sign_in_required, viewer
from forum.members.models import Member
from forum.notices import commands, queries
from forum.notices.forms import ReadForm
from forum.notices.sentences import icon_of, sentence

blueprint = Blueprint("notices", __name__)


@blueprint.get("/notices")
@sign_in_required
def notices() -> Response:
    found = queries.notices_of(member(), whole(request.args.get("before")))
    return render("forum/notices/notices.html", notices=found, sentence=sentence, icon_of=icon_of)


@blueprint.get("/notices/counts")
def counts() -> Response:
    """The numbers in the head of a page that is open. For a guest nothing: a page must not leave by itself."""
    if not isinstance(viewer(), Member):
        return Response(status=204)
    return render("_unread_counts.html")


@blueprint.post("/notices/<int:notice_id>/read")
@sign_in_required
def read_one(notice_id: int) -> Response:
    """Marks it and goes where it leads; a form's button, so that no GET changes anything."""
    return done(local_path(commands.read_one(notice_id, reader=member()), "/notices"))


@blueprint.post("/notices/read")
@sign_in_required
def read_all() -> Response:
    commands.read_all(reader=member(), until=ReadForm().until_id)
    return done("/notices")
