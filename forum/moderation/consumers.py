"""What the worker does for moderators."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from core.i18n import _
from core.outbox import consumer
from forum.boards.queries import moderator_ids
from forum.moderation.events import PostReported, TalkReported
from forum.moderation.models import Report, TalkReport
from forum.moderation.queries import operator_ids
from forum.notices.commands import tell
from forum.notices.models import Notice
from forum.notices.sentences import says
from forum.threads.models import Post


@consumer("moderation.reports", PostReported)
def tell_moderators(event: PostReported) -> None:
    query = select(Report).where(Report.id == event.report_id, Report.state == "waiting")
    report = db.session.scalar(query.options(joinedload(Report.post).joinedload(Post.thread)))
    if report is None:
        return
    thread = report.post.thread
    tell(
        set(moderator_ids(thread.board_id)) - {report.reporter_id},
        kind="report",
        key=f"report:{report.id}",
        address=f"/moderation#post-{report.post_id}",
        board_id=thread.board_id,
        thread_id=thread.id,
        facts={"reason": report.reason},
        gathers=True,
    )


@consumer("moderation.talks", TalkReported)
def tell_operators(event: TalkReported) -> None:
    """Not what it is about: the page shows that to who is an operator when they open it."""
    report = db.session.get(TalkReport, event.talk_report_id)
    if report is not None and report.state == "waiting":
        address = f"/moderation#talk-report-{report.id}"
        people = set(operator_ids()) - {report.reporter_id}
        tell(people, kind="talk_report", key=f"talk_report:{report.id}", address=address)


@says("talk_report", "flag")
def reported_talk(notice: Notice) -> str:
    return _("A conversation was reported.")
