"""What the worker does for moderators."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from core.outbox import consumer
from forum.boards.queries import moderator_ids
from forum.moderation.events import PostReported
from forum.moderation.models import Report
from forum.notices.commands import tell
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
