"""P@5 and nDCG@10 of people by topic, by intent and by trap, beside two simpler rankings. Runs on any engine.

P@5: how many of the first five are right (any grade). nDCG@10: discounted gain of the first ten, 2^grade - 1 each,
over the best possible (Järvelin and Kekäläinen 2002). A trap's figures are those of the rankings with all other traps'
people taken out.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from statistics import mean
from typing import NamedTuple

import numpy

from bench.people.made_up import Evaluation, Question, by_trap
from core.clock import now
from search import people
from search.engine import Ask, People, Person, SearchEngine
from search.people import Votes
from search.query import parse
from search.whoosh_codec import Array

MOST = 200  # people looked at for one question
Ranking = list[int]  # author ids, best first


class Figures(NamedTuple):
    precision: float
    gain: float
    questions: int


class Answer(NamedTuple):
    question: Question
    ranking: Ranking


def ask_all(engine: SearchEngine, evaluation: Evaluation) -> list[Answer]:
    engine.rebuild(evaluation.documents, lambda keys: iter(()))
    return answers(engine, evaluation)


def answers(engine: SearchEngine, evaluation: Evaluation, *, with_intent: bool = True) -> list[Answer]:
    """`with_intent` tells the engine the intent, which the baselines do not know."""
    found = []
    for question in evaluation.questions:
        ask = Ask(parse(question.topic).node, size=MOST, intent=question.intent if with_intent else "")
        people = engine.people(ask, evaluation.boards).people
        found.append(Answer(question, [person.author_id for person in people]))
    return found


def figures(found: Iterable[Answer]) -> Figures:
    measured = [(_precision(one), _gain(one)) for one in found]
    if not measured:
        return Figures(0, 0, 0)
    return Figures(mean(one for one, _ in measured), mean(one for _, one in measured), len(measured))


def _precision(answer: Answer) -> float:
    return sum(author in answer.question.grades for author in answer.ranking[:5]) / 5


def _gain(answer: Answer) -> float:
    grades = answer.question.grades
    best = _discounted(sorted(grades.values(), reverse=True))
    return _discounted([grades.get(author, 0) for author in answer.ranking]) / best


def _discounted(grades: list[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades[:10]))


def by_intent(found: list[Answer]) -> dict[str, Figures]:
    grouped = defaultdict(list)
    for one in found:
        grouped[one.question.intent].append(one)
    return {intent: figures(group) for intent, group in grouped.items()}


def without_other_traps(found: list[Answer], evaluation: Evaluation) -> dict[str, Figures]:
    told = {}
    for trap, authors in sorted(by_trap(evaluation).items()):
        others = evaluation.traps.keys() - authors
        told[trap] = figures(Answer(one.question, [a for a in one.ranking if a not in others]) for one in found)
    return told


@contextmanager
def ranked_by(rank: Callable[[Votes, Array, Ask], People]) -> Iterator[None]:
    """Engines gather the votes and let search.people.rank rank them: for a baseline, something else does."""
    ours = people.rank
    people.rank = rank
    try:
        yield
    finally:
        people.rank = ours


def vote_sum(votes: Votes, everything: Array, ask: Ask) -> People:
    """Baseline: every post on the topic is one vote."""
    return _plain(numpy.bincount(votes.authors, minlength=len(everything)))


def decayed(votes: Votes, everything: Array, ask: Ask) -> People:
    """Baseline: decay, answers, thanks and saturation by the logarithm; intent is not looked at."""
    age = numpy.maximum(now().timestamp() - votes.at, 0)
    heard = 1 + numpy.log1p(votes.replies) / 4 + numpy.log1p(votes.thanks) / 2
    worth = votes.knows * numpy.exp2(age / -people.HALF_LIFE[people.KNOWS]) * heard
    counts = numpy.bincount(votes.authors, minlength=len(everything))
    sums = numpy.bincount(votes.authors, weights=worth, minlength=len(everything))
    return _plain(sums / numpy.maximum(counts, 1) * numpy.log2(1 + counts))


def _plain(scores: Array) -> People:
    ranked = numpy.argsort(-scores, kind="stable")[: numpy.count_nonzero(scores)].tolist()
    return People(len(ranked), tuple(Person(author, float(scores[author]), (), (), 0, 0) for author in ranked))
