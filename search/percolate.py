"""Whether one document answers a question: the engine's verdict, without an index.

For saved searches the usual roles are changed: the questions wait, and a new document is held against them
("percolation"). `tests/search/test_percolate.py` proves the verdict equal to the engine's on an index that holds
this document alone.
"""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from search.analysis import Terms, analyze, tag_term
from search.engine import Filters, Within
from search.nodes import Anything, Both, Either, Most, Node, Phrase, Prefix, Word
from search.schema import NO_PRICE, Document

Positions = dict[str, list[int]]


class Candidate:
    """A document with its terms, analyzed once for all the questions that it is held against."""

    def __init__(self, document: Document):
        self.document = document

    @cached_property
    def own(self) -> Terms:
        return analyze(self.document.title, self.document.text)

    @property
    def title(self) -> Terms:
        return self.parts[Within.TITLE]

    @cached_property
    def parts(self) -> dict[Within, Terms]:
        """The parts that a question can be about alone."""
        parts = (Within.TITLE, Within.WANTS, Within.SELLS, Within.DECLINES)
        return {part: analyze(getattr(self.document, part.value)) for part in parts}

    @cached_property
    def quoted(self) -> Terms:
        return analyze(self.document.quoted)

    @cached_property
    def terms(self) -> frozenset[str]:
        """All that a word of a question can be."""
        return frozenset(self.own.positions) | frozenset(self.quoted.positions)

    def fields(self, within: Within) -> list[Positions]:
        if within == Within.ALL:
            return [self.own.positions, self.quoted.positions]
        return [self.own.positions if within == Within.OWN else self.parts[within].positions]


def answers(candidate: Candidate, node: Node, filters: Filters, within: Within = Within.ALL) -> bool:
    return passes(candidate.document, filters) and matches(candidate, node, within)


def matches(candidate: Candidate, node: Node, within: Within = Within.ALL) -> bool:
    """The words alone."""
    return _CHECKS[type(node)](node, candidate, within)


def _anything(_node: Any, _candidate: Candidate, _within: Within) -> bool:
    return True


def _word(node: Word, candidate: Candidate, within: Within) -> bool:
    return any(term in field for field in candidate.fields(within) for term in node.terms)


def _prefix(node: Prefix, candidate: Candidate, within: Within) -> bool:
    return any(term.startswith(node.start) for field in candidate.fields(within) for term in field)


def _phrase(node: Phrase, candidate: Candidate, within: Within) -> bool:
    return any(_stands_in(field, node.steps) for field in candidate.fields(within))


def _stands_in(field: Positions, steps: Iterable[tuple[int, str]]) -> bool:
    starts: set[int] | None = None
    for offset, term in steps:
        here = {place - offset for place in field.get(term, ())}
        starts = here if starts is None else starts & here
        if not starts:
            return False
    return True


def _most(node: Most, candidate: Candidate, within: Within) -> bool:
    fields = candidate.fields(within)
    return sum(any(term in field for field in fields) for term in node.terms) >= node.needed


def _both(node: Both, candidate: Candidate, within: Within) -> bool:
    has_all = all(matches(candidate, wanted, within) for wanted in node.wanted)
    return has_all and not any(matches(candidate, unwanted, within) for unwanted in node.without)


def _either(node: Either, candidate: Candidate, within: Within) -> bool:
    return any(matches(candidate, choice, within) for choice in node.choices)


_CHECKS: dict[type, Callable[[Any, Candidate, Within], bool]] = {
    Anything: _anything,
    Word: _word,
    Prefix: _prefix,
    Phrase: _phrase,
    Most: _most,
    Both: _both,
    Either: _either,
}


def passes(document: Document, filters: Filters) -> bool:
    """All that is asked beside the words."""
    return (
        (not filters.kinds or document.kind in filters.kinds)
        and (filters.boards is None or document.board_id in filters.boards)
        and (filters.authors is None or document.author_id in filters.authors)
        and (not filters.thread_kinds or document.thread_kind in filters.thread_kinds)
        and (document.is_opening or not filters.openings)
        and filters.tags <= set(map(tag_term, document.tags))
        and (document.has_picture or not filters.has_picture)
        and _is_between(document.at, filters.after, filters.before)
        and _has_price(document.price, filters)
    )


def _is_between(value: int, first: int | None, end: int | None) -> bool:
    return (first is None or value >= first) and (end is None or value < end)


def _has_price(price: int, filters: Filters) -> bool:
    """What has no price is in no range of prices."""
    if filters.price_from is None and filters.price_below is None:
        return True
    return price != NO_PRICE and _is_between(price, filters.price_from, filters.price_below)
