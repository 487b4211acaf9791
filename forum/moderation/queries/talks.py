"""Reported conversations: for operators and nobody else, whatever they moderate."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from core.db import db
from core.errors import Missing
from forum.members.models import Member
from forum.moderation.models import Evidence, TalkReport

PAGE = 20


def talk_reports(viewer: Any) -> list[TalkReport]:
    """Those that wait, with their evidence, the oldest first. Two statements for an operator, none for others."""
    if not viewer.is_operator:
        return []
    query = select(TalkReport).where(TalkReport.state == "waiting").order_by(TalkReport.id).limit(PAGE)
    evidence = selectinload(TalkReport.evidence).joinedload(Evidence.author)
    return list(db.session.scalars(query.options(joinedload(TalkReport.reporter), evidence)))


def talk_report_for(viewer: Any, talk_report_id: int) -> TalkReport:
    found = db.session.get(TalkReport, talk_report_id) if viewer.is_operator else None
    if found is None:
        raise Missing
    return found


def operator_ids() -> list[int]:
    return list(db.session.scalars(select(Member.id).where(Member.role == "operator", ~Member.is_suspended)))
