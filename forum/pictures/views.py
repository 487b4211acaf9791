"""HTTP for pictures: taking them, and serving them through the gate."""

from typing import Any

from flask import Blueprint, Response, flash, jsonify, request, url_for

from core.errors import Invalid, Missing, Refused
from core.i18n import _
from core.limits import limit
from core.storage import storage
from core.web import done, render
from forum.members.auth import member, sign_in_required, viewer
from forum.members.commands import profiles
from forum.members.rules import check_can_write
from forum.pictures.commands import keep_picture
from forum.pictures.encoding import MOST_BYTES
from forum.pictures.models import storage_key
from forum.pictures.queries import picture_for

PUBLIC, GATED = "private, max-age=3600", "private, no-cache"
pictures = Blueprint("pictures", __name__)


def uploaded(name: str = "picture") -> tuple[bytes, str]:
    """The bytes and the name of the uploaded file; never more bytes than it takes to see that they are too many."""
    file = request.files.get(name)
    return (file.stream.read(MOST_BYTES + 1), file.filename or "") if file else (b"", "")


@pictures.post("/pictures")
@sign_in_required
def upload() -> Any:
    """For the composer's script: JSON, also when it says no."""
    try:
        check_can_write(member())
        limit("upload", member().id)
        kept = keep_picture(member(), *uploaded())
    except Refused as problem:
        answer = jsonify(detail=str(problem), code=problem.code)
        answer.status_code = problem.status
        return answer
    markdown = f"![]({kept.address})"
    return jsonify(address=kept.address, width=kept.width, height=kept.height, markdown=markdown), 201


@pictures.get("/pictures/<key>")
@pictures.get("/pictures/<key>/<any(large, thumb, portrait):size>")
def show(key: str, size: str = "large") -> Any:
    shown = picture_for(viewer(), key)
    answer = Response(_body(shown.picture.key, size), mimetype="image/webp")
    answer.headers["Cache-Control"] = PUBLIC if shown.is_public else GATED
    answer.set_etag(f"{shown.picture.key}-{size}")
    return answer.make_conditional(request)


def _body(key: str, size: str) -> bytes:
    try:
        return storage().get(storage_key(key, size))
    except FileNotFoundError as problem:
        raise Missing from problem


@pictures.post("/pictures/portrait")
@sign_in_required
def portrait() -> Any:
    limit("upload", member().id)
    try:
        kept = keep_picture(member(), *uploaded(), is_portrait=True)
    except Invalid as problem:
        return render("forum/pictures/portrait.html", status=422, problem=str(problem))
    profiles.set_picture(member(), kept.key)
    flash(_("That is you now."), "success")
    return done(url_for("members.settings"))


@pictures.post("/pictures/portrait/remove")
@sign_in_required
def remove_portrait() -> Any:
    profiles.set_picture(member(), None)
    return done(url_for("members.settings"))
