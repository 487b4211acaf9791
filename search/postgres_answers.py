"""Answers read from one generation: counts and newest by SQL, the best by scoring at most MOST_RANKED rows.

The rows of a question come as one row of byte strings, a column each: 20 times quicker than as Python values.
"""

from dataclasses import replace

import numpy
from sqlalchemy import Connection

from core.clock import now
from search import people
from search.engine import Ask, Hit, People, Readable, Results, Within
from search.executor import FRESH_PART, HALF_LIFE
from search.nodes import Anything, Both, Either, Most, Node, Phrase, Prefix, Word
from search.postgres_questions import Binds, conditions, gate, narrowing, of_kinds
from search.postgres_scores import Plan, Rows
from search.postgres_tables import Generation, run
from search.postgres_vectors import query
from search.schema import ID_BITS, THREAD_KINDS, Kind, kind_and_id
from search.whoosh_codec import Array

MOST_RANKED = 5_000  # documents scored; of more, those that PostgreSQL's own ranking puts first
MOST_VOTES = 5_000  # posts that speak for people; of more, the newest
_SENT = {"int8send": ">i8", "int4send": ">i4", "float4send": ">f4", "boolsend": "?"}
_VOTED = {
    "posts": "int8send(key)", "authors": "int8send(author_id)", "boards": "int8send(board_id)",
    "threads": "int8send(thread_id)", "at": "int8send(at)", "replies": "int4send(replies)",
    "thanks": "int4send(thanks)", "openings": "int4send(is_opening::int)", "lengths": "int4send(length)",
}  # fmt: skip


def search(connection: Connection, generation: Generation, ask: Ask, boards: Readable) -> Results:
    """One question for someone who may read these boards."""
    counted = _facets(connection, generation, ask, boards)
    if not counted.total:
        return counted
    if ask.sort == "new" or ask.node == Anything():
        return replace(counted, hits=_newest(connection, generation, ask, boards))
    return replace(counted, hits=_best(connection, generation, ask, boards, counted.total))


def _matching(ask: Ask, boards: Readable, binds: Binds, within: Within) -> str:
    return " AND ".join((conditions(ask.node, within, binds), gate(boards, binds), *narrowing(ask.filters, binds)))


def _facets(connection: Connection, generation: Generation, ask: Ask, boards: Readable) -> Results:
    binds = Binds()
    matching = _matching(ask, boards, binds, ask.within)
    steps = f"CAST({binds(list(ask.price_steps))} AS bigint[])" if ask.price_steps else None
    bucket = f"CASE WHEN price >= 0 THEN width_bucket(price, {steps}) ELSE 0 END" if steps else "0"
    grouped = f"SELECT kind, board_id, thread_kind, {bucket}, count(*) FROM {generation.document}"
    rows = run(connection, f"{grouped} WHERE {matching} GROUP BY 1, 2, 3, 4", **binds.values).all()
    kinds, places, threads = dict.fromkeys(Kind, 0), dict[int, int](), dict[str, int]()
    prices, total = [0] * len(ask.price_steps), 0
    for kind, board, thread_kind, step, count in rows:
        kinds[Kind(kind)] += count
        if ask.filters.kinds and kind not in ask.filters.kinds:
            continue
        total += count
        places[board] = places.get(board, 0) + count
        if thread_kind:
            name = THREAD_KINDS[thread_kind]
            threads[name] = threads.get(name, 0) + count
        if step:
            prices[step - 1] += count
    return Results(total, (), kinds, places, threads, tuple(prices))


def _newest(connection: Connection, generation: Generation, ask: Ask, boards: Readable) -> tuple[Hit, ...]:
    binds = Binds()
    matching = f"{_matching(ask, boards, binds, ask.within)} AND {of_kinds(ask.filters.kinds, binds)}"
    statement = (
        f"SELECT key FROM {generation.document} WHERE {matching} ORDER BY at DESC, key DESC "
        f"LIMIT {binds(ask.size)} OFFSET {binds((ask.page - 1) * ask.size)}"
    )
    return tuple(Hit(*kind_and_id(key), 1.0) for key in run(connection, statement, **binds.values).scalars())


