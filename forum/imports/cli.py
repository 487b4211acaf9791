"""`flask import mbox` and `flask import threads`: progress, a summary, and safe to stop and run again."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import TypeVar

import click
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from core.db import db
from core.errors import Refused
from forum.imports import commands
from forum.imports.batches import Summary
from forum.imports.forum_jsonl import BoardThread, read_threads
from forum.imports.mailboxes import foreign_threads, group_of, read_conversations
from forum.imports.mbox import Problem

AT_ONCE = 100  # threads in one transaction: the site can write in between
MOST_SHOWN = 20  # problems printed one by one
T = TypeVar("T")

importing = AppGroup("import", help="Bring in threads from mailboxes, newsgroups and other forums.")
FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


@importing.command("mbox")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--board", help="Address of the board to use. Default: one for each file, named after its group.")
def import_mbox(files: tuple[Path, ...], board: str | None) -> None:
    """Import mailboxes or newsgroups (.mbox, .mbox.gz).

    Threads follow References, then subjects. Message-IDs are remembered: a second run adds only what is new.
    """

    def work(progress: Progress, total: Summary) -> None:
        for path in files:
            _import_mailbox(path, board, progress, total)

    _run(work)


@importing.command("threads")
@click.argument("file", type=FILES)
@click.option("--board", help="Address of the board to use. Default: one for each board that the file names.")
def import_threads(file: Path, board: str | None) -> None:
    """Import threads of another forum: one JSON object a line (.jsonl, .jsonl.gz; see docs/importing.md)."""
    _run(lambda progress, total: _import_lines(file, board, progress, total))


def _run(work: Callable[[Progress, Summary], object]) -> None:
    """Do the work under a progress bar and end with the summary, also after Ctrl-C or a refusal."""
    console, total, stopped = Console(stderr=False), Summary(), ""
    shape = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        with Progress(*shape, console=console, transient=True) as progress:
            work(progress, total)
    except KeyboardInterrupt:
        stopped = "Stopped. What is in stays; run the same command again for the rest."
    except Refused as refused:
        stopped = str(refused)
    finally:
        db.session.remove()
    console.print(_table(total))
    if stopped:
        raise click.ClickException(stopped)


def _import_mailbox(path: Path, board: str | None, progress: Progress, total: Summary) -> None:
    task = progress.add_task(path.name, total=None)
    found, problems, twice = read_conversations(path)
    _report(problems, path, progress, total)
    total.already += twice
    progress.update(task, total=len(found))
    if not found:
        progress.console.print(f"{path.name}: there are no messages in it.", highlight=False)
        return
    home = commands.prepare_board(group_of(path), board)
    total.boards += home.is_new
    for part in _parts(found):
        total.add(commands.add_threads(home.id, list(foreign_threads(part))))
        progress.advance(task, len(part))


def _import_lines(path: Path, board: str | None, progress: Progress, total: Summary) -> None:
    task = progress.add_task(path.name, total=None)
    homes: dict[str, int] = {}
    for part in _parts(read_threads(path)):
        good = [line for line in part if isinstance(line, BoardThread)]
        _report([line for line in part if isinstance(line, Problem)], path, progress, total)
        for name, lines in groupby(sorted(good, key=lambda line: line.board), key=lambda line: line.board):
            if name not in homes:
                home = commands.prepare_board(name, board)
                homes[name] = home.id
                total.boards += home.is_new
            total.add(commands.add_threads(homes[name], [line.thread for line in lines]))
        progress.advance(task, len(part))


def _parts(values: Iterable[T]) -> Iterator[list[T]]:
    remaining = iter(values)
    while part := list(islice(remaining, AT_ONCE)):
        yield part


def _report(problems: list[Problem], path: Path, progress: Progress, total: Summary) -> None:
    shown = sum(total.skipped.values())
    for problem in problems[: max(0, MOST_SHOWN - shown)]:
        progress.console.print(f"{path.name}, no. {problem.position}: {problem.reason}; skipped.", highlight=False)
    total.skipped.update(Counter(problem.reason for problem in problems))


def _table(total: Summary) -> Table:
    table = Table("", "count")
    for name in ("boards", "threads", "posts", "members"):
        table.add_row(f"new {name}", f"{getattr(total, name):,}")
    table.add_row("here already", f"{total.already:,}")
    table.add_row("skipped", f"{sum(total.skipped.values()):,}")
    for reason, number in total.skipped.most_common():
        table.add_row(f"  because {reason}", f"{number:,}")
    return table
