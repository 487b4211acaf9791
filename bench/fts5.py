"""The neighbour to compare with: SQLite's FTS5 on the same documents, the same terms, the same gate."""

import sqlite3
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from search.analysis import TOKEN, is_cjk, normalize, pairs, parts
from search.schema import Document

AT_ONCE = 5_000
COUNT = "SELECT count(*) FROM post JOIN place ON place.id = post.rowid WHERE post MATCH ? AND board IN ({})"
BEST = (
    "SELECT post.rowid FROM post JOIN place ON place.id = post.rowid "
    "WHERE post MATCH ? AND board IN ({}) ORDER BY rank LIMIT 20"
)
NEWEST = BEST.replace("ORDER BY rank", "ORDER BY at DESC")


def tokens(text: str) -> list[str]:
    """Words in one spelling and overlapping Chinese pairs, as the site's own index has them."""
    found: list[str] = []
    for token in TOKEN.findall(normalize(text)):
        found += pairs(token) if is_cjk(token) else parts(token)
    return found


class Fts5:
    def __init__(self, path: Path):
        self.connection = sqlite3.connect(path)

    def build(self, documents: Iterable[Document]) -> None:
        self.connection.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
            "CREATE VIRTUAL TABLE post USING fts5(body, content='', tokenize=\"unicode61 categories 'L* N* Co'\");"
            "CREATE TABLE place (id INTEGER PRIMARY KEY, board INTEGER, at INTEGER);"
        )
        rest = iter(documents)
        while batch := list(islice(rest, AT_ONCE)):
            rows = [(one.id, " ".join(tokens(f"{one.title} {one.text}"))) for one in batch]
            self.connection.executemany("INSERT INTO post (rowid, body) VALUES (?, ?)", rows)
            self.connection.executemany("INSERT INTO place VALUES (?, ?, ?)", [(d.id, d.board_id, d.at) for d in batch])
            self.connection.commit()

    def search(self, typed: str, boards: frozenset[int], *, newest: bool = False) -> int:
        """The first twenty and the count, as a page needs both."""
        wanted = tokens(typed)
        phrase = typed.startswith('"') or (wanted and is_cjk(wanted[0]))
        match = " ".join(f'"{word}"' for word in wanted) if not phrase else '"' + " ".join(wanted) + '"'
        inside = ",".join(map(str, sorted(boards)))
        self.connection.execute((NEWEST if newest else BEST).format(inside), (match,)).fetchall()
        return int(self.connection.execute(COUNT.format(inside), (match,)).fetchone()[0])
