"""Saying thanks for a post, and taking it back."""

from sqlalchemy import delete, select, update

from core.db import command, db, rows_changed
from core.outbox import announce
from forum.members.models import Member
from forum.members.queries import relation_to
from forum.threads import rules
from forum.threads.events import PostThanked, ThanksTakenBack
from forum.threads.models import Post, Thanks
from forum.threads.queries import open_post


@command
def thank(post: Post, *, member: Member) -> Post:
    """Said twice it counts once."""
    post, opened = open_post(member, post.id, lock=True)
    rules.check_thank(post, opened.thread, opened.standing, relation_to(member, post.author))
    if db.session.scalar(select(Thanks.id).filter_by(post_id=post.id, member_id=member.id)):
        return post
    db.session.add(Thanks(post_id=post.id, member_id=member.id))
    db.session.flush()
    _count(post, 1)
    announce(PostThanked(post.id, member.id))
    return post


@command
def take_thanks_back(post: Post, *, member: Member) -> Post:
    """Whatever became of the post and its author meanwhile, as long as the member may read it."""
    post, _opened = open_post(member, post.id, lock=True)
    own = delete(Thanks).where(Thanks.post_id == post.id, Thanks.member_id == member.id)
    if rows_changed(own):
        _count(post, -1)
        announce(ThanksTakenBack(post.id, member.id))
    return post


def _count(post: Post, change: int) -> None:
    db.session.execute(update(Post).where(Post.id == post.id).values(thank_count=Post.thank_count + change))
