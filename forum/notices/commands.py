"""Telling members, and their having read it. The unread count moves in SQL, in the same transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, case, delete, select, update

from core.clock import now
from core.db import command, db, rows_changed
from core.live import signal
from forum.boards.models import ANYONE, MODERATOR
from forum.boards.queries import readers_among
from forum.members.models import Block, Member
from forum.notices.models import Notice
from forum.notices.queries import count_unread, notice_for
from forum.notices.rules import BETWEEN_PEOPLE, DECISION, FOR_MODERATORS
from forum.notices.sentences import near_of

MOST_KEYS = 100  # of gathered news
COUNTS = "notices"  # the topic on which open pages ask for the numbers in their head


@dataclass(frozen=True)
class News:
    """`key` is told once to each member: news of a post is `post_key`, whatever the reason.

    `facts` are plain values for the sentence. With `gathers`, an unread notice of the same kind about the same thread
    (or address) gives way to this one, which counts it (`facts["count"]`) and remembers its key (`facts["gathered"]`);
    with `apart`, one that leads to the same address.
    """

    kind: str
    key: str
    address: str
    board_id: int | None = None
    thread_id: int | None = None
    actor_id: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    gathers: bool = False
    apart: bool = False


def post_key(post_id: int) -> str:
    return f"post:{post_id}"


@command
def tell(member_ids: Iterable[int], **news: Any) -> int:
    """Give these members a notice with the fields of News; returns how many were told.

    Nobody is told twice by the same key, of what they did themselves, of a board they may not read, or of
    someone they blocked. What nobody has read yet gives way to what is nearer (`rules.Near`).
    """
    told = News(**news)
    ids = _to_tell(set(member_ids), told)
    before = _give_way(ids, told) if told.gathers else {}
    for member_id in sorted(ids):
        facts = told.facts | _gathered(before.get(member_id, [])) if told.gathers else told.facts
        db.session.add(_notice(member_id, told, facts))
    db.session.flush()
    _count(ids - before.keys(), 1)
    signal(ids, COUNTS)
    return len(ids)


@command
def tell_of_fewer(notice: Notice, actor_ids: list[int]) -> None:
    """Some of those an unread notice tells of took back what they did: these are left, the newest first."""
    if actor_ids:
        notice.actor_id, notice.facts = actor_ids[0], notice.facts | {"count": len(actor_ids)}
    else:
        db.session.delete(notice)
        _count([notice.member_id], -1)


@command
def read_one(notice_id: int, *, reader: Member) -> str:
    """Mark it read; the address it leads to. Missing if it is not the reader's or not theirs to see any more."""
    notice = notice_for(reader, notice_id)
    _read(reader.id, Notice.id == notice_id)
    return notice.address


@command
def read_all(*, reader: Member, until: int | None = None) -> None:
    """Mark all read; with `until`, only those up to the one the page showed first."""
    _read(reader.id, *([Notice.id <= until] if until else []))


@command
def read_address(address: str, *, reader: Member) -> None:
    """For who went there on their own: what led to this address is read."""
    _read(reader.id, Notice.address == address)


@command
def read_posts(thread_id: int, post_no: int, *, reader_id: int) -> None:
    """The same for the posts of a thread up to this number."""
    unread = select(Notice).where(Notice.member_id == reader_id, Notice.read_at.is_(None))
    found = db.session.scalars(unread.where(Notice.thread_id == thread_id, Notice.kind.not_in(FOR_MODERATORS)))
    ids = [notice.id for notice in found if 0 < notice.facts.get("post_no", 0) <= post_no]
    if ids:
        _read(reader_id, Notice.id.in_(ids))


@command
def recount(member_id: int) -> None:
    """The unread count from the rows themselves, hidden ones left out. For when a membership ends."""
    member = db.session.get(Member, member_id)
    if member is not None:
        values = {"unread_notices": count_unread(member)}
        db.session.execute(update(Member).where(Member.id == member_id).values(values))


