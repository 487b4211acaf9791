"""What the search engine costs, beside SQLite's FTS5 in the same run: `python -m bench.engine [--posts 1000000]`.

CPU milliseconds of the asking thread. "First" is the first time a question is asked of an open index, its gate known;
"again" the second time. Each question asks for twenty results, counts by board and kind, on 50 of 200 boards.
"""

import json
import resource
import shutil
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time

import click
from rich.console import Console
from rich.table import Table

from bench import corpus
from bench.fts5 import Fts5
from search.engine import Ask, Filters, SearchEngine
from search.query import parse
from search.schema import Document, Kind
from search.whoosh_engine import WhooshEngine

FOLDER = Path(__file__).parent / "data"
SAMPLE = 4_000
EDITS, A_TIDY = 100, 10  # every so many edits the worker tidies: two seconds at a busy hour
Asked = tuple[list[str], Callable[[str], object]]
NEWEST = "common word, newest first"


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds: the middle, and the one that 99 of 100 stay under."""

    p50: float
    p99: float

    def __str__(self) -> str:
        return f"{self.p50:.2f} / {self.p99:.2f}"


def cost(times: Iterable[float]) -> Cost:
    ordered = sorted(seconds * 1000 for seconds in times)
    return Cost(median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))])


def timed(work: Callable[[], object]) -> float:
    began = thread_time()
    work()
    return thread_time() - began


def built(posts: int) -> tuple[WhooshEngine, float]:
    """The engine on its index, made once for each size, and the documents indexed a CPU second when it was made."""
    home = FOLDER / f"engine-{posts}"
    engine, kept = WhooshEngine(home), home / "rate.json"
    if engine.trouble():
        shutil.rmtree(home, ignore_errors=True)
        engine = WhooshEngine(home)
        writing = timed(lambda: deque(corpus.documents(posts), 0))  # making the texts up is not indexing them
        spent = timed(lambda: engine.rebuild(corpus.documents(posts), lambda keys: iter(())))
        kept.write_text(json.dumps(posts / max(spent - writing, 0.001)))
    return engine, json.loads(kept.read_text()) if kept.exists() else 0.0


def neighbour(posts: int) -> Fts5:
    path = FOLDER / f"fts5-{posts}.sqlite3"
    there = path.exists()
    made = Fts5(path)
    if not there:
        made.build(corpus.documents(posts))
    return made


def asked(engine: SearchEngine, typed: str, sort: str = "best") -> object:
    kinds = Filters(kinds=frozenset([Kind.POST]))
    return engine.search(Ask(parse(typed).node, kinds, sort=sort), corpus.GATED)


def asks_of(
    engine: SearchEngine, by_kind: dict[str, list[str]]
) -> dict[str, tuple[list[str], Callable[[str], object]]]:
    """What is measured: the texts of each kind of question, and how it is asked."""
    common, rare = by_kind["common word"], by_kind["rare word"]
    gate = corpus.GATED
    return {kind: (typed, partial(asked, engine)) for kind, typed in by_kind.items()} | {
        NEWEST: (common[::-1], partial(asked, engine, sort="new")),
        "people by topic": (common, lambda text: engine.people(Ask(parse(text).node), gate)),
        "completions": ([word[:3] for word in rare], lambda start: engine.completions(start, gate)),
        "did you mean": ([word[1:] for word in rare], lambda word: engine.similar(word, gate)),
    }


def questions_table(engine: SearchEngine, other: Fts5 | None, count: int, sample: list[Document]) -> Table:
    table = Table(title="CPU ms a question, p50 / p99; again: at once after the first time")
    for column in ("question", "first", "again", "FTS5"):
        table.add_column(column, justify="left" if column == "question" else "right")
    by_kind = corpus.questions(sample, count).by_kind
    for name, (typed, ask) in asks_of(engine, by_kind).items():
        pairs = [(timed(partial(ask, text)), timed(partial(ask, text))) for text in typed]
        first, again = (cost(times) for times in zip(*pairs, strict=True))
        beside = _beside(other, name, typed) if other and name in {*by_kind, NEWEST} else ""
        table.add_row(name, str(first), str(again), beside)
    return table


def _beside(other: Fts5, name: str, typed: list[str]) -> str:
    ask = partial(other.search, boards=corpus.GATED, newest=name == NEWEST)
    return str(cost(timed(partial(ask, text)) for text in typed))


@dataclass(frozen=True)
class Edits:
    """Of one document changed and committed, another time each: the commit; merging, a commit's share of it; and a
    question asked just after, when another process opens the index anew."""

    commit: Cost
    merging: float
    after: Cost


def edits(posts: int, sample: list[Document]) -> Edits:
    writer, reader = WhooshEngine(FOLDER / f"engine-{posts}"), WhooshEngine(FOLDER / f"engine-{posts}")
    writer.apply([replace(sample[-1], replies=1 + sample[-1].replies)])  # finds where each document stands, once
    commits, merges, after = [], 0.0, []
    common = corpus.questions(sample, EDITS).by_kind["common word"]
    for number, document in enumerate(sample[:EDITS]):
        commits.append(timed(partial(writer.apply, [replace(document, replies=10_000 + number)])))
        after.append(timed(partial(asked, reader, common[number])))
        if number % A_TIDY == 0:
            merges += timed(writer.tidy)
    writer.apply(sample[:EDITS])
    return Edits(cost(commits), merges * 1000 / EDITS, cost(after))


@click.command()
@click.option("--posts", default=200_000, show_default=True)
@click.option("--count", default=300, show_default=True, help="Different questions of each kind.")
@click.option("--fts5/--no-fts5", default=True, show_default=True)
def main(posts: int, count: int, fts5: bool) -> None:
    measure(posts, count, fts5=fts5)


def measure(posts: int, count: int, *, fts5: bool) -> None:
    console = Console()
    FOLDER.mkdir(exist_ok=True)
    _engine, rate = built(posts)
    sample = list(islice(corpus.documents(min(posts, 20_000)), SAMPLE))
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, perf_counter()
    engine = WhooshEngine(FOLDER / f"engine-{posts}")
    engine.search(Ask(parse("nothing-like-this").node), corpus.GATED)
    opened = perf_counter() - began
    console.print(f"{posts:,} posts; opened in {opened:.2f} s; {rate:,.0f} documents indexed a CPU second")
    console.print(questions_table(engine, neighbour(posts) if fts5 else None, count, sample))
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = edits(posts, sample)
    console.print(f"One edit with its commit: {found.commit} ms, {found.merging:.1f} ms more for merging beside it")
    console.print(f"A question just after a commit: {found.after} ms")
    console.print(
        f"Memory at the most: {resident / 1024:.0f} MB, {before / 1024:.0f} MB of it before the index was opened"
    )


if __name__ == "__main__":
    main()
