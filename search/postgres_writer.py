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
_TYPES = {"at": "bigint", "price": "bigint", "version": "bigint", "key": "bigint", "tags": "text[]"} | {
    "board_id": "bigint", "author_id": "bigint", "thread_id": "bigint", "kind": "smallint", "thread_kind": "smallint",
    "has_picture": "boolean", "is_opening": "boolean", "speaks": "boolean",
} | dict.fromkeys(_VECTORS, "tsvector")  # fmt: skip
_PARTS = ", ".join(f"{name}::text" for name in _COLUMNS + _VECTORS)
CHECKSUM = f"hashtextextended(concat_ws('|', {_PARTS}), 0)"  # of all that a row holds
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
    names = _COLUMNS + _VECTORS
    values = ", ".join(f"CAST(:{name} AS {_TYPES.get(name, 'integer')}) AS {name}" for name in names)
    into = f"INSERT INTO {generation.document} ({', '.join(names)}, checksum)"
    chosen = f"SELECT *, {CHECKSUM.replace(':', chr(92) + ':')} FROM (SELECT {values}) AS given"
    connection.execute(text(f"{into} {chosen} ON CONFLICT (key) DO NOTHING"), rows)
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


def altered(connection: Connection, generation: Generation, part: tuple[int, int]) -> int:
    """How many rows are not what was written; of `part` (number, count) of the rows, or of all: (0, 1)."""
    query = f"SELECT count(*) FROM {generation.document} WHERE mod(key, :count) = :number"
    differs = f"checksum <> {CHECKSUM.replace(':', chr(92) + ':')}"
    return int(run(connection, f"{query} AND {differs}", number=part[0], count=part[1]).scalar())


def miscounted(connection: Connection, generation: Generation) -> int:
    """Of how many terms the counts are not those of the documents. Seconds for every 100,000 documents."""
    sums = ", ".join(f"sum({part}) AS {part}" for part in PARTS)
    counted = f"SELECT term, {sums} FROM ({_counted(generation, 'true')}) AS each"
    kept = f"SELECT * FROM {generation.term} WHERE {' + '.join(PARTS)} <> 0"
    differs = " OR ".join(f"fresh.{part} IS DISTINCT FROM kept.{part}" for part in PARTS)
    joined = f'({counted} GROUP BY term) AS fresh FULL JOIN ({kept}) AS kept ON fresh.term COLLATE "C" = kept.term'
    return int(run(connection, f"SELECT count(*) FROM {joined} WHERE {differs}").scalar())


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


def _counted(generation: Generation, chosen: str) -> str:
    return _COUNTED.format(document=generation.document, chosen=chosen, mark=vectors.MARK)


def _count_terms(connection: Connection, generation: Generation, sign: str, keys: list[int] | None = None) -> None:
    """Add the terms of these documents (of all: None) to the counts, or take them off."""
    chosen = "true" if keys is None else "key = ANY(:keys)"
    sums = ", ".join(f"{sign}sum({part})" for part in PARTS)
    added = ", ".join(f"{part} = known.{part} + excluded.{part}" for part in PARTS)
    statement = (
        f"INSERT INTO {generation.term} AS known (term, {', '.join(PARTS)}) "
        f"SELECT term, {sums} FROM ({_counted(generation, chosen)}) AS counted GROUP BY term "
        f"ON CONFLICT (term) DO UPDATE SET {added}"
    )
    run(connection, statement, **({} if keys is None else {"keys": keys}))
