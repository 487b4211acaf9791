"""The blueprint, and what all its views share."""

from typing import Any

from flask import Blueprint, request

from core.errors import Invalid, Missing
from core.forms import whole
from core.i18n import _
from core.limits import limit
from forum.members.auth import member
from forum.members.models import Member
from forum.pictures.commands import keep_picture

threads = Blueprint("threads", __name__)
NEWCOMER = 3  # posts until a member's pace is trusted
MOST_PICTURES = 10  # sent with one text: each large one takes a second or two


def number_of(name: str, default: int = 1) -> int:
    """A number in the address; Missing for one that no page can have."""
    typed = request.args.get(name)
    found = default if typed is None else whole(typed)
    if found is None:
        raise Missing
    return found


def _take_pictures(form: Any) -> str:
    """Keep the pictures that a browser without JavaScript sends with its text, and show them at the text's end.

    Returns what is wrong with the first that cannot be kept. Those before it stay, so that nobody sends them twice.
    """
    uploads = [upload for upload in form.pictures.data or () if getattr(upload, "filename", "")]
    if len(uploads) > MOST_PICTURES:
        return str(_("At most %(most)s pictures at once.", most=MOST_PICTURES))
    for upload in uploads:
        limit("upload", member().id)
        try:
            picture = keep_picture(member(), upload.read(), upload.filename)
        except Invalid as problem:
            return str(problem)
        form.body.data = f"{form.body.data or ''}\n\n![]({picture.address})".strip()
    return ""


def is_right(form: Any) -> bool:
    """Whether the form can be taken. Pictures alone are a post, so they are kept before the text is judged."""
    if problem := _take_pictures(form):
        form.validate()
        form.pictures.errors = [problem]
        return False
    return bool(form.validate())


def slow_down(author: Member) -> None:
    """Newcomers write more slowly: most spam comes from accounts without a past."""
    limit("post-new" if author.post_count < NEWCOMER else "post", author.id)