def _best(connection: Connection, generation: Generation, ask: Ask, boards: Readable, total: int) -> tuple[Hit, ...]:
    binds = Binds()
    plan = Plan(generation, binds)
    score = plan.score(ask.node, ask.within)
    plan.learn(connection)
    matching = f"{_matching(ask, boards, binds, ask.within)} AND {of_kinds(ask.filters.kinds, binds)}"
    rough = f"ORDER BY {_rough(ask.node, binds)} DESC, at DESC LIMIT {MOST_RANKED}" if total > MOST_RANKED else ""
    expressions = ["int8send(key)", "int8send(at)", "int4send(length)", *plan.expressions]
    keys, at, lengths, *values = _packed(
        connection, f"{generation.document} WHERE {matching} {rough}", expressions, binds
    )
    scores = score(Rows(lengths, values)).astype(numpy.float64)
    order = numpy.lexsort((-keys, -scores * _freshness(at)))[(ask.page - 1) * ask.size : ask.page * ask.size]
    return tuple(
        Hit(*kind_and_id(key), found) for key, found in zip(keys[order].tolist(), scores[order].tolist(), strict=True)
    )


def _freshness(at: Array) -> Array:
    age = numpy.maximum(now().timestamp() - at, 0)
    return numpy.asarray(1 - FRESH_PART + FRESH_PART * numpy.exp2(-age / HALF_LIFE))


def _rough(node: Node, binds: Binds) -> str:
    """PostgreSQL's own ranking by any of the words, titles before texts: whom to look at more closely."""
    said = query(Either(tuple(_leaves(node)))) or ""
    return f"ts_rank('{{0.05,0,0.3,1}}', words, {binds.query(said)}, 1)"


def _leaves(node: Node) -> list[Node]:
    if isinstance(node, Word | Prefix | Phrase):
        return [node]
    if isinstance(node, Most):
        return [Word(term) for term in node.terms]
    parts = node.wanted if isinstance(node, Both) else node.choices if isinstance(node, Either) else ()
    return [leaf for part in parts for leaf in _leaves(part)]


def _packed(connection: Connection, found: str, expressions: list[str], binds: Binds) -> list[Array]:
    """`SELECT expressions FROM found`, a column each. Expressions begin with the function that sends them."""
    columns = ", ".join(f"{expression} AS c{at}" for at, expression in enumerate(expressions))
    joined = ", ".join(f"coalesce(string_agg(c{at}, ''), '')" for at in range(len(expressions)))
    row = run(connection, f"SELECT {joined} FROM (SELECT {columns} FROM {found}) AS found", **binds.values).one()
    return [
        _native(numpy.frombuffer(sent, _SENT[expression.partition("(")[0]]))
        for sent, expression in zip(row, expressions, strict=True)
    ]


def _native(values: Array) -> Array:
    return values.astype(values.dtype.newbyteorder("="))


def rank_people(connection: Connection, generation: Generation, ask: Ask, boards: Readable) -> People:
    """The people for one question, best first, one page of them."""
    votes = _votes(connection, generation, ask, boards)
    return people.rank(votes, _post_counts(connection, generation, votes.authors, boards), ask)


def _votes(connection: Connection, generation: Generation, ask: Ask, boards: Readable) -> people.Votes:
    """The posts on the topic of those who may be found by them; the newest MOST_VOTES."""
    binds = Binds()
    plan = Plan(generation, binds)
    parts = {"knows": Within.OWN, "wants": Within.WANTS, "sells": Within.SELLS, "declines": Within.DECLINES}
    parts["titles"] = Within.TITLE
    scores = {name: plan.score(ask.node, within) for name, within in parts.items()}
    plan.learn(connection)
    matching = f"{_matching(ask, boards, binds, Within.OWN)} AND {of_kinds(ask.filters.kinds, binds)}"
    speaking = f"kind = {int(Kind.POST)} AND speaks AND author_id > 0"
    found = f"{generation.document} WHERE {matching} AND {speaking} ORDER BY at DESC, key DESC LIMIT {MOST_VOTES}"
    arrays = _packed(connection, found, [*_VOTED.values(), *plan.expressions], binds)
    columns = dict(zip(_VOTED, (array.astype(numpy.int64) for array in arrays), strict=False))
    columns["posts"] &= (1 << ID_BITS) - 1
    rows = Rows(columns["lengths"], arrays[len(_VOTED) :])
    return people.gathered(**columns, **{name: score(rows).astype(numpy.float32) for name, score in scores.items()})


def _post_counts(connection: Connection, generation: Generation, authors: Array, boards: Readable) -> Array:
    """All readable posts of these authors, by author id."""
    counts = numpy.zeros(int(authors.max(initial=0)) + 1, numpy.int64)
    binds = Binds()
    theirs = f"author_id = ANY({binds.numbers(set(authors.tolist()))}) AND kind = {int(Kind.POST)}"
    statement = f"SELECT author_id, count(*) FROM {generation.document} WHERE {theirs} AND {gate(boards, binds)}"
    for author, count in run(connection, f"{statement} GROUP BY author_id", **binds.values):
        counts[author] = count
    return counts
