"""The figures, and what of them a viewer may see."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, contains_eager

from core.clock import now
from core.db import db
from forum.boards.models import SIGNED_IN, Board, Membership
from forum.boards.queries import readable_board_ids, sellable_board_ids
from forum.members.models import Member
from forum.threads.models import Post, Thread
from search import queries as rows
from search.asking import filters
from search.demand.models import MissedSearch
from search.demand.rules import SHOWN_FROM, Topic, topic_of
from search.engine import Ask, SearchEngine, Unavailable
from search.query import Question
from search.saved import wants
from search.saved.models import SavedSearch
from search.schema import Kind

MOST = 30


@dataclass(frozen=True)
class Missed:
    """A question: how often it found nothing and little, counted once an asker and day."""

    words: str
    nothing: int
    few: int


@dataclass(frozen=True)
class Wanted:
    """A question that several members saved."""

    words: str
    address: str
    members: int


@dataclass(frozen=True)
class Figures:
    missed: list[Missed]
    wishes: list[Thread]
    saved: list[Wanted]


def may_see(viewer: Member) -> bool:
    """Operators, and verified members who may sell on some board."""
    if viewer.is_operator:
        return True
    query = select(sellable_board_ids(viewer).limit(1).exists())
    return viewer.is_verified and bool(db.session.scalar(query))


def result_count(engine: SearchEngine, viewer: Any, question: Question, currency: str) -> int | None:
    """How many posts and products the viewer finds; None when some of it stands on a board that not everybody may
    read: what its members look for there would tell others what it holds. Raises Unavailable without an index."""
    boards = rows.boards_for(viewer)
    found = engine.search(Ask(question.node, filters(question, currency), size=1), boards.gate())
    if any(boards.known[board_id].read_level > SIGNED_IN for board_id in found.boards if board_id in boards.known):
        return None
    return found.kinds.get(Kind.POST, 0) + found.kinds.get(Kind.PRODUCT, 0)


def names_someone(topic: Topic) -> bool:
    """Whether one of the words, or all of them together, is a member's name."""
    return bool(_names(topic.names))


def figures(engine: SearchEngine, viewer: Member, days: int) -> Figures:
    """Six statements."""
    return Figures(_missed(days), _wishes(viewer, days), _saved(engine))


def _missed(days: int) -> list[Missed]:
    """Only questions that at least three different people asked on one day, most asked first.

    Over several days nobody could tell whether they were different: nothing of an asker outlasts the day.
    """
    at_once = func.max(MissedSearch.found_none + MissedSearch.found_few)
    total = func.sum(MissedSearch.found_none) + func.sum(MissedSearch.found_few)
    query = select(func.min(MissedSearch.words), func.sum(MissedSearch.found_none), func.sum(MissedSearch.found_few))
    query = query.where(MissedSearch.day > (now() - timedelta(days=days)).date()).group_by(MissedSearch.key)
    query = query.having(at_once >= SHOWN_FROM).order_by(total.desc(), MissedSearch.key).limit(MOST)
    return [Missed(words, int(nothing), int(few)) for words, nothing, few in db.session.execute(query)]


def _wishes(viewer: Member, days: int) -> list[Thread]:
    """Open wishes without an answer by anybody else, where the viewer may read, the newest first."""
    answer = aliased(Post)
    answered = select(answer.id).where(answer.thread_id == Thread.id, answer.author_id != Thread.author_id)
    query = select(Thread).join(Thread.board).options(contains_eager(Thread.board))
    query = query.where(Thread.kind == "wish", Thread.deleted_at.is_(None), ~Thread.is_locked)
    query = query.where(Thread.created_at >= now() - timedelta(days=days))
    query = query.where(Thread.board_id.in_(readable_board_ids(viewer)))
    query = query.where(~answered.where(answer.deleted_at.is_(None)).exists())
    return list(db.session.scalars(query.order_by(Thread.created_at.desc(), Thread.id.desc()).limit(MOST)))


def _saved(engine: SearchEngine) -> list[Wanted]:
    """Plain questions that at least three members keep; by whom, nobody learns."""
    count = func.count(SavedSearch.member_id.distinct())
    first = select(func.min(SavedSearch.id), count).join(SavedSearch.member).where(~Member.is_suspended)
    groups = first.group_by(SavedSearch.key).having(count >= SHOWN_FROM).order_by(count.desc()).limit(2 * MOST)
    counts = {search_id: members for search_id, members in db.session.execute(groups)}
    found = db.session.scalars(select(SavedSearch).where(SavedSearch.id.in_(counts))) if counts else ()
    shown = [(search, topic) for search in found if (topic := _topic(search))]
    named = _names({name for _, topic in shown for name in topic.names})
    shown = [(search, topic) for search, topic in shown if named.isdisjoint(topic.names)]
    insiders = _insiders(engine, [search for search, _ in shown])
    wanted = [
        Wanted(topic.words, wants.address_of({"q": topic.words}), members)
        for search, topic in shown
        if (members := counts[search.id] - insiders[search.key]) >= SHOWN_FROM
    ]
    return sorted(wanted, key=lambda one: (-one.members, one.words))[:MOST]


def _insiders(engine: SearchEngine, searches: list[SavedSearch]) -> Counter[str]:
    """By key, how many of those who keep the question may read a closed board that answers it. They are not counted:
    the question would tell others what the board holds. Two statements, and a look into the index for each question."""
    closed = frozenset(db.session.scalars(select(Board.id).where(Board.read_level > SIGNED_IN))) if searches else ()
    answering = {search.key: _boards_answering(engine, search, closed) for search in searches} if closed else {}
    may = (Membership.level >= Board.read_level, SavedSearch.key.in_([key for key in answering if answering[key]]))
    query = select(SavedSearch.key, SavedSearch.member_id, Membership.board_id).distinct()
    query = query.join(SavedSearch.member).join(Membership, Membership.member_id == Member.id)
    query = query.join(Board, Board.id == Membership.board_id).where(~Member.is_suspended, *may)
    rows_of = db.session.execute(query) if any(answering.values()) else ()
    pairs = {(key, member_id) for key, member_id, board_id in rows_of if board_id in answering[key]}
    return Counter(key for key, _ in pairs)


def _boards_answering(engine: SearchEngine, search: SavedSearch, closed: Any) -> set[int]:
    """Without an index all of them: then nobody's question of a closed board is shown by mistake."""
    want = wants.read(search.asked)
    try:
        return set(engine.search(Ask(want.question.node, size=1), closed).boards) & closed if want else set()
    except Unavailable:
        return set(closed)


def _topic(search: SavedSearch) -> Topic | None:
    want = wants.read(search.asked)
    return topic_of(want.question) if want else None


def _names(words: Collection[str]) -> set[str]:
    """Those of the words that are members' names."""
    query = select(Member.username_lower).where(Member.username_lower.in_(words))
    return set(db.session.scalars(query)) if words else set()
