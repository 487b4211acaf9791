"""The two search engines on the same made-up posts in the same run, for docs/decisions/0009.

python -m bench.engines postgresql://user@127.0.0.1/name --posts 30000

Uses a schema `search_bench` of that database and a temporary folder, and removes both. CPU is that of this process and,
where the server runs on this machine (Linux), of its sessions.
"""

import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, process_time

import click
import numpy
from sqlalchemy import text

from bench.words import Writer
from core.clock import now
from search.engine import Ask, Filters, SearchEngine, Within
from search.postgres_engine import PostgresEngine
from search.query import parse
from search.schema import Document, Kind
from search.whoosh_engine import WhooshEngine

SCHEMA = "search_bench"
BOARDS, READABLE = 200, frozenset(range(1, 51))
EVERYWHERE = frozenset(range(1, BOARDS + 1))
TICK = os.sysconf("SC_CLK_TCK")
Act = Callable[[SearchEngine, int], object]


@click.command()
@click.argument("url")
@click.option("--posts", default=30_000, show_default=True)
@click.option("--questions", default=100, show_default=True, help="Of each sort.")
def main(url: str, posts: int, questions: int) -> None:
    postgres = PostgresEngine(url.replace("postgresql:", "postgresql+psycopg:"), SCHEMA)
    with tempfile.TemporaryDirectory() as folder:
        try:
            for name, engine in (("whoosh", WhooshEngine(Path(folder))), ("postgresql", postgres)):
                _show(name, engine, postgres, posts, questions)
            click.echo(f"whoosh {_bytes(Path(folder)) / 1e6:.0f} MB, postgresql {_size(postgres) / 1e6:.0f} MB")
        finally:
            with postgres.database.begin() as connection:
                connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))


def documents(posts: int, seed: int = 1) -> Iterator[Document]:
    random = numpy.random.default_rng(seed)
    words = Writer(random)
    for number, body in enumerate(words.bodies(posts), 1):
        opening = number % 20 == 1
        yield Document(
            kind=Kind.POST,
            id=number,
            board_id=number // 20 % BOARDS + 1,
            author_id=int(random.integers(1, 2_000)),
            thread_id=number // 20 + 1,
            text=body,
            title=words.title(is_chinese=body > "\u3000") if opening else "",
            at=int(now().timestamp()) - int(random.integers(0, 10**8)),
            thread_kind="talk",
            is_opening=opening,
        )


def _show(name: str, engine: SearchEngine, postgres: PostgresEngine, posts: int, questions: int) -> None:
    start, cpu = perf_counter(), _cpu(postgres)
    engine.rebuild(documents(posts), lambda keys: iter(()))
    click.echo(f"{name}: rebuilt at {posts / (perf_counter() - start):.0f} a second, "
               f"{posts / (_cpu(postgres) - cpu):.0f} a CPU second")  # fmt: skip
    for what, act in _acts(posts).items():
        for again in ("first", "again") if what != "an edit" else ("first",):
            cpu, times = _cpu(postgres), []
            for number in range(questions):
                start = perf_counter()
                act(engine, number)
                times.append((perf_counter() - start) * 1_000)
            spent = (_cpu(postgres) - cpu) / questions * 1_000
            p99 = statistics.quantiles(times, n=100)[-1]
            click.echo(f"  {what}, {again}: CPU {spent:.1f}, p50 {statistics.median(times):.1f}, p99 {p99:.1f} ms")


def _acts(posts: int) -> dict[str, Act]:
    """What is measured: each number another question."""
    words = Writer(numpy.random.default_rng(1))
    common, rare, chinese = words.english[2:200], words.english[2_000:], words.chinese[5:]
    most = words.english[:9]

    def asking(typed: Callable[[int], str], sort: str = "best") -> Act:
        return lambda engine, number: engine.search(Ask(parse(typed(number)).node, sort=sort), READABLE)

    def everywhere(typed: Callable[[int], str]) -> Act:
        return lambda engine, number: engine.search(Ask(parse(typed(number)).node), EVERYWHERE)

    edited = list(documents(200, seed=2))
    return {
        "rare word": asking(lambda number: rare[number]),
        "common word": asking(lambda number: common[number]),
        "two words": asking(lambda number: f"{common[number]} {common[number + 1]}"),
        "phrase": asking(lambda number: f'"{common[number % 10]} {common[number % 7]}"'),
        "Chinese word": asking(lambda number: chinese[number]),
        "newest with a common word": asking(lambda number: common[number], sort="new"),
        "newest of all": asking(lambda number: "", sort="new"),
        "a beginning, in titles": lambda engine, number: engine.search(
            Ask(parse(f"{common[number][:3]}*").node, Filters(kinds=frozenset([Kind.POST])), Within.TITLE), READABLE
        ),
        "word that most posts hold, all boards": everywhere(lambda number: most[number % 4]),
        "five of them, any": everywhere(lambda number: " OR ".join(most[number % 4 :][:5])),
        "two of them, both": everywhere(lambda number: " ".join(most[number % 4 :][:2])),
        "beginning of them": everywhere(lambda number: f"{most[number % 4][0]}*"),
        "people by topic": lambda engine, number: engine.people(Ask(parse(rare[number]).node), READABLE),
        "people by a common topic": lambda engine, number: engine.people(Ask(parse(common[number]).node), READABLE),
        **_misspelt(words),
        "an edit": lambda engine, number: engine.apply([edited[number % len(edited)]]),
    }


def _misspelt(words: Writer) -> dict[str, Act]:
    """A letter is left out, or the last character is another one."""
    common, chinese = words.english[2:200], words.chinese[25:]
    spelt = [word for word in chinese if len(word) == 2]

    def asked(*parts: list[str]) -> Act:
        runs = ["".join(part[number] for part in parts)[:-1] + chinese[80 + number][0] for number in range(50)]
        return lambda engine, number: engine.similar(runs[number % 50], READABLE)

    return {
        "did you mean, a word": lambda engine, number: engine.similar(
            common[number][:2] + common[number][3:], READABLE
        ),
        "did you mean, 2 Chinese characters": asked(spelt),
        "did you mean, 4 Chinese characters": asked(spelt, spelt[7:]),
    }


def _cpu(postgres: PostgresEngine) -> float:
    """Seconds of this process and of the server's sessions that belong to it."""
    with postgres.database.connect() as connection:
        query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        sessions = connection.execute(text(query)).scalars().all()
    spent = process_time()
    for pid in sessions:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        spent += (int(fields[11]) + int(fields[12])) / TICK
    return spent


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _size(postgres: PostgresEngine) -> int:
    with postgres.database.connect() as connection:
        query = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relnamespace = CAST(:name AS regnamespace)"
        return int(connection.execute(text(f"{query} AND relkind = 'r'"), {"name": SCHEMA}).scalar_one())


if __name__ == "__main__":
    main()
