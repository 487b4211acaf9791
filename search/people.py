"""Who knows about a topic, wants it or sells it: people ranked by what they wrote.

Expert finding by document votes (Macdonald and Ounis, "Voting for candidates", CIKM 2006; Balog, Azzopardi and
de Rijke, "Formal models for expert finding", SIGIR 2006, model 2). Every post on the topic that a person wrote
themselves is a vote, worth

    aim         the rarity of the topic's words in what is asked for. "wants", "sells": in those parts of the post in
                which its author wishes or offers, less what they decline; twice that when it is in the title, and less
                the longer the post, for long lists name much in passing. "knows": in the whole post; little of it in
                an opening (it asks), in a wish, an offer, a refusal, or a remark of a few words. Repeating a word adds
                nothing, stuffing a post takes away
    x freshness half of it fades in eighteen months for "knows", in four for "wants" and "sells"
    x heard     for "knows" 1 + ln(1 + replies) / 4 + ln(1 + thanks) / 2, and up to three times that in a thread where
                others speak of the topic too: an answer says more than a mention in talk about something else. None of
                this for an opening

A person's votes add up by rank: the best wholly, the n-th by 1 / n^p, a second one in the same thread by half. That is
weighed by focus, the share of their posts that are on the topic, so that those who write about everything do not lead
every list; for wishes and offers it hardly matters. A wish or an offer that its author took back later is none. Only
posts that the searcher may read count, for the share too.

In two steps: all votes add up roughly, and only the best few hundred people are weighed closely.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy

from core.clock import now
from search.engine import Ask, People, Person
from search.scoring import SAYS_LITTLE
from search.whoosh_codec import Array

WANTS, SELLS, KNOWS = INTENTS = ("wants", "sells", "knows")
DAY = 86_400
HALF_LIFE = {KNOWS: 540 * DAY, WANTS: 120 * DAY, SELLS: 120 * DAY}
FADED = {KNOWS: 0.4, WANTS: 0.01, SELLS: 0.01}
SATURATION = {KNOWS: 1.2, WANTS: 2.0, SELLS: 2.0, "": 1.5}
FOCUS_POWER = {KNOWS: 0.3, WANTS: 0.05, SELLS: 0.05, "": 0.25}
FOCUS_PRIOR = 5
ASKING, REMARK, ALSO_WISHES, ALSO_OFFERS, ALSO_DECLINES = 0.25, 0.05, 0.2, 0.5, 0.4
EXPLAINED = 120  # tokens of a post that says as much as it can
IN_COMPANY, IN_TITLE = 2.0, 1.0  # what is added, at most, to the worth of an answer among others, of a title
HARDLY = 1.5 * SAYS_LITTLE  # of what a post can say of the topic: who says less has stuffed it
PASSING, LIST = 0.5, 50  # how much less long posts wish and offer, in steps of so many tokens
TOLD = 12  # tokens of a post that makes its author one who knows, though nobody answered or thanked
SHORTLIST = 256
BEST_POSTS = 3


class Votes(NamedTuple):
    """The posts on a topic that the searcher may read and whose authors let themselves be found: arrays of one length.

    `knows`, `wants`, `sells` and `declines` say how much of the topic (the rarity of its words, each counted once)
    stands in all that the author wrote in the post, and in the parts where they wish, offer or decline; 0 is nothing.
    `titles` says the same of the title, of an opening. `at` is in seconds since 1970, `lengths` in tokens. `company`
    counts the others who wrote on the topic in the same thread (see `gathered`).
    """

    posts: Array
    authors: Array
    boards: Array
    threads: Array
    at: Array
    replies: Array
    thanks: Array
    openings: Array
    lengths: Array
    knows: Array
    wants: Array
    sells: Array
    declines: Array
    titles: Array
    company: Array

    def at_places(self, places: Array) -> "Votes":
        return Votes(*(column[places] for column in self))


def gathered(**columns: Array) -> Votes:
    """Votes of all columns but `company`, which follows from them."""
    own = numpy.sort(columns["threads"] << 32 | columns["authors"])
    threads = own[numpy.diff(own, prepend=-1) != 0] >> 32  # once for each author in it
    return Votes(**columns, company=numpy.bincount(threads)[columns["threads"]] - 1)


class _Weighed(NamedTuple):
    """Votes, and what each is worth: one row an intent."""

    votes: Votes
    worths: Array

    def worth(self, intent: str) -> Array:
        """For an intent; for "" the most that it is worth for any."""
        return numpy.asarray(self.worths[INTENTS.index(intent)] if intent else self.worths.max(axis=0))

    def where(self, keep: Array) -> "_Weighed":
        return self.at_places(numpy.flatnonzero(keep))  # numbers once, or each column would look through the flags

    def at_places(self, places: Array) -> "_Weighed":
        return _Weighed(self.votes.at_places(places), self.worths[:, places])


def rank(votes: Votes, everything: Array, ask: Ask) -> People:
    """The people for one question, best first, one page of them. `everything` counts, by author id, all their posts
    that the searcher may read."""
    weighed = _Weighed(votes, numpy.stack([_worth(votes, intent) for intent in INTENTS]))
    rough = _rough(weighed, everything, ask.intent)
    total = int(numpy.count_nonzero(rough))
    if not total:
        return People()
    most = max(SHORTLIST, 2 * ask.page * ask.size)
    chosen = rough >= numpy.partition(rough, -most)[-most] if total > most else rough > 0
    near = weighed.where((chosen & (rough > 0))[votes.authors])
    scores = _close(near, everything, ask.intent)
    ranked = numpy.argsort(-scores, kind="stable")[: min(total, int(numpy.count_nonzero(scores)))]
    page = ranked[(ask.page - 1) * ask.size : ask.page * ask.size].tolist()
    return People(total, tuple(_persons(near, page, scores, ask.intent)) if page else ())


def _worth(votes: Votes, intent: str) -> Array:
    """What each post is worth for an intent."""
    age = numpy.maximum(now().timestamp() - votes.at, 0)
    fresh = FADED[intent] + (1 - FADED[intent]) * numpy.exp2(age / -HALF_LIFE[intent])
    if intent == KNOWS:
        return numpy.asarray(_known(votes) * fresh)
    less = votes.declines / 2 if intent == WANTS else votes.declines
    said = numpy.maximum((votes.wants if intent == WANTS else votes.sells) - less, 0)
    pointed = (1 + IN_TITLE * (votes.titles > 0)) / (1 + PASSING * numpy.log1p(votes.lengths / LIST))
    stuffed = votes.knows < HARDLY * votes.knows.max(initial=0)
    return numpy.asarray(said * pointed * fresh * numpy.where(stuffed, SAYS_LITTLE, 1))


def _known(votes: Votes) -> Array:
    said = votes.knows * (REMARK + (1 - REMARK) * numpy.minimum(votes.lengths / EXPLAINED, 1))
    for part, share in ((votes.openings, ASKING), (votes.wants, ALSO_WISHES), (votes.sells, ALSO_OFFERS)):
        said = numpy.where(part > 0, said * share, said)
    said = numpy.where(votes.declines > 0, said * ALSO_DECLINES, said)
    answers = votes.openings == 0
    heard = 1 + answers * numpy.log1p(votes.replies) / 4 + numpy.log1p(votes.thanks) / 2
    return numpy.asarray(said * heard * (1 + answers * IN_COMPANY * (1 - numpy.exp2(-votes.company))))


def _rough(weighed: _Weighed, everything: Array, intent: str) -> Array:
    """By author id: mean times the logarithm of the number, close to the rank's order and quick."""
    votes, worth = weighed.votes, weighed.worth(intent)
    counts = numpy.bincount(votes.authors[worth > 0], minlength=len(everything))
    sums = numpy.bincount(votes.authors, weights=worth, minlength=len(everything))
    return numpy.asarray(sums / numpy.maximum(counts, 1) * numpy.log2(1 + counts) * _focus(votes, everything, intent))


