"""`flask bench seed`: the rows that `make bench` measures on."""

from collections import Counter

import click
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench import searches
from bench.plan import Size
from bench.seed import seed
from core.errors import Refused
from forum.members.passwords import hash_password

PASSWORD = "bench-of-the-boardwalk"

bench = AppGroup("bench", help="Rows to measure with. Never on a site that people use.")


@bench.command("seed")
@click.option("--boards", default=10, show_default=True, type=click.IntRange(1, 1_000))
@click.option("--members", default=2_000, show_default=True, type=click.IntRange(1))
@click.option("--threads", default=10_000, show_default=True, type=click.IntRange(1))
@click.option("--posts", default=200_000, show_default=True, type=click.IntRange(1))
def seed_rows(boards: int, members: int, threads: int, posts: int) -> None:
    """Fill an empty database with a made-up community; the same numbers give the same rows."""
    rows: Counter[str] = Counter()
    with Progress(transient=True) as progress:
        task = progress.add_task("posts", total=posts)

        def step(table: str, count: int) -> None:
            rows[table] += count
            progress.update(task, completed=rows["post"], description=table)

        try:
            seed(Size(boards, members, threads, posts), hash_password(PASSWORD), step)
        except Refused as refused:
            raise click.ClickException(str(refused)) from refused
    table = Table("table", "rows")
    for name, count in rows.items():
        table.add_row(name, f"{count:,}")
    Console().print(table)
    click.echo(f"Everyone's password is {PASSWORD}; the names are bench00001 to bench{members:05}.")


@bench.command("searches")
@click.option("--searches", "count", default=10_000, show_default=True, type=click.IntRange(1))
@click.option("--posts", default=500, show_default=True, type=click.IntRange(2))
def saved_searches(count: int, posts: int) -> None:
    """What this many saved searches cost a new post. Replaces the saved searches of this database."""
    searches.fill(count)
    cost = searches.measure(posts)
    Console().print(
        f"{count:,} saved searches, CPU a post: {cost.mean:.2f} ms, p99 {cost.p99:.2f} ms; "
        f"{cost.candidates:.1f} looked at, {cost.found:.1f} found it."
    )
