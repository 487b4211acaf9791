"""Reads about members."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import joinedload

from core.clock import now
from core.db import db
from core.errors import Missing
from forum.members.addresses import email_key
from forum.members.auth import hash_token
from forum.members.models import Block, Member, SecurityEvent, SignIn, Token
from forum.members.quiet import is_quiet

EVENTS_SHOWN = 50


def member_by_name(username: str) -> Member | None:
    if "\0" in username:  # PostgreSQL takes no such text, not even to compare
        return None
    return db.session.scalar(select(Member).where(Member.username_lower == username.lower()))


def members_by_names(names: Iterable[str]) -> dict[str, Member]:
    """By lower-case name; who is not there is left out. One statement."""
    lower = sorted({name.lower() for name in names if "\0" not in name})
    if not lower:
        return {}
    return {
        row.username_lower: row for row in db.session.scalars(select(Member).where(Member.username_lower.in_(lower)))
    }


def awake_among(member_ids: Iterable[int]) -> set[int]:
    """Who of these may be disturbed now: their quiet hours are not on. One statement, none for nobody."""
    ids = sorted(set(member_ids))
    columns = (Member.id, Member.quiet_from, Member.quiet_to, Member.time_zone)
    rows = db.session.execute(select(*columns).where(Member.id.in_(ids))) if ids else ()
    return {row.id for row in rows if not is_quiet(row, now())}


def member_by_login(login: str) -> Member | None:
    """By mail address if it has an @, else by name."""
    if "@" in login:
        return db.session.scalar(select(Member).where(Member.email_key == email_key(login)))
    return member_by_name(login)


def member_for(username: str) -> Member:
    """The member of a profile page; Missing if there is none or they were suspended."""
    found = member_by_name(username)
    if found is None or found.is_suspended:
        raise Missing
    return found


@dataclass(frozen=True)
class Relation:
    """Who of two has blocked whom."""

    blocks: bool
    is_blocked: bool

    @property
    def is_cut(self) -> bool:
        return self.blocks or self.is_blocked


def relation_to(viewer: Any, member: Member) -> Relation:
    """One statement; none for guests and oneself."""
    if viewer.id is None or viewer.id == member.id:
        return Relation(blocks=False, is_blocked=False)
    either = or_(
        and_(Block.member_id == viewer.id, Block.blocked_id == member.id),
        and_(Block.member_id == member.id, Block.blocked_id == viewer.id),
    )
    found = set(db.session.scalars(select(Block.member_id).where(either)))
    return Relation(blocks=viewer.id in found, is_blocked=member.id in found)


def member_and_relation(viewer: Any, username: str) -> tuple[Member, Relation]:
    """`member_for` and `relation_to` in one statement, for the member's page."""
    blocks = exists().where(Block.member_id == (viewer.id or 0), Block.blocked_id == Member.id)
    is_blocked = exists().where(Block.member_id == Member.id, Block.blocked_id == (viewer.id or 0))
    query = select(Member, blocks, is_blocked).where(Member.username_lower == username.replace("\0", " ").lower())
    row = db.session.execute(query).first()
    if row is None or row[0].is_suspended:
        raise Missing
    return row[0], Relation(blocks=bool(row[1]), is_blocked=bool(row[2]))


def is_cut_off(viewer: Any) -> ColumnElement[bool]:
    """Whether the Member in the query blocked the viewer, or was blocked by them."""
    either_way = or_(
        and_(Block.member_id == viewer.id, Block.blocked_id == Member.id),
        and_(Block.blocked_id == viewer.id, Block.member_id == Member.id),
    )
    return select(Block.id).where(either_way).exists()


def cut_off_from(member_id: int, others: Collection[int]) -> set[int]:
    """Who of the others blocked the member, or was blocked by them. One statement."""
    either_way = or_(
        and_(Block.member_id == member_id, Block.blocked_id.in_(others)),
        and_(Block.blocked_id == member_id, Block.member_id.in_(others)),
    )
    pairs = db.session.execute(select(Block.member_id, Block.blocked_id).where(either_way))
    return {person for pair in pairs for person in pair} - {member_id}


def blocked_by(member: Member) -> list[Member]:
    query = (
        select(Block).where(Block.member_id == member.id).options(joinedload(Block.blocked)).order_by(Block.id.desc())
    )
    return [block.blocked for block in db.session.scalars(query)]


def sessions_of(member: Member) -> list[SignIn]:
    """The sessions that still count, the newest first."""
    query = select(SignIn).where(SignIn.member_id == member.id, SignIn.expires_at > now())
    return list(db.session.scalars(query.order_by(SignIn.created_at.desc(), SignIn.id.desc()).limit(100)))


def security_events_of(member: Member) -> list[SecurityEvent]:
    query = select(SecurityEvent).where(SecurityEvent.member_id == member.id)
    return list(db.session.scalars(query.order_by(SecurityEvent.id.desc()).limit(EVENTS_SHOWN)))


def token_for(token: str, *purposes: str) -> Token | None:
    """A mailed token that still works."""
    query = select(Token).where(
        Token.token_hash == hash_token(token), Token.purpose.in_(purposes), Token.expires_at > now()
    )
    return db.session.scalar(query)
