"""The votes for people.rank, gathered from a snapshot."""

import numpy

from search import people
from search.engine import Ask, People, Readable, Within
from search.executor import Executor
from search.matches import Matches
from search.narrowing import gate, gated, narrowed
from search.people import Votes
from search.schema import ID_BITS, Kind
from search.whoosh_codec import Array
from search.whoosh_segments import Snapshot

MOST_VOTES = 4_000  # posts that are weighed


def run(snapshot: Snapshot, ask: Ask, boards: Readable) -> People:
    """The people for one question, best first, one page of them."""
    found = gated(snapshot, Executor(snapshot, Within.OWN, boards).matches(ask.node), boards)
    found = narrowed(snapshot, found, ask.filters)
    found = _few(snapshot, ask, found.where(_speaking(snapshot)[found.documents]))
    everything = snapshot.cached(("posts", boards), lambda: _post_counts(snapshot, boards), lambda found: found.nbytes)
    return people.rank(_votes(snapshot, ask, found), everything, ask)


def _few(snapshot: Snapshot, ask: Ask, found: Matches) -> Matches:
    """Those that can say something on the intent, and of a very common word the newest."""
    if ask.intent in (people.WANTS, people.SELLS):
        says = numpy.zeros(snapshot.size, bool)
        for part in (Within(ask.intent), Within.DECLINES):
            says[Executor(snapshot, part).matches(ask.node).documents] = True
        found = found.where(says[found.documents])
    if len(found.documents) > MOST_VOTES:
        newest = numpy.argpartition(snapshot.column("at")[found.documents], -MOST_VOTES)[-MOST_VOTES:]
        found = found.where(numpy.sort(newest))
    return found


def _speaking(snapshot: Snapshot) -> Array:
    """Posts whose authors may be found by them; one flag a document."""

    def make() -> Array:
        is_post = snapshot.column("kind") == Kind.POST
        return numpy.asarray(is_post & (snapshot.column("author") > 0) & snapshot.column("speaks"))

    return snapshot.cached("speaking", make, lambda flags: flags.nbytes)


def _votes(snapshot: Snapshot, ask: Ask, found: Matches) -> Votes:
    documents = found.documents

    def column(name: str) -> Array:
        return snapshot.column(name)[documents].astype(numpy.int64)

    def within(part: Within) -> Array:
        """How much of the topic stands in a part of these posts."""
        there = Executor(snapshot, part).matches(ask.node)
        scores = numpy.zeros(len(documents), numpy.float32)
        if len(documents):
            at = numpy.searchsorted(documents, there.documents)
            at[at == len(documents)] = 0
            both = documents[at] == there.documents
            scores[at[both]] = there.scores[both]
        return scores

    return people.gathered(
        posts=column("key") & ((1 << ID_BITS) - 1),
        authors=column("author"),
        boards=column("board"),
        threads=column("thread"),
        at=column("at"),
        replies=column("replies"),
        thanks=column("thanks"),
        openings=column("is_opening"),
        lengths=column("length"),
        knows=found.scores,
        wants=within(Within.WANTS),
        sells=within(Within.SELLS),
        declines=within(Within.DECLINES),
        titles=within(Within.TITLE),
    )


def _post_counts(snapshot: Snapshot, boards: Readable) -> Array:
    posts = gate(snapshot, boards) & (snapshot.column("kind") == Kind.POST)
    return numpy.bincount(snapshot.column("author")[posts].astype(numpy.int64))
