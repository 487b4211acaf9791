"""What becomes a notice. Runs in the worker; nobody waits for it."""

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from core.mail import send_mail
from core.outbox import consumer
from core.text import mentioned_names
from forum.boards.events import ApplicationDecided, Applied, MembershipChanged
from forum.boards.models import Application
from forum.boards.queries import moderator_ids
from forum.members.models import Member
from forum.notices import mails
from forum.notices.commands import post_key, read_posts, recount, tell, tell_of_fewer
from forum.notices.queries import unread_about
from forum.threads.events import PostEdited, PostThanked, PostWritten, ThanksTakenBack, ThreadRead
from forum.threads.models import Post, Thanks, Thread, Watch

MOST_MENTIONS = 50


@consumer("notices.posts", PostWritten)
def tell_of_post(event: PostWritten) -> None:
    """Who is named hears that, who is quoted hears that, other watchers hear of a reply: each of one thing only."""
    post = _post(event.post_id)
    if post is None:
        return
    _tell(post, "mention", _mentioned(post))
    if post.reply_to_no:
        quoted = select(Post.author_id).where(Post.thread_id == post.thread_id, Post.post_no == post.reply_to_no)
        _tell(post, "quoted", set(db.session.scalars(quoted)))
    if post.post_no > 1:
        _tell(post, "reply", _watchers(post.thread_id), gathers=True)


@consumer("notices.read", ThreadRead)
def take_as_read(event: ThreadRead) -> None:
    """Who read the posts needs no notice of them any more."""
    read_posts(event.thread_id, event.post_no, reader_id=event.member_id)


@consumer("notices.edits", PostEdited)
def tell_of_edit(event: PostEdited) -> None:
    """A name that an edit brought in."""
    post = _post(event.post_id)
    if post is not None:
        _tell(post, "mention", _mentioned(post))


@consumer("notices.thanks", PostThanked)
def tell_of_thanks(event: PostThanked) -> None:
    """One unread notice a post, whoever says thanks. `since`: the id of the first thanks that it tells of."""
    post = _post(event.post_id)
    said = select(Thanks.id).filter_by(post_id=event.post_id, member_id=event.thanker_id)
    thanks_id = db.session.scalar(said)
    if post is None or thanks_id is None:
        return
    earlier = unread_about(post.author_id, "thanks", _lasting_address(post))
    tell(
        [post.author_id],
        kind="thanks",
        key=f"thanks:{post.id}:{event.thanker_id}",
        address=_lasting_address(post),
        board_id=post.thread.board_id,
        thread_id=post.thread_id,
        actor_id=event.thanker_id,
        facts={"post_no": post.post_no, "since": earlier.facts["since"] if earlier else thanks_id},
        gathers=True,
        apart=True,
    )


@consumer("notices.unthanked", ThanksTakenBack)
def take_back_thanks(event: ThanksTakenBack) -> None:
    """Nobody is told of thanks that are not meant any more."""
    post = _post(event.post_id)
    notice = unread_about(post.author_id, "thanks", _lasting_address(post)) if post else None
    if notice is not None:
        left = select(Thanks.member_id).where(Thanks.post_id == event.post_id, Thanks.id >= notice.facts["since"])
        tell_of_fewer(notice, list(db.session.scalars(left.order_by(Thanks.id.desc()))))


@consumer("notices.applications", Applied)
def tell_moderators(event: Applied) -> None:
    application = _application(event.application_id)
    if application is None or application.state != "waiting":
        return
    board = application.board
    about = {"board_id": board.id, "actor_id": application.member_id}
    key, address = f"application:{application.id}", f"/b/{board.slug}/applications"
    tell(moderator_ids(board.id), kind="application", key=key, address=address, **about)


@consumer("notices.decisions", ApplicationDecided)
def tell_applicant(event: ApplicationDecided) -> None:
    """By a notice and, where the address is confirmed, by mail."""
    application = _application(event.application_id)
    if application is None or application.state not in ("accepted", "refused"):
        return
    board, member = application.board, application.member
    facts = {"state": application.state, "reason": application.reason}
    key, address = f"decision:{application.id}", f"/b/{board.slug}"
    told = tell([member.id], kind="decision", key=key, address=address, board_id=board.id, facts=facts)
    if told and member.email and member.is_verified and not member.is_suspended:
        _mail_decision(application, member)


@consumer("notices.recount", MembershipChanged)
def count_again(event: MembershipChanged) -> None:
    """A ban hides notices at once; this takes them out of the number in the page's head."""
    recount(event.member_id)


def _mail_decision(application: Application, member: Member) -> None:
    settings = current_app.extensions["settings"]
    with force_locale(member.language or settings.languages[0]):
        link = f"{settings.base_url}/b/{application.board.slug}"
        subject, body = mails.decision(application, link)
    send_mail(member.email or "", subject, body, member.id)


def _tell(post: Post, kind: str, member_ids: set[int], *, gathers: bool = False) -> None:
    thread = post.thread
    tell(
        member_ids,
        kind=kind,
        key=post_key(post.id),
        address=thread.address_of(post.post_no),
        board_id=thread.board_id,
        thread_id=thread.id,
        actor_id=post.author_id,
        facts={"post_no": post.post_no},
        gathers=gathers,
    )


def _lasting_address(post: Post) -> str:
    """The same under any title, so that notices about a post find each other."""
    return f"/t/{post.thread_id}/posts/{post.post_no}"


def _post(post_id: int) -> Post | None:
    there = (Post.id == post_id, Post.deleted_at.is_(None), Thread.deleted_at.is_(None))
    return db.session.scalar(select(Post).join(Post.thread).where(*there).options(joinedload(Post.thread)))


def _mentioned(post: Post) -> set[int]:
    names = sorted(mentioned_names(post.body))[:MOST_MENTIONS]
    return set(db.session.scalars(select(Member.id).where(Member.username_lower.in_(names)))) if names else set()


def _watchers(thread_id: int) -> set[int]:
    return set(db.session.scalars(select(Watch.member_id).where(Watch.thread_id == thread_id, Watch.is_on)))


def _application(application_id: int) -> Application | None:
    query = select(Application).where(Application.id == application_id)
    return db.session.scalar(query.options(joinedload(Application.board), joinedload(Application.member)))
