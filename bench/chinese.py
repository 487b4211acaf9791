"""Chinese as found, beside SQLite's FTS5 on the same texts: `python -m bench.chinese`.

Two to four characters are cut at random out of the shared Chinese texts and asked for as a member would type them.
Right is every post that holds them, by plain substring search over the normalized text. Recall and precision are means
over the questions; a question that found nothing counts as precise.
"""

import sqlite3
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from statistics import mean

from rich.console import Console
from rich.table import Table

from bench.shared import folder, load_shared
from search.analysis import TOKEN, is_cjk, normalize
from search.engine import Ask, SearchEngine
from search.query import parse
from search.schema import Document
from search.whoosh_engine import WhooshEngine

SEED, QUESTIONS = 20_261_101, 900  # a third each of two, three and four characters
LENGTHS = (2, 3, 4)
TOKENIZERS = ("trigram", "unicode61")  # of FTS5
Found = Callable[[str], set[int]]


def show(engine: SearchEngine | None = None) -> None:
    """Print it where the shared data are, for the engine given or for Whoosh on a folder of its own; else nothing. The
    engine's index is replaced."""
    if not (there := folder()):
        return
    documents = [one for one in load_shared(there).documents if is_chinese(one)]
    with tempfile.TemporaryDirectory() as home:
        finders = {"ours": ours(engine or WhooshEngine(Path(home) / "index"), documents)}
        finders |= {f"FTS5 {name}": fts5(documents, name) for name in TOKENIZERS}
        Console().print(_table(documents, finders))


def is_chinese(document: Document) -> bool:
    return any(is_cjk(token) for token in TOKEN.findall(document.text or document.title))


def texts(document: Document) -> list[str]:
    return [normalize(text) for text in (document.title, document.text, document.quoted) if text]


def cuts(documents: list[Document], length: int, count: int) -> list[str]:
    """Different runs of so many Chinese characters, cut anywhere, as they stand in the texts."""
    random, found = Random(SEED + length), dict[str, None]()
    while len(found) < count:
        text = random.choice(documents).text
        at = random.randrange(max(len(text) - length, 0) + 1)
        piece = text[at : at + length]
        if len(piece) == length and TOKEN.fullmatch(normalize(piece)) and is_cjk(normalize(piece)):
            found[piece] = None
    return list(found)


def right(documents: list[Document]) -> Found:
    """Who really holds a piece."""
    folded = {document.id: "\n".join(texts(document)) for document in documents}
    return lambda piece: {number for number, text in folded.items() if normalize(piece) in text}


def measured(pieces: Iterable[str], find: Found, truth: Found) -> tuple[float, float]:
    """(recall, precision), means over the pieces."""
    pairs = [(find(piece), truth(piece)) for piece in pieces]
    recall = mean(len(found & wanted) / len(wanted) for found, wanted in pairs)
    return recall, mean(len(found & wanted) / len(found) if found else 1.0 for found, wanted in pairs)


def ours(engine: SearchEngine, documents: list[Document]) -> Found:
    engine.rebuild(documents, lambda keys: iter(()))
    boards = frozenset(document.board_id for document in documents)

    def find(piece: str) -> set[int]:
        return {hit.id for hit in engine.search(Ask(parse(piece).node, size=len(documents)), boards).hits}

    return find


def fts5(documents: list[Document], tokenizer: str) -> Found:
    """The texts are given to it normalized; what it makes of them is its own."""
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE VIRTUAL TABLE post USING fts5(body, tokenize='{tokenizer}')")
    rows = [(document.id, "\n".join(texts(document))) for document in documents]
    connection.executemany("INSERT INTO post (rowid, body) VALUES (?, ?)", rows)

    def find(piece: str) -> set[int]:
        asked = connection.execute("SELECT rowid FROM post WHERE post MATCH ?", (f'"{normalize(piece)}"',))
        return {number for (number,) in asked}

    return find


def _table(documents: list[Document], finders: dict[str, Found]) -> Table:
    truth = right(documents)
    title = f"Chinese cut anywhere out of {len(documents):,} real posts: recall / precision"
    table = Table("characters", "questions", *finders, title=title)
    for length in LENGTHS:
        pieces = cuts(documents, length, QUESTIONS // len(LENGTHS))
        figures = [measured(pieces, find, truth) for find in finders.values()]
        table.add_row(
            str(length), str(len(pieces)), *(f"{recall:.4f} / {precision:.4f}" for recall, precision in figures)
        )
    return table


if __name__ == "__main__":
    show()
