"""Writing documents into one generation, and counting their terms. Only called under the writer's lock, or on a
generation that nobody else knows yet."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, text

from search import postgres_vectors as vectors
from search.postgres_tables import PARTS, Generation, run
from search.schema import THREAD_KINDS, Document

BATCH = 1_000  # documents in memory at once

_COLUMNS = (
    "key", "kind", "board_id", "author_id", "thread_id", "at", "price", "replies", "thanks", "thread_kind",
    "has_picture", "is_opening", "speaks", "length", "version", "tags",
)  # fmt: skip
_VECTORS = ("words", "wants", "sells", "declines")
_COUNTED = """
    SELECT lexeme AS term, count(*) FILTER (WHERE weights && ARRAY['A', 'B']) AS text,
        count(*) FILTER (WHERE 'A' = ANY(weights)) AS title, count(*) FILTER (WHERE 'D' = ANY(weights)) AS quoted,
        0 AS wants, 0 AS sells, 0 AS declines, 0 AS tag FROM {document}, unnest(words)
        WHERE {chosen} AND left(lexeme, 1) <> '{mark}' GROUP BY lexeme
    UNION ALL SELECT lexeme, 0, 0, 0, count(*), 0, 0, 0 FROM {document}, unnest(wants) WHERE {chosen} GROUP BY lexeme
    UNION ALL SELECT lexeme, 0, 0, 0, 0, count(*), 0, 0 FROM {document}, unnest(sells) WHERE {chosen} GROUP BY lexeme
    UNION ALL SELECT lexeme, 0, 0, 0, 0, 0, count(*), 0 FROM {document}, unnest(declines) WHERE {chosen} GROUP BY lexeme
    UNION ALL SELECT tag, 0, 0, 0, 0, 0, 0, count(*) FROM {document}, unnest(tags) AS tag WHERE {chosen} GROUP BY tag
"""


def change(connection: Connection, generation: Generation, documents: Iterable[Document], gone: set[int]) -> None:
    """Take the documents of these keys out and put documents in."""
    taken, given = _take_out(connection, generation, sorted(gone)), (0, 0)
    for batch in batches(documents):
        keys, tokens = put(connection, generation, batch)
        _count_terms(connection, generation, "+", keys)
        given = (given[0] + len(keys), given[1] + tokens)
    update = "SET documents = documents + :documents, tokens = tokens + :tokens WHERE id = :id"
    more = {"documents": given[0] - taken[0], "tokens": given[1] - taken[1]}
    run(connection, f"UPDATE {generation.schema}.generation {update}", id=generation.id, **more)


def put(connection: Connection, generation: Generation, batch: list[Document]) -> tuple[list[int], int]:
    """Put documents in whose keys are not there. Returns the keys and the number of tokens."""
    rows = [_row(document) for document in batch]
    values = [f":{name}" for name in _COLUMNS] + [f"CAST(:{name} AS tsvector)" for name in _VECTORS]
    into = f"INSERT INTO {generation.document} ({', '.join(_COLUMNS + _VECTORS)}) VALUES ({', '.join(values)})"
    connection.execute(text(f"{into} ON CONFLICT (key) DO NOTHING"), rows)
    return [row["key"] for row in rows], sum(row["length"] for row in rows)


def batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    rest = iter(documents)
    while batch := list(islice(rest, BATCH)):
        yield batch


def count_everything(connection: Connection, generation: Generation) -> int:
    """The terms and totals of a generation that was filled without counting. Returns the number of documents."""
    _count_terms(connection, generation, "+")
    query = f"SELECT count(*), coalesce(sum(length), 0) FROM {generation.document}"
    documents, tokens = run(connection, query).one()
    update = "SET documents = :documents, tokens = :tokens WHERE id = :id"
    values = {"id": generation.id, "documents": documents, "tokens": int(tokens)}
    run(connection, f"UPDATE {generation.schema}.generation {update}", **values)
    return int(documents)


def _row(document: Document) -> dict[str, Any]:
    words, length = vectors.words(document)
    names = ("key", "board_id", "author_id", "thread_id", "at", "price", "replies", "thanks", "version")
    flags = ("has_picture", "is_opening", "speaks")
    return {name: getattr(document, name) for name in names + flags} | {
        "kind": int(document.kind),
        "thread_kind": THREAD_KINDS.index(document.thread_kind),
        "length": length,
        "tags": vectors.tags(document.tags),
        "words": words,
        "wants": vectors.part(document.wants),
        "sells": vectors.part(document.sells),
        "declines": vectors.part(document.declines),
    }


def _take_out(connection: Connection, generation: Generation, keys: list[int]) -> tuple[int, int]:
    """How many documents and tokens that were."""
    if not keys:
        return 0, 0
    _count_terms(connection, generation, "-", keys)
    delete = f"DELETE FROM {generation.document} WHERE key = ANY(:keys) RETURNING length"
    lengths = list(run(connection, delete, keys=keys).scalars())
    return len(lengths), sum(lengths)


def _count_terms(connection: Connection, generation: Generation, sign: str, keys: list[int] | None = None) -> None:
    """Add the terms of these documents (of all: None) to the counts, or take them off."""
    chosen = "true" if keys is None else "key = ANY(:keys)"
    counted = _COUNTED.format(document=generation.document, chosen=chosen, mark=vectors.MARK)
    sums = ", ".join(f"{sign}sum({part})" for part in PARTS)
    added = ", ".join(f"{part} = known.{part} + excluded.{part}" for part in PARTS)
    statement = (
        f"INSERT INTO {generation.term} AS known (term, {', '.join(PARTS)}) "
        f"SELECT term, {sums} FROM ({counted}) AS counted GROUP BY term "
        f"ON CONFLICT (term) DO UPDATE SET {added}"
    )
    run(connection, statement, **({} if keys is None else {"keys": keys}))
