"""`flask search …`: rebuild the index, prove that it agrees with the database, say how it is."""

import sys
from collections.abc import Iterable, Iterator
from time import monotonic

import click
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from search import documents
from search.consumers import engine
from search.engine import Busy, Unavailable
from search.schema import Document, Kind

search = AppGroup("search", help="The search index.")
SHOWN = 10
LINES = 10  # of progress, where there is no terminal


@search.command("rebuild")
def rebuild() -> None:
    """Make the index anew from the database. Search goes on meanwhile; Ctrl-C leaves everything as it was."""
    start = monotonic()
    try:
        count = engine().rebuild(_with_progress(documents.every(), documents.total()), documents.some)
    except Busy:
        click.echo("Another process is rebuilding the index already.")
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("Stopped. The index in use is the same as before.")
        sys.exit(130)
    seconds = monotonic() - start
    click.echo(f"Indexed {count} documents in {seconds:.1f} s ({count / max(seconds, 0.001):.0f} a second).")


def _with_progress(found: Iterable[Document], total: int) -> Iterator[Document]:
    """A bar on a terminal; elsewhere a line every tenth, for logs."""
    console = Console(stderr=True)
    yield from _with_bar(found, total, console) if console.is_terminal else _with_lines(found, total)
    click.echo("Putting the parts together …", err=True)


def _with_bar(found: Iterable[Document], total: int, console: Console) -> Iterator[Document]:
    shape = (TextColumn("Indexing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*shape, console=console, transient=True) as progress:
        task = progress.add_task("documents", total=total)
        for document in found:
            yield document
            progress.advance(task)


def _with_lines(found: Iterable[Document], total: int) -> Iterator[Document]:
    step = max(total // LINES, 1)
    for number, document in enumerate(found, 1):
        yield document
        if number % step == 0:
            click.echo(f"Indexing: {number} of about {max(total, number)} documents.", err=True)


@search.command("verify")
def verify() -> None:
    """Compare every document with its row. Exit status 1 when index and database differ."""
    damage = engine().inspect()
    if damage:
        click.echo(f"The index cannot be used: {damage}")
        sys.exit(1)
    wrong = 0
    for kind in Kind:
        wrong += _verify(kind)
    if wrong:
        click.echo("Index and database differ. Events that wait may explain it; otherwise run `flask search rebuild`.")
        sys.exit(1)
    click.echo("Index and database agree.")


def _verify(kind: Kind) -> int:
    """The number of documents that are missing, left over or outdated."""
    held = engine().versions(kind)
    count, missing, outdated = 0, [], []
    for document in documents.every([kind]):
        count += 1
        version = held.pop(document.id, None)
        if version is None:
            missing.append(document.id)
        elif version != document.version:
            outdated.append(document.id)
    click.echo(f"{kind.name.lower()}s: {count} in the database")
    for word, ids in (("missing", missing), ("outdated", outdated), ("left over", sorted(held))):
        if ids:
            click.echo(f"  {len(ids)} {word}: {', '.join(map(str, ids[:SHOWN]))}{' …' if len(ids) > SHOWN else ''}")
    return len(missing) + len(outdated) + len(held)


@search.command("status")
def status() -> None:
    """Whether the index can be used, and how much it holds."""
    try:
        count = engine().count()
    except Unavailable as problem:
        click.echo(f"The index cannot be used: {problem} The worker makes a new one by itself.")
        sys.exit(1)
    click.echo(f"The index is in use and holds {count} documents.")
