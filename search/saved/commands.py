"""What members do with their saved searches."""

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from core.clock import now
from core.db import command, db, fresh
from forum.members.models import Member
from forum.members.rules import check_can_write
from search.saved import covers, queries, rules
from search.saved.models import SavedMatch, SavedSearch, SavedTerm
from search.saved.wants import Want, asked_of

LONGEST_NAME = 80
Count = Callable[[str], int]


@dataclass(frozen=True)
class Choice:
    """What the search is called ("" as it was typed), and how its member is told: now, daily or none."""

    name: str = ""
    tell: str = "now"


def save(want: Want | None, *, member: Member, choice: Choice, count: Count) -> SavedSearch:
    """The same question again is the search that is there. Raises Invalid, NotAllowed or Refused.

    `count(term)` says about how many documents hold a term.
    """
    want = rules.check_want(want)
    rules.check_tell(choice.tell)
    return _save(want, member, choice, terms_of(want, count))


@command
def _save(want: Want, member: Member, choice: Choice, terms: Collection[str]) -> SavedSearch:
    check_can_write(member)
    fresh(member)  # two savings of one member wait for each other, so that the limit holds
    if found := _same(member.id, want.key):
        return found
    rules.check_room(queries.count_of(member.id))
    search = SavedSearch(member_id=member.id, key=want.key, asked=asked_of(want.wanted), tell=choice.tell)
    search.name = _name(choice, want)
    db.session.add(search)
    db.session.flush()
    _write_terms(search, terms)
    return search


def change(search: SavedSearch, want: Want | None, *, choice: Choice, count: Count) -> SavedSearch:
    """Another name, question or way of telling. From a new question on, only what is new then is news."""
    want = rules.check_want(want)
    rules.check_tell(choice.tell)
    return _change(search, want, choice, terms_of(want, count))


@command
def _change(search: SavedSearch, want: Want, choice: Choice, terms: Collection[str]) -> SavedSearch:
    search = fresh(search)
    same = _same(search.member_id, want.key)
    if same and same.id != search.id:
        raise rules.same_search()
    if (want.key, choice.tell) != (search.key, search.tell):
        search.since = now()
        _drop_waiting(search.id)
    if want.key != search.key:
        db.session.execute(delete(SavedMatch).where(SavedMatch.search_id == search.id))
    search.key, search.asked = want.key, asked_of(want.wanted)
    search.name, search.tell = _name(choice, want), choice.tell
    _write_terms(search, terms)
    return search


@command
def remove(search: SavedSearch) -> None:
    for table in (SavedTerm, SavedMatch):
        db.session.execute(delete(table).where(table.search_id == search.id))
    db.session.execute(delete(SavedSearch).where(SavedSearch.id == search.id))


@command
def open_feed(search: SavedSearch) -> None:
    """A new secret address; the one before stops working."""
    fresh(search).feed_token = secrets.token_urlsafe(24)


@command
def close_feed(search: SavedSearch) -> None:
    fresh(search).feed_token = None


@command
def cover_again(search: SavedSearch, want: Want | None, count: Count) -> None:
    """Its terms, as the present analysis makes them."""
    _write_terms(fresh(search), terms_of(want, count) if want else ())


def terms_of(want: Want, count: Count) -> frozenset[str]:
    """What is written beside a search; a question without words waits for its author or board."""
    found = covers.cover(want.question.node, count)
    if covers.EVERYTHING not in found:
        return found
    if want.question.authors:
        return frozenset(map(covers.by_author, want.question.authors))
    return frozenset(map(covers.on_board, want.question.boards)) or found


def _write_terms(search: SavedSearch, terms: Collection[str]) -> None:
    db.session.execute(delete(SavedTerm).where(SavedTerm.search_id == search.id))
    db.session.add_all(SavedTerm(term=term, search_id=search.id) for term in sorted(terms))
    search.version = covers.VERSION


def _drop_waiting(search_id: int) -> None:
    waiting = update(SavedMatch).where(SavedMatch.search_id == search_id, SavedMatch.told_at.is_(None))
    db.session.execute(waiting.values(told_at=now()).execution_options(synchronize_session=False))


def _same(member_id: int, key: str) -> SavedSearch | None:
    return db.session.scalar(select(SavedSearch).where(SavedSearch.member_id == member_id, SavedSearch.key == key))


def _name(choice: Choice, want: Want) -> str:
    typed = want.question.typed or " ".join(value for _, value in want.wanted.fields)
    return choice.name or typed[:LONGEST_NAME].strip()
