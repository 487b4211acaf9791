"""Reporting a conversation, with the messages that prove it, to the operators."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select, update

from core.clock import now
from core.db import command, db
from core.outbox import announce
from forum.members.commands import profiles
from forum.members.models import Member
from forum.messages.commands import decline
from forum.messages.models import Message
from forum.messages.queries import conversation_for, messages_numbered
from forum.moderation import rules
from forum.moderation.events import TalkReported
from forum.moderation.models import Evidence, TalkReport
from forum.moderation.queries import talk_report_for


@dataclass(frozen=True)
class Complaint:
    """`numbers` are those of the messages to be copied; `key` is the form's. With `blocks` the other one of two is
    blocked too."""

    reason: str
    numbers: Collection[int]
    key: str
    blocks: bool = False


@command
def report_talk(conversation_id: int, complaint: Complaint, *, reporter: Member) -> TalkReport:
    """Copies what the reporter sees and chose. A request that is reported is declined with it."""
    opened = conversation_for(reporter, conversation_id)
    made = db.session.scalar(select(TalkReport).filter_by(reporter_id=reporter.id, key=complaint.key))
    if made is not None:
        return made
    rules.check_numbers(complaint.numbers)
    chosen = messages_numbered(opened, sorted(complaint.numbers))
    rules.check_evidence(chosen, reporter)
    row = TalkReport(conversation_id=opened.id, reporter_id=reporter.id, key=complaint.key, reason=complaint.reason)
    db.session.add(row)
    db.session.flush()
    db.session.add_all(_copy(message, row.id) for message in chosen)
    if opened.is_request:
        decline(reporter, opened.id)
    if complaint.blocks and opened.other is not None:
        profiles.block(reporter, opened.other)
    announce(TalkReported(row.id))
    return row


@command
def close_talk_report(talk_report_id: int, *, operator: Member) -> None:
    """Dealt with; the evidence stays. A second time changes nothing."""
    talk_report_for(operator, talk_report_id)
    waiting = update(TalkReport).where(TalkReport.id == talk_report_id, TalkReport.state == "waiting")
    db.session.execute(waiting.values(state="closed", decided_by_id=operator.id, decided_at=now()))


def _copy(message: Message, talk_report_id: int) -> Evidence:
    copy = Evidence(talk_report_id=talk_report_id, message_id=message.id, message_no=message.message_no)
    copy.author_id, copy.written_at, copy.about = message.author_id, message.written_at, message.about
    copy.body, copy.html = message.body, message.html
    return copy