def _close(weighed: _Weighed, everything: Array, intent: str) -> Array:
    """By author id: votes by rank, a thread's further ones halved, what was taken back left out."""
    votes, worth = weighed.votes, weighed.worth(intent).copy()
    if intent in (WANTS, SELLS):
        worth = worth * ~_taken_back(votes, intent, len(everything))
    best = numpy.argsort(-worth)
    own = (votes.authors << 32 | votes.threads)[best]
    order = numpy.argsort(own, kind="stable")
    worth[best[order[1:][own[order[1:]] == own[order[:-1]]]]] /= 2
    order = numpy.lexsort((-worth, votes.authors))
    authors = votes.authors[order]
    starts = numpy.flatnonzero(numpy.diff(authors, prepend=-1))
    ranks = numpy.arange(len(order)) - numpy.repeat(starts, numpy.diff(starts, append=len(order))) + 1
    weights = worth[order] / ranks ** SATURATION[intent]
    sums = numpy.bincount(authors, weights=weights, minlength=len(everything))
    return numpy.asarray(sums * _focus(votes, everything, intent))


def _focus(votes: Votes, everything: Array, intent: str) -> Array:
    counts = numpy.bincount(votes.authors, minlength=len(everything))
    return numpy.asarray(((counts + 1) / (everything + FOCUS_PRIOR)) ** FOCUS_POWER[intent])


