"""The evaluations as tables."""

import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.people import evaluation, made_up, real
from bench.people.evaluation import Answer, Figures
from bench.people.made_up import Evaluation
from bench.shared import folder, load_shared
from search.engine import SearchEngine
from search.whoosh_engine import WhooshEngine


def show(engine: SearchEngine | None = None) -> None:
    """Print them, for the engine given or for Whoosh on a folder of its own. The engine's index is replaced."""
    if engine is not None:
        return _show(engine)
    with tempfile.TemporaryDirectory() as home:
        return _show(WhooshEngine(Path(home) / "index"))


def _show(engine: SearchEngine) -> None:
    console = Console()
    console.print(_table("People by topic, made-up and adversarial", engine, made_up.load()))
    if there := folder():
        table = _table("People by topic, real posts", engine, real.load(load_shared(there)))
        console.print(table)


def _table(title: str, engine: SearchEngine, made: Evaluation) -> Table:
    ours = evaluation.ask_all(engine, made)
    rankings = {"ours": ours}
    for name, rank in (("votes, decayed and saturated", evaluation.decayed), ("sum of votes", evaluation.vote_sum)):
        with evaluation.ranked_by(rank):
            rankings[name] = evaluation.answers(engine, made, with_intent=False)
    table = Table("ranking", "questions", "intent", "P@5", "nDCG@10", title=title)
    for name, found in rankings.items():
        for half in made_up.HALVES:
            _rows(table, name, half, [one for one in found if one.question.half == half])
        table.add_section()
    for trap, figures in evaluation.without_other_traps(ours, made).items():
        table.add_row("ours", "all", f"trap: {trap}", *_cells(figures))
    return table


def _rows(table: Table, name: str, half: str, found: list[Answer]) -> None:
    for intent, figures in evaluation.by_intent(found).items():
        table.add_row(name, f"{half} ({figures.questions})", intent or "all three", *_cells(figures))
    figures = evaluation.figures(found)
    table.add_row(name, f"{half} ({figures.questions})", "mean", *_cells(figures), style="bold")


def _cells(figures: Figures) -> tuple[str, str]:
    return f"{figures.precision:.2f}", f"{figures.gain:.2f}"