def _to_tell(ids: set[int], news: News) -> set[int]:
    ids.discard(news.actor_id or 0)
    if news.board_id and news.kind != DECISION:
        ids = readers_among(news.board_id, ids, MODERATOR if news.kind in FOR_MODERATORS else ANYONE)
    if news.actor_id and news.kind in BETWEEN_PEOPLE:
        blocked = select(Block.member_id).where(Block.member_id.in_(ids), Block.blocked_id == news.actor_id)
        ids -= set(db.session.scalars(blocked))
    return ids - _know(ids, news)


def _know(ids: set[int], news: News) -> set[int]:
    """Who was told by the same key as nearly, or has read it; the farther notices of the others are taken back."""
    is_same: Any = Notice.key == news.key
    if news.thread_id:
        is_same |= and_(Notice.thread_id == news.thread_id, Notice.read_at.is_(None))
    known = set()
    for notice in db.session.scalars(select(Notice).where(Notice.member_id.in_(ids), is_same)):
        if news.key != notice.key and news.key not in notice.facts.get("gathered", ()):
            continue
        if notice.read_at is None and near_of(notice.kind) < near_of(news.kind):
            _take_back(notice, news.key)
        else:
            known.add(notice.member_id)
    db.session.flush()
    return known


def _take_back(notice: Notice, key: str) -> None:
    """One that gathered others goes on telling of those."""
    others = [one for one in (*notice.facts.get("gathered", ()), notice.key) if one != key]
    count = int(notice.facts.get("count", 1)) - 1
    if not others or not count:
        tell_of_fewer(notice, [])
        return
    notice.key, notice.facts = others[-1], notice.facts | {"count": count, "gathered": others[:-1]}


def _gathered(earlier: list[Notice]) -> dict[str, Any]:
    """How much news one notice stands for, and by which keys its reader was told of the newest of it."""
    count = 1 + sum(int(notice.facts.get("count", 1)) for notice in earlier)
    keys = [key for notice in earlier for key in (*notice.facts.get("gathered", ()), notice.key)]
    return {"count": count, "gathered": keys[-MOST_KEYS:]}


def _notice(member_id: int, news: News, facts: dict[str, Any]) -> Notice:
    row = Notice(member_id=member_id, kind=news.kind, key=news.key, address=news.address, facts=facts)
    row.board_id, row.thread_id, row.actor_id = news.board_id, news.thread_id, news.actor_id
    return row


def _give_way(ids: set[int], news: News) -> dict[int, list[Notice]]:
    """Remove earlier unread ones about the same; they, by member id."""
    by_thread = news.thread_id and not news.apart
    same = Notice.thread_id == news.thread_id if by_thread else Notice.address == news.address
    earlier = select(Notice).where(Notice.member_id.in_(ids), Notice.kind == news.kind, same, Notice.read_at.is_(None))
    rows = list(db.session.scalars(earlier.order_by(Notice.id)))
    before: dict[int, list[Notice]] = {}
    for row in rows:
        before.setdefault(row.member_id, []).append(row)
    if rows:
        db.session.execute(delete(Notice).where(Notice.id.in_([row.id for row in rows])))
        _count({row.member_id for row in rows}, -1)
        _count(before.keys(), 1)
    return before


def _read(reader_id: int, *which: Any) -> None:
    unread = update(Notice).where(Notice.member_id == reader_id, Notice.read_at.is_(None), *which)
    marked = rows_changed(unread.values(read_at=now()))
    _count([reader_id], -marked)
    if marked:
        signal([reader_id], COUNTS)


def _count(member_ids: Iterable[int], step: int) -> None:
    ids = list(member_ids)
    if ids and step:
        left = Member.unread_notices + step
        values = {"unread_notices": case((left < 0, 0), else_=left)}
        db.session.execute(update(Member).where(Member.id.in_(ids)).values(values))
