"""The figures, and what of them a viewer may see."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, contains_eager

from core.clock import now
from core.db import db
from forum.boards.queries import readable_board_ids, sellable_board_ids
from forum.members.models import Member
from forum.threads.models import Post, Thread
from search import queries as rows
from search.asking import filters
from search.demand.models import MissedSearch
from search.demand.rules import SHOWN_FROM, Topic, topic_of
from search.engine import Ask, SearchEngine
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


def result_count(engine: SearchEngine, viewer: Any, question: Question, currency: str) -> int:
    """How many posts and products the viewer finds. Raises Unavailable without an index."""
    boards = rows.boards_for(viewer)
    found = engine.search(Ask(question.node, filters(question, currency), size=1), boards.gate()).kinds
    return found.get(Kind.POST, 0) + found.get(Kind.PRODUCT, 0)


def names_someone(topic: Topic) -> bool:
    """Whether one of the words, or all of them together, is a member's name."""
    return bool(_names(topic.names))


def figures(viewer: Member, days: int) -> Figures:
    """Four statements."""
    return Figures(_missed(days), _wishes(viewer, days), _saved())


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


def _saved() -> list[Wanted]:
    """Plain questions that at least three members keep; by whom, nobody learns."""
    count = func.count(SavedSearch.member_id.distinct())
    first = select(func.min(SavedSearch.id), count).join(SavedSearch.member).where(~Member.is_suspended)
    groups = first.group_by(SavedSearch.key).having(count >= SHOWN_FROM).order_by(count.desc()).limit(2 * MOST)
    counts = {search_id: members for search_id, members in db.session.execute(groups)}
    found = db.session.scalars(select(SavedSearch).where(SavedSearch.id.in_(counts))) if counts else ()
    shown = [(search, topic) for search in found if (topic := _topic(search))]
    named = _names({name for _, topic in shown for name in topic.names})
    wanted = [
        Wanted(topic.words, wants.address_of({"q": topic.words}), counts[search.id])
        for search, topic in shown
        if named.isdisjoint(topic.names)
    ]
    return sorted(wanted, key=lambda one: (-one.members, one.words))[:MOST]


def _topic(search: SavedSearch) -> Topic | None:
    want = wants.read(search.asked)
    return topic_of(want.question) if want else None


def _names(words: Collection[str]) -> set[str]:
    """Those of the words that are members' names."""
    query = select(Member.username_lower).where(Member.username_lower.in_(words))
    return set(db.session.scalars(query)) if words else set()
