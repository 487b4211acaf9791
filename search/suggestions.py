"""While someone types: words, boards, people and threads that begin so, of what they may read."""

from dataclasses import dataclass, field
from typing import Any

from core.errors import Invalid
from forum.boards.models import Board
from forum.members.models import Member
from search import queries
from search.analysis import TOKEN, is_cjk, normalize
from search.engine import Ask, Filters, Gate, SearchEngine, Unavailable, Within
from search.found import OfThread
from search.nodes import Both, Node, Phrase, Prefix, Word
from search.query import parse
from search.schema import Kind

MOST = 4
MOST_WORDS = 3
LONGEST_WORD = 32
LONGEST = 80


@dataclass(frozen=True)
class Suggestions:
    """`words` are whole questions: what was typed, its last word completed."""

    typed: str = ""
    words: list[str] = field(default_factory=list)
    threads: list[OfThread] = field(default_factory=list)
    people: list[Member] = field(default_factory=list)
    boards: list[Board] = field(default_factory=list)


def suggest(engine: SearchEngine, viewer: Any, typed: str) -> Suggestions:
    """Three statements at most; nothing for what cannot be searched for."""
    typed = " ".join(typed.replace("\0", " ").split())
    if not typed or len(typed) > LONGEST:
        return Suggestions()
    boards = queries.boards_for(viewer)
    start = normalize(typed)
    named = [board for board in boards.known.values() if _begins(board.name, start) or board.slug.startswith(start)]
    people = queries.named_like(viewer, typed, MOST)
    try:
        gate = boards.gate()
        words, threads = _completed(engine, typed, gate), _threads(engine, viewer, typed, gate)
    except Unavailable:
        words, threads = [], []
    return Suggestions(typed, words, threads, people, named[:MOST])


def _completed(engine: SearchEngine, typed: str, gate: Gate) -> list[str]:
    """The last word, or the last lone Chinese character, completed to words that stand where the viewer may read."""
    last = next(reversed([*TOKEN.finditer(typed)]), None)
    if last is None or last.end() < len(typed) or len(last[0]) > (1 if is_cjk(last[0]) else LONGEST_WORD):
        return []
    start = normalize(last[0])
    words = engine.completions(start, gate, MOST_WORDS + 1)
    return [typed[: last.start()] + word for word in words if word != start][:MOST_WORDS]


def _begins(name: str, start: str) -> bool:
    whole = normalize(name)
    return whole.startswith(start) or f" {start}" in whole


def _threads(engine: SearchEngine, viewer: Any, typed: str, gate: Gate) -> list[OfThread]:
    try:
        node = _unfinished(parse(typed).node, typed)
        filters = Filters(kinds=frozenset([Kind.POST]))
        hits = engine.search(Ask(node, filters, within=Within.TITLE, size=MOST), gate).hits
    except Invalid:
        return []
    rows = queries.found_posts(viewer, [hit.id for hit in hits])
    return [rows[hit.id].thread for hit in hits if hit.id in rows]


def _unfinished(node: Node, typed: str) -> Node:
    """The last Latin word is still being typed: it counts as a beginning."""
    tokens = TOKEN.findall(normalize(typed))
    if not tokens or is_cjk(tokens[-1]) or len(tokens[-1]) < 2:
        return node
    last = Prefix(tokens[-1])
    if isinstance(node, Word):
        return last
    if isinstance(node, Both) and node.wanted and isinstance(node.wanted[-1], Word | Phrase):
        return Both((*node.wanted[:-1], last), node.without)
    return node
