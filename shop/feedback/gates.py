"""Who sees the pictures of feedback, and what the deletion of a review's post asks for."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from core.errors import Refused
from core.i18n import _
from forum.pictures.models import Picture
from forum.pictures.queries import keeps_pictures, shows_pictures
from forum.threads.models import Post
from forum.threads.rules import guards_posts
from shop.feedback import commands, queries
from shop.feedback.models import Feedback, FeedbackPicture


@shows_pictures
def in_feedback(viewer: Any) -> ColumnElement[bool]:
    """Whoever reads the feedback. With its words the pictures are gone."""
    may = or_(queries.readable(viewer), and_(queries.shown(), Feedback.about_id == (viewer.id or 0)))
    query = select(FeedbackPicture.key).join(Feedback, Feedback.id == FeedbackPicture.feedback_id)
    return Picture.key.in_(query.where(may, Feedback.removed_at.is_(None)))


@keeps_pictures
def hang_in_feedback() -> ColumnElement[bool]:
    return Picture.key.in_(select(FeedbackPicture.key))


@guards_posts
def keep_the_place(post: Post, actor: Any, reason: str) -> None:
    """A review is removed by others only with a reason that stays where it stood, written down with the deletion."""
    row = queries.by_post(post.id)
    if row is None or row.removed_at is not None:
        return
    if actor.id != row.author_id and not reason:
        said = _("This is a verified review: it can only be removed with a reason, which everyone reads in its place.")
        raise Refused("reason_needed", said)
    commands.mark_removed(row, actor.id, "" if actor.id == row.author_id else reason)
