"""From a question to SQL: what matches, inside the gate, narrowed; every value a bound parameter."""

from collections.abc import Iterable, Iterator
from typing import Any

from search.engine import Filters, Gate, Readable, Within
from search.nodes import Anything, Both, Either, Most, Node, Prefix, Word
from search.postgres_vectors import query, tags
from search.schema import NO_BOARD, THREAD_KINDS, Kind

FOREVER = 1 << 60
NEWEST_FOUND = "at + 0 DESC, key DESC"  # not by the index of times, which would unpack everything down to the last
PLACES = {
    Within.ALL: ("words", ""),
    Within.OWN: ("words", "AB"),
    Within.TITLE: ("words", "A"),
    Within.WANTS: ("wants", ""),
    Within.SELLS: ("sells", ""),
    Within.DECLINES: ("declines", ""),
}  # the vector's column, and the weights of it that count


class Binds:
    """Values for a statement: each call names one and remembers it."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def __call__(self, value: Any) -> str:
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def query(self, said: str) -> str:
        return f"CAST({self(said)} AS tsquery)"

    def numbers(self, values: Iterable[int]) -> str:
        return f"CAST({self(sorted(values))} AS bigint[])"


def conditions(node: Node, within: Within, binds: Binds) -> str:
    """Which documents match. One `tsquery` for all of it where that can be said in one."""
    column, label = PLACES[within]
    if isinstance(node, Anything):
        return "true"
    if said := query(node, label):
        return f"{column} @@ {binds.query(said)}"
    if isinstance(node, Both):
        wanted = [conditions(part, within, binds) for part in node.wanted]
        unwanted = [f"NOT ({conditions(part, within, binds)})" for part in node.without]
        return "(" + " AND ".join([*wanted, *unwanted] or ["true"]) + ")"
    if isinstance(node, Either):
        return "(" + " OR ".join(conditions(part, within, binds) for part in node.choices) + ")"
    if isinstance(node, Most):
        return _most(node, within, binds)
    raise TypeError(f"No such node: {node!r}")


def _most(node: Most, within: Within, binds: Binds) -> str:
    """The index answers "any of them"; the rows say how many."""
    each = [conditions(Word(term), within, binds) for term in node.terms]
    some = conditions(Either(tuple(Word(term) for term in node.terms)), within, binds)
    return f"({some} AND {' + '.join(f'CAST({one} AS integer)' for one in each)} >= {int(node.needed)})"


def is_plain(node: Node, within: Within) -> bool:
    """Whether the index of words alone knows the documents: nobody must look into them for places and weights."""
    if isinstance(node, Both):
        return all(is_plain(part, within) for part in (*node.wanted, *node.without))
    if isinstance(node, Either):
        return all(is_plain(part, within) for part in node.choices)
    return isinstance(node, Word | Prefix) and within in (Within.ALL, Within.TITLE)


def gate(boards: Readable, binds: Binds, hidden: bool = False) -> str:
    """`hidden` from PostgreSQL that an index knows the boards: for words that many of the rows hold, it would rather
    unpack all rows on them than ask the index of words."""
    whole = Gate.of(boards)
    inside = f"board_id{' + 0' if hidden else ''} = ANY({binds.numbers(whole.boards | {NO_BOARD})})"
    left_out = (("thread_id", whole.threads), ("key", whole.keys))
    return inside + "".join(f" AND {name} <> ALL({binds.numbers(some)})" for name, some in left_out if some)


def narrowing(filters: Filters, binds: Binds) -> Iterator[str]:
    """The filters other than kinds. What has no price is in no range of prices."""
    for name, allowed in (("board_id", filters.boards), ("author_id", filters.authors)):
        if allowed is not None:
            yield f"{name} = ANY({binds.numbers(allowed)})"
    for name, sign, value in _bounds(filters):
        yield f"{name} {sign} {binds(max(-FOREVER, min(value, FOREVER)))}"
    if filters.thread_kinds:
        yield f"thread_kind = ANY({binds.numbers(THREAD_KINDS.index(kind) for kind in filters.thread_kinds)})"
    for name, wanted in (("has_picture", filters.has_picture), ("is_opening", filters.openings)):
        if wanted:
            yield name
    if filters.tags:
        yield f"tags @> CAST({binds(tags(filters.tags))} AS text[])"


def _bounds(filters: Filters) -> Iterator[tuple[str, str, int]]:
    if filters.after is not None:
        yield "at", ">=", filters.after
    if filters.before is not None:
        yield "at", "<", filters.before
    if filters.price_from is not None or filters.price_below is not None:
        yield "price", ">=", max(filters.price_from or 0, 0)
    if filters.price_below is not None:
        yield "price", "<", filters.price_below


def of_kinds(kinds: frozenset[Kind], binds: Binds) -> str:
    return f"kind = ANY({binds.numbers(map(int, kinds))})" if kinds else "true"
