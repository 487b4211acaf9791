"""Reporting posts, deciding reports, suspending members. Each function is one transaction."""

from sqlalchemy import select, update

from core.clock import now
from core.db import command, db, fresh, rows_changed
from core.errors import Refused
from core.i18n import _
from core.outbox import announce
from forum.boards.commands import record
from forum.members.commands import profiles
from forum.members.models import Member
from forum.moderation import rules
from forum.moderation.events import PostReported
from forum.moderation.models import Report
from forum.moderation.queries import report_for
from forum.threads.commands import delete
from forum.threads.models import Post, Thread
from forum.threads.queries import open_post

UPHELD, DISMISSED = "upheld", "dismissed"


@command
def report(post_id: int, *, reporter: Member, reason: str) -> Report:
    """Tell the moderators. The same member's second report of a post is the first one."""
    post, opened = open_post(reporter, post_id)
    made = db.session.scalar(select(Report).filter_by(post_id=post.id, reporter_id=reporter.id))
    if made is not None:
        return made
    rules.check_report(post, reporter)
    row = Report(post_id=post.id, board_id=opened.board.id, reporter_id=reporter.id, reason=reason)
    db.session.add(row)
    db.session.flush()
    announce(PostReported(row.id))
    return row


@command
def dismiss(report_id: int, *, actor: Member) -> None:
    """The post stays; all reports about it that wait are answered."""
    _decide(report_id, actor, DISMISSED)


@command
def uphold(report_id: int, *, actor: Member, reason: str = "") -> None:
    """The post goes, with a record that says why."""
    post = _decide(report_id, actor, UPHELD, reason)
    if post is not None and post.deleted_at is None:
        delete(post, actor=actor, reason=reason)


@command
def suspend(member: Member, *, operator: Member) -> None:
    """Ends every session at once."""
    rules.check_suspend(operator, member)
    if not fresh(member).is_suspended:
        profiles.suspend(member)


@command
def restore(member: Member, *, operator: Member) -> None:
    rules.check_suspend(operator, member)
    if fresh(member).is_suspended:
        profiles.restore(member)


def _decide(report_id: int, actor: Member, state: str, reason: str = "") -> Post | None:
    """One guarded UPDATE of all reports about the post that wait. None if it was decided this way before."""
    found = report_for(actor, report_id)
    waiting = update(Report).where(Report.post_id == found.post_id, Report.state == "waiting")
    values = {"state": state, "decided_by_id": actor.id, "decided_at": now()}
    if not rows_changed(waiting.values(values)):
        if fresh(found).state != state:
            raise Refused("already_decided", _("This report has been decided already."))
        return None
    post = fresh(db.session.get_one(Post, found.post_id))
    thread = db.session.get_one(Thread, post.thread_id)
    about = {"about": thread.title, "address": thread.address_of(post.post_no), "reason": reason or found.reason}
    record(thread.board_id, actor=actor, action=f"report_{state}", **about)
    return post
