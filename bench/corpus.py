"""Documents to search in: made-up posts on many boards, the same for the same numbers. No database is needed."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy
from numpy.random import default_rng

from bench.words import Writer
from search import intent
from search.schema import Document, Kind

SEED = 20_260_701
BOARDS, GATE = 200, 50  # boards there are, and how many of them the searcher may read
AUTHORS_FOR = 100  # posts an author writes on average
FIRST, YEARS = 1_600_000_000, 6
A_THREAD = 20  # posts
GATED = frozenset(range(1, BOARDS, BOARDS // GATE))


def documents(posts: int) -> Iterator[Document]:
    """Ids from 1, in the order of their times; every twentieth opens a thread with a title."""
    random = default_rng(SEED)
    writer = Writer(random)
    times = numpy.sort(random.integers(FIRST, FIRST + YEARS * 365 * 86_400, posts))
    places = random.integers(1, BOARDS + 1, posts // A_THREAD + 1)
    authors = 1 + (random.pareto(1.2, posts) * posts / AUTHORS_FOR / 8).astype(int) % max(posts // AUTHORS_FOR, 1)
    replies = random.geometric(0.5, posts) - 1
    for at, body in enumerate(writer.bodies(posts)):
        opens = at % A_THREAD == 0
        title = writer.title(is_chinese=body[:1] > "\u3000") if opens else ""
        said = intent.read(title, body, "talk" if opens else "")
        yield Document(
            kind=Kind.POST,
            id=at + 1,
            board_id=int(places[at // A_THREAD]),
            author_id=int(authors[at]),
            thread_id=at // A_THREAD + 1,
            title=title,
            text=body,
            at=int(times[at]),
            replies=int(replies[at]),
            is_opening=opens,
            thread_kind="talk",
            wants=said.wants,
            sells=said.sells,
            declines=said.declines,
        )


@dataclass(frozen=True)
class Questions:
    """What is asked, by kind of question: as many different ones as there are."""

    by_kind: dict[str, list[str]]


def questions(sample: list[Document], count: int) -> Questions:
    """Words by their rank in the vocabulary; phrases and Chinese are cut from texts, so that they are there."""
    random = default_rng(SEED + 1)
    writer = Writer(random)
    english = writer.english
    common = [word for word in english[20:400] if len(word) > 3][:count]
    rare = [english[place] for place in random.integers(8_000, 19_000, count)]
    pairs = [f"{random.choice(common)} {english[place]}" for place in random.integers(100, 4_000, count)]
    latin = [document.text.split() for document in sample if document.text.isascii() and len(document.text) > 60]
    chinese = [document.text for document in sample if document.text[:1] > "\u3000" and len(document.text) > 30]
    return Questions(
        {
            "rare word": rare,
            "common word": common,
            "two words": pairs,
            "phrase": [_cut_words(latin[at % len(latin)], random) for at in range(count)],
            "Chinese, 2 characters": [_cut(chinese[at % len(chinese)], 2, random) for at in range(count)],
            "Chinese, 4 characters": [_cut(chinese[-1 - at % len(chinese)], 4, random) for at in range(count)],
        }
    )


def _cut_words(words: list[str], random: numpy.random.Generator) -> str:
    at = int(random.integers(0, len(words) - 2))
    return f'"{words[at].strip(".")} {words[at + 1].strip(".")}"'


def _cut(text: str, length: int, random: numpy.random.Generator) -> str:
    runs = [run for run in text.replace("。", "，").split("，") if len(run) >= length]
    run = runs[int(random.integers(0, len(runs)))]
    at = int(random.integers(0, len(run) - length + 1))
    return run[at : at + length]
