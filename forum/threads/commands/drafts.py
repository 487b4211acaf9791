"""What was typed, made ready to be kept: rendered, with its mentions and pictures looked up."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from core.db import db
from core.text import RENDER_VERSION, mentioned_names, render_markdown
from forum.members.models import Member
from forum.pictures.addresses import keys_in
from forum.pictures.commands import attach
from forum.pictures.models import Picture
from forum.threads.models import Post

IMAGE = re.compile(r"!\[\]\(/pictures/[^)]*\)")
MOST_MENTIONS = 50


@dataclass(frozen=True)
class Draft:
    """A post as typed. `key` is its form's: the same key of the same author makes one post.

    `tags` are the thread's, for an opening post; None leaves them as they are.
    """

    body: str
    title: str = ""
    kind: str = "talk"
    reply_to_no: int | None = None
    key: str | None = None
    tags: Sequence[str] | None = None


def same_words(body: str, other: str) -> bool:
    """Whether two texts say the same, pictures aside: one that is sent twice is kept under two addresses."""
    return IMAGE.sub("", body).split() == IMAGE.sub("", other).split()


def render_body(body: str, author_id: int, board_id: int | None = None) -> str:
    """Safe HTML with links to the members it mentions and sizes for the pictures it shows."""
    return render_markdown(body, _names(body), _pictures(body, author_id, board_id))


def set_body(post: Post, body: str, board_id: int) -> None:
    """Put the text into the post, rendered."""
    post.body = body
    post.html = render_body(body, post.author_id, board_id)
    post.render_version = RENDER_VERSION


def hang_pictures(post: Post, board_id: int) -> None:
    """The author's own uploads that the text shows are from now on served to whoever reads the board."""
    if keys := keys_in(post.body):
        attach(post.author_id, [f"/pictures/{key}" for key in keys], post.id, board_id)


def _names(body: str) -> dict[str, str]:
    names = sorted(mentioned_names(body))[:MOST_MENTIONS]
    if not names:
        return {}
    found = db.session.execute(select(Member.username_lower, Member.username).where(Member.username_lower.in_(names)))
    return {lower: name for lower, name in found}


def _pictures(body: str, author_id: int, board_id: int | None) -> dict[str, tuple[int, int]]:
    """The author's own and, in a quote, those that hang on the same board already."""
    keys = keys_in(body)
    if not keys:
        return {}
    known = or_(Picture.owner_id == author_id, Picture.board_id == board_id)
    found = db.session.scalars(select(Picture).where(Picture.key.in_(keys), known))
    return {picture.address: (picture.width, picture.height) for picture in found}
