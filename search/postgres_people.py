"""The votes for people.rank, gathered from one generation."""

import numpy
from sqlalchemy import Connection

from search import people
from search.engine import Ask, People, Readable, Within
from search.postgres_columns import packed
from search.postgres_questions import NEWEST_FOUND, Binds, conditions, gate, narrowing, of_kinds
from search.postgres_scores import Plan, Rows
from search.postgres_tables import Generation, run
from search.schema import ID_BITS, Kind
from search.whoosh_codec import Array

MOST_VOTES = 4_000  # posts that speak for people; of more, the newest
_VOTED = {
    "posts": ("key", "bigint"), "authors": ("author_id", "bigint"), "boards": ("board_id", "bigint"),
    "threads": ("thread_id", "bigint"), "at": ("at", "bigint"), "replies": ("replies", "integer"),
    "thanks": ("thanks", "integer"), "openings": ("is_opening", "boolean"), "lengths": ("length", "integer"),
}  # fmt: skip


def rank_people(connection: Connection, generation: Generation, ask: Ask, boards: Readable) -> People:
    """The people for one question, best first, one page of them."""
    votes = _votes(connection, generation, ask, boards)
    return people.rank(votes, _post_counts(connection, generation, votes.authors, boards), ask)


def _votes(connection: Connection, generation: Generation, ask: Ask, boards: Readable) -> people.Votes:
    """The posts on the topic of those who may be found by them; the newest MOST_VOTES."""
    plan = Plan(generation)
    binds = plan.binds
    parts = {"knows": Within.OWN, "wants": Within.WANTS, "sells": Within.SELLS, "declines": Within.DECLINES}
    parts["titles"] = Within.TITLE
    scores = {name: plan.score(ask.node, within) for name, within in parts.items()}
    plan.learn(connection)
    topic = [
        conditions(ask.node, Within.OWN, binds),
        gate(boards, binds),
        *narrowing(ask.filters, binds),
    ]
    speaking = f"{of_kinds(ask.filters.kinds, binds)} AND kind = {int(Kind.POST)} AND speaks AND author_id > 0"
    # sorted by their places alone, without what is read of them
    newest = (
        f"SELECT ctid FROM {generation.document} WHERE {' AND '.join(topic)} AND {speaking} ORDER BY {NEWEST_FOUND}"
    )
    found = f"ctid = ANY(ARRAY({newest} LIMIT {MOST_VOTES}))"
    arrays, values = packed(connection, plan, dict(_VOTED.values()), found)
    columns = dict(zip(_VOTED, (array.astype(numpy.int64) for array in arrays), strict=True))
    columns["posts"] &= (1 << ID_BITS) - 1
    rows = Rows(columns["lengths"], values)
    columns |= {name: score(rows).astype(numpy.float32) for name, score in scores.items()}
    says = columns["knows"] > 0
    return people.gathered(**{name: column[says] for name, column in columns.items()})


def _post_counts(connection: Connection, generation: Generation, authors: Array, boards: Readable) -> Array:
    """All readable posts of these authors, by author id."""
    counts = numpy.zeros(int(authors.max(initial=0)) + 1, numpy.int64)
    binds = Binds()
    theirs = f"author_id = ANY({binds.numbers(set(authors.tolist()))}) AND kind = {int(Kind.POST)}"
    statement = f"SELECT author_id, count(*) FROM {generation.document} WHERE {theirs} AND {gate(boards, binds)}"
    for author, count in run(connection, f"{statement} GROUP BY author_id", **binds.values):
        counts[author] = count
    return counts
