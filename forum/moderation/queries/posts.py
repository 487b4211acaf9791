"""What waits for a moderator: reports and applications of the boards they moderate."""

from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from core.db import db
from core.errors import Missing
from forum.boards.models import Application
from forum.boards.queries import moderated_board_ids
from forum.members.models import Member
from forum.moderation.models import Report
from forum.threads.models import Post, Thread

PAGE = 50


@dataclass(frozen=True)
class Reported:
    """A post and the reports about it that wait."""

    post: Post
    reports: list[Report]


@dataclass(frozen=True)
class Desk:
    reported: list[Reported]
    applications: list[Application]
    moderates: bool


def desk_of(moderator: Member) -> Desk:
    """Three statements, whatever waits. The oldest first."""
    moderates = bool(db.session.scalar(select(moderated_board_ids(moderator).exists())))
    reports = list(db.session.scalars(_waiting(moderator).order_by(Report.id).limit(PAGE))) if moderates else []
    return Desk(_by_post(reports), _applications(moderator) if moderates else [], moderates)


def report_for(moderator: Member, report_id: int) -> Report:
    """A report on a board they moderate, decided or not; Missing otherwise."""
    found = db.session.scalar(_reports(moderator).where(Report.id == report_id))
    if found is None:
        raise Missing
    return found


def members_named(words: str) -> list[Member]:
    """For the operator: by a part of the name or a whole mail address; without words the newest."""
    query = select(Member).order_by(Member.id.desc()).limit(PAGE)
    wanted = words.strip().lower().lstrip("@")
    if wanted:
        in_name = Member.username_lower.contains(wanted, autoescape=True)
        query = query.where(or_(in_name, Member.email_key == words.strip().lower()))
    return list(db.session.scalars(query))


def _reports(moderator: Member) -> Select[Report]:
    """The thread's board of today counts: a report follows a thread that was moved."""
    query = select(Report).join(Report.post).join(Post.thread)
    return query.where(Thread.board_id.in_(moderated_board_ids(moderator)))


def _waiting(moderator: Member) -> Select[Report]:
    post = contains_eager(Report.post)
    query = _reports(moderator).join(Thread.board).where(Report.state == "waiting")
    return query.options(
        post.joinedload(Post.author),
        post.contains_eager(Post.thread).contains_eager(Thread.board),
        joinedload(Report.reporter),
    )


def _by_post(reports: list[Report]) -> list[Reported]:
    found: dict[int, Reported] = {}
    for report in reports:
        found.setdefault(report.post_id, Reported(report.post, [])).reports.append(report)
    return list(found.values())


def _applications(moderator: Member) -> list[Application]:
    query = select(Application).where(Application.board_id.in_(moderated_board_ids(moderator)))
    query = query.where(Application.state == "waiting").order_by(Application.id).limit(PAGE)
    query = query.options(joinedload(Application.member), joinedload(Application.board))
    return list(db.session.scalars(query))
