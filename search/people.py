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

import numpy

from core.clock import now
from search.engine import Ask, People, Person
from search.executor import Executor, Matches, gate, gated, narrowed
from search.schema import Kind, kind_and_id
from search.whoosh_codec import Array
from search.whoosh_segments import Snapshot

HALF_LIFE = 540 * 86_400
FADED = 0.25
FOCUS_POWER, FOCUS_PRIOR = 0.35, 5
BEST_POSTS = 3
_ID_BITS = 48


def run(snapshot: Snapshot, ask: Ask, boards: frozenset[int]) -> People:
    """The people for one question, best first, one page of them."""
    found = gated(snapshot, Executor(snapshot, own=True).matches(ask.node), boards)
    found = narrowed(snapshot, found, ask.filters)
    found = _posts(snapshot, found)
    if not len(found.documents):
        return People()
    votes = _votes(snapshot, found)
    authors = snapshot.column("author")[found.documents].astype(numpy.int64)
    scores, counts = _scores(snapshot, authors, votes, boards)
    ranked = numpy.lexsort((numpy.arange(len(scores)), -scores))
    ranked = ranked[: numpy.count_nonzero(counts)]
    page = ranked[(ask.page - 1) * ask.size : ask.page * ask.size]
    chosen = tuple(_person(snapshot, found.documents, votes, authors, int(author), scores) for author in page)
    return People(len(ranked), chosen)


def _posts(snapshot: Snapshot, found: Matches) -> Matches:
    keep = snapshot.column("key")[found.documents] >> _ID_BITS == Kind.POST
    keep &= snapshot.column("author")[found.documents] > 0
    return Matches(found.documents[keep], found.scores[keep])


def _votes(snapshot: Snapshot, found: Matches) -> Array:
    age = numpy.maximum(now().timestamp() - snapshot.column("at")[found.documents], 0)
    fresh = FADED + (1 - FADED) * numpy.exp2(-age / HALF_LIFE)
    answered = 1 + numpy.log1p(snapshot.column("replies")[found.documents]) / 4
    votes: Array = found.scores * fresh * answered
    return votes


def _scores(snapshot: Snapshot, authors: Array, votes: Array, boards: frozenset[int]) -> tuple[Array, Array]:
    """Score and number of posts on the topic, by author id."""
    everything = snapshot.cached(("posts", boards), lambda: _post_counts(snapshot, boards), lambda found: found.nbytes)
    counts = numpy.bincount(authors, minlength=len(everything))
    sums = numpy.bincount(authors, weights=votes, minlength=len(everything))
    focus = ((counts + 1) / (everything + FOCUS_PRIOR)) ** FOCUS_POWER
    return sums / numpy.maximum(counts, 1) * numpy.log2(1 + counts) * focus, counts


def _post_counts(snapshot: Snapshot, boards: frozenset[int]) -> Array:
    posts = gate(snapshot, boards) & (snapshot.column("key") >> _ID_BITS == Kind.POST)
    return numpy.bincount(snapshot.column("author")[posts].astype(numpy.int64))


def _person(
    snapshot: Snapshot, documents: Array, votes: Array, authors: Array, author: int, scores: Array
) -> Person:
    theirs = numpy.flatnonzero(authors == author)
    best = theirs[numpy.argsort(-votes[theirs], kind="stable")]
    boards, counts = numpy.unique(snapshot.column("board")[documents[theirs]], return_counts=True)
    return Person(
        author_id=author,
        score=float(scores[author]),
        post_ids=tuple(_ids(snapshot, documents[best[: BEST_POSTS * 3]]))[:BEST_POSTS],
        board_ids=tuple(boards[numpy.argsort(-counts, kind="stable")].tolist()),
        last_at=int(snapshot.column("at")[documents[theirs]].max()),
        post_count=len(theirs),
    )


def _ids(snapshot: Snapshot, documents: Array) -> list[int]:
    return [kind_and_id(key)[1] for key in snapshot.column("key")[documents].tolist()]
