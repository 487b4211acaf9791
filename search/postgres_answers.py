"""Answers read from one generation, in as few looks at the rows as they take.

A question that cannot find many rows is answered in one: all of them come with what counting and scoring need. Others
are counted first, by SQL; of more than MOST_RANKED the promising ones are scored.
"""

from dataclasses import replace

import numpy
from sqlalchemy import Connection

from search.engine import Ask, Hit, Readable, Results, Within
from search.narrowing import counted
from search.nodes import Anything
from search.postgres_columns import packed
from search.postgres_questions import NEWEST_FOUND, Binds, conditions, gate, is_plain, narrowing, of_kinds
from search.postgres_scores import Plan, Rows
from search.postgres_tables import Generation, run
from search.postgres_vectors import LEVELS, standing_out
from search.schema import ID_BITS, THREAD_KINDS, Kind, kind_and_id
from search.scoring import freshness
from search.whoosh_codec import Array

MOST_RANKED = 1_500  # documents scored of those that a question finds; of more, the promising ones
MOST_UNPACKED = 25_000  # documents that are looked into to tell whether they match, and scored at the same time
_FOUND = {"key": "bigint", "at": "bigint", "length": "integer"}
_FACETS = {"board_id": "bigint", "thread_kind": "smallint", "is_opening": "boolean", "price": "bigint"}


class Question:
    """One question for someone who may read these boards."""

    def __init__(self, connection: Connection, generation: Generation, ask: Ask, boards: Readable):
        self.connection, self.generation, self.ask, self.boards = connection, generation, ask, boards
        self.is_ranked = ask.sort != "new" and ask.node != Anything()
        self.plan = Plan(generation)
        self.score = self.plan.score(ask.node, ask.within)
        self.plan.learn(connection)
        self.bound = self.plan.bound(ask.node)

    def matching(self, binds: Binds, within: Within, with_kinds: bool = True) -> str:
        ask = self.ask
        parts = [
            conditions(ask.node, within, binds),
            gate(self.boards, binds, is_plain(ask.node, within) and self.plan.is_common(ask.node)),
            *narrowing(ask.filters, binds),
        ]
        return " AND ".join([*parts, of_kinds(ask.filters.kinds, binds)] if with_kinds else parts)

    def rows(self, columns: dict[str, str], found: str) -> tuple[list[Array], list[Array]]:
        return packed(self.connection, self.plan, columns, found)


def search(connection: Connection, generation: Generation, ask: Ask, boards: Readable) -> Results:
    question = Question(connection, generation, ask, boards)
    few = MOST_RANKED if is_plain(ask.node, ask.within) else MOST_UNPACKED
    if question.bound <= 2 * few:
        return _at_once(question)
    counts = _facets(question)
    if not counts.total:
        return counts
    return replace(counts, hits=_best(question, counts.total) if question.is_ranked else _newest(question))


def _at_once(question: Question) -> Results:
    """Everything that is found, counted and ranked here."""
    if not question.is_ranked:
        question.plan.expressions.clear()
    found = question.matching(question.plan.binds, question.ask.within, with_kinds=False)
    columns, values = question.rows(_FOUND | _FACETS, found)
    keys, at, lengths, *parts = columns
    kinds = keys >> ID_BITS
    chosen = numpy.isin(kinds, [int(kind) for kind in question.ask.filters.kinds or Kind])
    counts = counted(kinds, tuple(part[chosen] for part in parts), question.ask.price_steps)
    keys, at, rows = keys[chosen], at[chosen], Rows(lengths, values).where(chosen)
    if question.is_ranked:
        return replace(counts, hits=_page(keys, at, question.score(rows), question.ask))
    order = numpy.lexsort((-keys, -at))[_window(question.ask)]
    return replace(counts, hits=_hits(keys[order], numpy.ones(len(order))))