def _taken_back(votes: Votes, intent: str, size: int) -> Array:
    """Votes older than a post of the same author that only declines."""
    said = votes.wants if intent == WANTS else votes.sells
    declining = (votes.declines > 0) & (said == 0)
    latest = numpy.full(size, -(1 << 60))
    numpy.maximum.at(latest, votes.authors[declining], votes.at[declining])
    return numpy.asarray(votes.at < latest[votes.authors])


def _persons(near: _Weighed, page: list[int], scores: Array, intent: str) -> Iterator[Person]:
    """Their votes lie one person after the other in the order of the page, each person's best first."""
    ranks = numpy.full(len(scores), len(page))
    ranks[page] = numpy.arange(len(page))
    near = near.where(ranks[near.votes.authors] < len(page))
    near = near.at_places(numpy.lexsort((-near.worth(intent), ranks[near.votes.authors])))
    votes, worth = near.votes, near.worth(intent)
    starts = numpy.searchsorted(ranks[votes.authors], numpy.arange(len(page)))
    about = {name: numpy.maximum.reduceat(signs, starts) for name, signs in _about(near, len(scores)).items()}
    counted = numpy.add.reduceat(worth > 0, starts, dtype=numpy.int64)
    last = numpy.maximum.reduceat(votes.at, starts)
    for at, (author, start, end) in enumerate(zip(page, starts, [*starts[1:], len(worth)], strict=True)):
        boards = Counter(votes.boards[start:end].tolist())
        yield Person(
            author_id=author,
            score=float(scores[author]),
            post_ids=_best(votes, slice(start, start + counted[at])),
            board_ids=tuple(sorted(boards, key=lambda board: (-boards[board], board))),
            last_at=int(last[at]),
            post_count=int(end - start),
            intents=_intents({name: float(most[at]) for name, most in about.items()}),
        )


def _about(weighed: _Weighed, size: int) -> dict[str, Array]:
    """By intent, what each post is worth as a sign that its author is about it. Nobody knows by asking, in their own
    thread, or by a remark that nobody answered."""
    votes = weighed.votes
    own = votes.authors << 32 | votes.threads
    told = {WANTS: votes.wants > votes.declines / 2, SELLS: votes.sells > votes.declines}
    told[KNOWS] = ~numpy.isin(own, own[votes.openings > 0])
    told[KNOWS] &= (votes.wants == 0) & (votes.sells == 0) & (votes.declines == 0)
    told[KNOWS] &= (votes.lengths >= TOLD) | (votes.replies > 0) | (votes.thanks > 0)
    for intent in (WANTS, SELLS):
        told[intent] &= ~_taken_back(votes, intent, size)
    return {intent: weighed.worth(intent) * told[intent] for intent in INTENTS}


def _intents(worth: dict[str, float]) -> tuple[str, ...]:
    """What the person is about, the strongest first."""
    return tuple(sorted((intent for intent in INTENTS if worth[intent] > 0), key=lambda intent: -worth[intent]))


def _best(votes: Votes, theirs: slice) -> tuple[int, ...]:
    """Of a person's posts that count, best first, each of another thread."""
    of_thread: dict[int, int] = {}
    for thread, post in zip(votes.threads[theirs].tolist(), votes.posts[theirs].tolist(), strict=True):
        of_thread.setdefault(thread, post)
        if len(of_thread) == BEST_POSTS:
            break
    return tuple(of_thread.values())
