"""Who knows about a topic: people ranked by what they wrote.

Expert finding by document votes (Macdonald and Ounis, "Voting for candidates", CIKM 2006; Balog, Azzopardi and
de Rijke, "Formal models for expert finding", SIGIR 2006, model 2). Every post on the topic that a person wrote
themselves is a vote, worth

    relevance   the rarity of the topic's words it holds; repeating a word adds nothing, stuffing a post takes away
    x freshness half of it fades every eighteen months, down to a quarter
    x answers   1 + ln(1 + replies received) / 4

A person's votes count by their mean times log2(1 + number): the tenth post says less than the second. That is
weighed by focus, the share of their posts that are on the topic, so that those who write about everything do not
lead every list. Only posts that the searcher may read count, for the share too.
"""

from typing import NamedTuple

import numpy

from core.clock import now
from search.engine import Ask, People, Person, Within
from search.executor import Executor, Matches, gate, gated, narrowed
from search.schema import ID_BITS, Kind, kind_and_id
from search.whoosh_codec import Array
from search.whoosh_segments import Snapshot

HALF_LIFE = 540 * 86_400
FADED = 0.25
FOCUS_POWER, FOCUS_PRIOR = 0.35, 5
BEST_POSTS = 3


class _Votes(NamedTuple):
    """The posts on the topic: document numbers, what each is worth, and whose it is."""

    documents: Array
    worth: Array
    authors: Array


def run(snapshot: Snapshot, ask: Ask, boards: frozenset[int]) -> People:
    """The people for one question, best first, one page of them."""
    found = gated(snapshot, Executor(snapshot, Within.OWN).matches(ask.node), boards)
    found = _posts(snapshot, narrowed(snapshot, found, ask.filters))
    if not len(found.documents):
        return People()
    authors = snapshot.column("author")[found.documents].astype(numpy.int64)
    votes = _Votes(found.documents, _worth(snapshot, found), authors)
    scores = _scores(snapshot, votes, boards)
    ranked = numpy.argsort(-scores, kind="stable")[: numpy.count_nonzero(scores)]
    page = ranked[(ask.page - 1) * ask.size : ask.page * ask.size]
    return People(len(ranked), tuple(_person(snapshot, votes, int(author), float(scores[author])) for author in page))


def _posts(snapshot: Snapshot, found: Matches) -> Matches:
    keep = snapshot.column("key")[found.documents] >> ID_BITS == Kind.POST
    keep &= snapshot.column("author")[found.documents] > 0
    return Matches(found.documents[keep], found.scores[keep])


def _worth(snapshot: Snapshot, found: Matches) -> Array:
    age = numpy.maximum(now().timestamp() - snapshot.column("at")[found.documents], 0)
    fresh = FADED + (1 - FADED) * numpy.exp2(-age / HALF_LIFE)
    answered = 1 + numpy.log1p(snapshot.column("replies")[found.documents]) / 4
    return numpy.asarray(found.scores * fresh * answered)


def _scores(snapshot: Snapshot, votes: _Votes, boards: frozenset[int]) -> Array:
    """By author id."""
    everything = snapshot.cached(("posts", boards), lambda: _post_counts(snapshot, boards), lambda found: found.nbytes)
    counts = numpy.bincount(votes.authors, minlength=len(everything))
    sums = numpy.bincount(votes.authors, weights=votes.worth, minlength=len(everything))
    focus = ((counts + 1) / (everything + FOCUS_PRIOR)) ** FOCUS_POWER
    return numpy.asarray(sums / numpy.maximum(counts, 1) * numpy.log2(1 + counts) * focus)


def _post_counts(snapshot: Snapshot, boards: frozenset[int]) -> Array:
    posts = gate(snapshot, boards) & (snapshot.column("key") >> ID_BITS == Kind.POST)
    return numpy.bincount(snapshot.column("author")[posts].astype(numpy.int64))


def _person(snapshot: Snapshot, votes: _Votes, author: int, score: float) -> Person:
    theirs = numpy.flatnonzero(votes.authors == author)
    best = _best(snapshot, votes, theirs)
    documents = votes.documents[theirs]
    boards, counts = numpy.unique(snapshot.column("board")[documents], return_counts=True)
    return Person(
        author_id=author,
        score=score,
        post_ids=tuple(kind_and_id(key)[1] for key in snapshot.column("key")[best].tolist()),
        board_ids=tuple(boards[numpy.argsort(-counts, kind="stable")].tolist()),
        last_at=int(snapshot.column("at")[documents].max()),
        post_count=len(theirs),
    )


def _best(snapshot: Snapshot, votes: _Votes, theirs: Array) -> Array:
    """Documents of their best posts, each of another thread."""
    documents = votes.documents[theirs[numpy.argsort(-votes.worth[theirs], kind="stable")]]
    _, first = numpy.unique(snapshot.column("thread")[documents], return_index=True)
    return numpy.asarray(documents[numpy.sort(first)][:BEST_POSTS])
