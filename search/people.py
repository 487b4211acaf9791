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
from search.engine import Ask, People, Person
from search.whoosh_codec import Array

HALF_LIFE = 540 * 86_400
FADED = 0.25
FOCUS_POWER, FOCUS_PRIOR = 0.35, 5
BEST_POSTS = 3


class Votes(NamedTuple):
    """The posts on a topic that the searcher may read and whose authors let themselves be found: arrays of one length.

    `knows`, `wants`, `sells` and `declines` say how much of the topic (the rarity of its words, each counted once)
    stands in all that the author wrote in the post, and in the parts where they wish, offer or decline; 0 is nothing.
    `at` is in seconds since 1970.
    """

    posts: Array
    authors: Array
    boards: Array
    threads: Array
    at: Array
    replies: Array
    thanks: Array
    knows: Array
    wants: Array
    sells: Array
    declines: Array


def rank(votes: Votes, everything: Array, ask: Ask) -> People:
    """The people for one question, best first, one page of them. `everything` counts, by author id, all their posts
    that the searcher may read."""
    if not len(votes.posts):
        return People()
    worth = _worth(votes)
    scores = _scores(votes, worth, everything)
    ranked = numpy.argsort(-scores, kind="stable")[: numpy.count_nonzero(scores)]
    page = ranked[(ask.page - 1) * ask.size : ask.page * ask.size]
    return People(len(ranked), tuple(_person(votes, worth, int(author), float(scores[author])) for author in page))


def _worth(votes: Votes) -> Array:
    """What each post is worth."""
    age = numpy.maximum(now().timestamp() - votes.at, 0)
    fresh = FADED + (1 - FADED) * numpy.exp2(-age / HALF_LIFE)
    answered = 1 + numpy.log1p(votes.replies) / 4
    return numpy.asarray(votes.knows * fresh * answered)


def _scores(votes: Votes, worth: Array, everything: Array) -> Array:
    """By author id."""
    counts = numpy.bincount(votes.authors, minlength=len(everything))
    sums = numpy.bincount(votes.authors, weights=worth, minlength=len(everything))
    focus = ((counts + 1) / (everything + FOCUS_PRIOR)) ** FOCUS_POWER
    return numpy.asarray(sums / numpy.maximum(counts, 1) * numpy.log2(1 + counts) * focus)


def _person(votes: Votes, worth: Array, author: int, score: float) -> Person:
    theirs = numpy.flatnonzero(votes.authors == author)
    boards, counts = numpy.unique(votes.boards[theirs], return_counts=True)
    return Person(
        author_id=author,
        score=score,
        post_ids=tuple(votes.posts[_best(votes, worth, theirs)].tolist()),
        board_ids=tuple(boards[numpy.argsort(-counts, kind="stable")].tolist()),
        last_at=int(votes.at[theirs].max()),
        post_count=len(theirs),
    )


def _best(votes: Votes, worth: Array, theirs: Array) -> Array:
    """Places of their best posts, each of another thread."""
    ordered = theirs[numpy.argsort(-worth[theirs], kind="stable")]
    _, first = numpy.unique(votes.threads[ordered], return_index=True)
    return numpy.asarray(ordered[numpy.sort(first)][:BEST_POSTS])
