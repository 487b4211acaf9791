"""Who writes where and when in the made-up community, as arrays: the same for the same size. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy
from numpy.random import Generator
from numpy.typing import NDArray

from core.errors import Refused

FIRST, LAST = datetime(2023, 1, 1, tzinfo=UTC), datetime(2026, 6, 30, tzinfo=UTC)
LONG_THREAD = 5_000  # posts
JOINED = 0.4  # share of members that belong to a board
Ids = NDArray[numpy.int64]


@dataclass(frozen=True)
class Size:
    boards: int = 10
    members: int = 2_000
    threads: int = 10_000
    posts: int = 200_000

    def check(self) -> None:
        if min(self.boards, self.members, self.threads) < 1 or self.posts < self.threads:
            raise Refused(
                "bad_size", "There must be a board, a member, a thread, and at least one post for each thread."
            )


@dataclass(frozen=True)
class Plan:
    """Who writes where and when, as arrays. Ids count from 1 and are the index + 1."""

    joined: list[Ids]  # for each board, the ids of its members
    board: Ids  # of each thread
    size: Ids  # posts of each thread
    thread: Ids  # of each post, posts in order of time
    number: Ids  # post_no of each post
    author: Ids
    seconds: Ids  # after FIRST


def made_plan(size: Size, random: Generator) -> Plan:
    joined = [_joined(size.members, random) for _board in range(size.boards)]
    board = 1 + _skewed(size.boards, size.threads, random)
    posts = _thread_sizes(size, random)
    board[int(posts.argmax())] = 1
    thread = numpy.repeat(numpy.arange(1, size.threads + 1), posts)
    number = numpy.concatenate([numpy.arange(1, count + 1) for count in posts])
    seconds = _times(posts, random)
    order = numpy.argsort(seconds, kind="stable")
    author = numpy.empty(size.posts, dtype=numpy.int64)
    boards = board[thread - 1]
    for place in range(1, size.boards + 1):
        here = numpy.flatnonzero(boards == place)
        author[here] = joined[place - 1][_skewed(len(joined[place - 1]), len(here), random)]
    return Plan(joined, board, posts, thread[order], number[order], author[order], seconds[order])


def _joined(members: int, random: Generator) -> Ids:
    """Members of a board, the busiest first. The first two members belong to all."""
    chosen = numpy.flatnonzero(random.random(members) < JOINED) + 1
    return random.permutation(numpy.union1d(chosen, numpy.arange(1, min(members, 2) + 1)))


def _skewed(among: int, count: int, random: Generator) -> Ids:
    """Indices below `among`, low ones far more often (Zipf's law)."""
    weights = numpy.cumsum(1.0 / numpy.arange(1, among + 1) ** 0.8)
    return numpy.searchsorted(weights, random.random(count) * weights[-1]).astype(numpy.int64)


def _thread_sizes(size: Size, random: Generator) -> Ids:
    """At least one post each, most few, some hundreds, one LONG_THREAD if there are enough posts for it."""
    long = min(LONG_THREAD, (size.posts - size.threads) // 4)
    rest = size.posts - size.threads - long
    weights = random.pareto(1.3, size.threads).clip(0.05, 30)
    weights[0] = 0
    sizes = 1 + random.multinomial(rest, weights / max(weights.sum(), 1e-9) if size.threads > 1 else [1.0])
    sizes[0] += long
    return sizes.astype(numpy.int64)


def _times(posts: Ids, random: Generator) -> Ids:
    """Rising times within each thread, all of them between FIRST and LAST."""
    whole = (LAST - FIRST).total_seconds()
    found = []
    for count in posts:
        start = random.random() * whole * 0.98
        length = min(whole - start, 86_400 * random.exponential(2 + count / 4))
        found.append(start + numpy.sort(random.random(count)) * length)
    return numpy.concatenate(found).astype(numpy.int64)