def _facets(question: Question) -> Results:
    ask, binds = question.ask, Binds()
    matching = question.matching(binds, ask.within, with_kinds=False)
    groups = ["kind", "board_id", "thread_kind", "is_opening"]
    if ask.price_steps:
        steps = f"CAST({binds(list(ask.price_steps))} AS bigint[])"
        groups.append(f"CASE WHEN price >= 0 THEN width_bucket(price, {steps}) ELSE 0 END")
    grouped = f"SELECT {', '.join(groups)}, count(*) FROM {question.generation.document} WHERE {matching}"
    by = ", ".join(str(at + 1) for at in range(len(groups)))
    rows = run(question.connection, f"{grouped} GROUP BY {by}", **binds.values).all()
    kinds, places, threads = dict.fromkeys(Kind, 0), dict[int, int](), dict[str, int]()
    prices, total, openings = [0] * len(ask.price_steps), 0, 0
    for kind, board, thread_kind, is_opening, *step, count in rows:
        kinds[Kind(kind)] += count
        if ask.filters.kinds and kind not in ask.filters.kinds:
            continue
        total += count
        openings += count * is_opening
        places[board] = places.get(board, 0) + count
        if thread_kind:
            name = THREAD_KINDS[thread_kind]
            threads[name] = threads.get(name, 0) + count
        if step and step[0]:
            prices[step[0] - 1] += count
    return Results(total, (), kinds, places, threads, openings, tuple(prices))


def _newest(question: Question) -> tuple[Hit, ...]:
    window = _window(question.ask)
    keys = _newest_keys(question, window.stop)[window]
    return _hits(keys, numpy.ones(len(keys)))


def _newest_keys(question: Question, many: int) -> Array:
    binds = Binds()
    matching = question.matching(binds, question.ask.within)
    statement = f"SELECT key FROM {question.generation.document} WHERE {matching} ORDER BY at DESC, key DESC"
    found = run(question.connection, f"{statement} LIMIT {int(many)}", **binds.values).scalars()
    return numpy.array(list(found), numpy.int64)


def _best(question: Question, total: int) -> tuple[Hit, ...]:
    if total <= MOST_RANKED:
        (keys, at, lengths), values = question.rows(_FOUND, question.matching(question.plan.binds, question.ask.within))
    else:
        (keys, at, lengths), values = _promising(question)
    hits = _page(keys, at, question.score(Rows(lengths, values)), question.ask)
    window = _window(question.ask)
    if len(keys) >= min(window.stop, total):
        return hits
    others = _newest_keys(question, window.stop)
    others = others[~numpy.isin(others, keys)][max(window.start - len(keys), 0) : window.stop - len(keys)]
    return hits + _hits(others, numpy.zeros(len(others)))


def _promising(question: Question) -> tuple[list[Array], list[Array]]:
    """MOST_RANKED documents: those in which a word stands out most, the newest of those in which it stands out alike.
    PostgreSQL goes from level to level and ends as soon as there are enough."""
    matching, binds = question.matching(question.plan.binds, question.ask.within), question.plan.binds
    marks = (standing_out(question.ask.node, level) for level in reversed(range(1, len(LEVELS) + 1)))
    levels = [*(f"AND words @@ {binds.query(said)}" for said in marks if said), ""]
    rows = f"SELECT ctid FROM {question.generation.document} WHERE {matching}"
    chosen = " UNION ALL ".join(f"({rows} {level} ORDER BY {NEWEST_FOUND} LIMIT {MOST_RANKED})" for level in levels)
    first = f"SELECT ctid FROM ({chosen}) AS levels LIMIT {MOST_RANKED}"
    return question.rows(_FOUND, f"ctid = ANY(ARRAY({first}))")


def _page(keys: Array, at: Array, scores: Array, ask: Ask) -> tuple[Hit, ...]:
    scores = scores.astype(numpy.float64)
    order = numpy.lexsort((-keys, -scores * freshness(at)))[_window(ask)]
    return _hits(keys[order], scores[order])


def _window(ask: Ask) -> slice:
    return slice((ask.page - 1) * ask.size, ask.page * ask.size)


def _hits(keys: Array, scores: Array) -> tuple[Hit, ...]:
    return tuple(Hit(*kind_and_id(key), found) for key, found in zip(keys.tolist(), scores.tolist(), strict=True))
