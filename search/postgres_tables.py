"""The tables of the index on PostgreSQL, in a schema of their own: a cache, made and dropped here, not by migrations.

generation        one row each: "building", "current" (at most one: what readers read) or "old"; how much it holds
document_<id>     a row for each document, with its vectors
term_<id>         each term with the number of documents that hold it, by part
journal           keys that were applied while a generation was building
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from search import analysis, schema
from search.engine import Unavailable

LAYOUT = 3  # of these tables
FORMAT = f"{analysis.VERSION}.{schema.VERSION}.{LAYOUT}"
WRITER, REBUILD = 801_001, 801_002  # advisory locks, with the schema's hash beside
PARTS = ("text", "title", "quoted", "wants", "sells", "declines", "tag")

_HOME = """
CREATE TABLE IF NOT EXISTS {schema}.generation (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, format text NOT NULL, state text NOT NULL,
    documents bigint NOT NULL DEFAULT 0, tokens bigint NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX IF NOT EXISTS generation_current ON {schema}.generation (state) WHERE state = 'current';
CREATE TABLE IF NOT EXISTS {schema}.journal (key bigint NOT NULL);
"""
_TABLES = """
DROP TABLE IF EXISTS {document}, {term};
CREATE TABLE {document} (
    key bigint PRIMARY KEY, kind smallint NOT NULL, board_id bigint NOT NULL, author_id bigint NOT NULL,
    thread_id bigint NOT NULL, at bigint NOT NULL, price bigint NOT NULL, replies integer NOT NULL,
    thanks integer NOT NULL, thread_kind smallint NOT NULL, has_picture boolean NOT NULL, is_opening boolean NOT NULL,
    speaks boolean NOT NULL, length integer NOT NULL, version bigint NOT NULL, tags text[] NOT NULL,
    words tsvector NOT NULL, wants tsvector NOT NULL, sells tsvector NOT NULL, declines tsvector NOT NULL,
    checksum bigint NOT NULL);
CREATE TABLE {term} (
    term text COLLATE "C" PRIMARY KEY, text integer NOT NULL, title integer NOT NULL, quoted integer NOT NULL,
    wants integer NOT NULL, sells integer NOT NULL, declines integer NOT NULL, tag integer NOT NULL);
"""
_INDEXES = """
CREATE INDEX ON {document} USING gin (words) WITH (gin_pending_list_limit = 256);
CREATE INDEX ON {document} USING gin (wants) WITH (gin_pending_list_limit = 256);
CREATE INDEX ON {document} USING gin (sells) WITH (gin_pending_list_limit = 256);
CREATE INDEX ON {document} USING gin (declines) WITH (gin_pending_list_limit = 256);
CREATE INDEX ON {document} USING gin (tags) WITH (gin_pending_list_limit = 256);
CREATE INDEX ON {document} (board_id, at) INCLUDE (key, kind, thread_kind, price);
CREATE INDEX ON {document} (at DESC, key DESC);
CREATE INDEX ON {document} (author_id, kind, board_id);
CREATE INDEX ON {term} (reverse(term));
"""

INDEXES = _INDEXES.count("ON {document}") + 1  # of the documents, with that of the primary key


@dataclass(frozen=True, slots=True)
class Generation:
    """One version of the index: its tables, and how many documents and tokens of own text it holds."""

    schema: str
    id: int
    documents: int = 0
    tokens: int = 0

    @property
    def document(self) -> str:
        return f"{self.schema}.document_{self.id}"

    @property
    def term(self) -> str:
        return f"{self.schema}.term_{self.id}"

    @property
    def average_length(self) -> float:
        return self.tokens / self.documents if self.tokens and self.documents else 1.0


def run(connection: Connection, statement: str, **values: Any) -> Any:
    return connection.execute(text(statement), values)


def exists(connection: Connection, home: str) -> bool:
    query = "SELECT to_regclass(:journal) IS NOT NULL AND to_regclass(:generation) IS NOT NULL"
    return bool(run(connection, query, journal=f"{home}.journal", generation=f"{home}.generation").scalar())


def current(connection: Connection, home: str) -> Generation:
    """Raises Unavailable when there is none, or one of another format."""
    found = run(
        connection, f"SELECT id, documents, tokens, format FROM {home}.generation WHERE state = 'current'"
    ).one_or_none()
    if found is None:
        raise Unavailable("There is no index yet.")
    if found.format != FORMAT:
        raise Unavailable("The index was made by another version.")
    return Generation(home, found.id, found.documents, found.tokens)


def begin(connection: Connection, home: str) -> Generation:
    """A new, empty generation beside the current one; what an earlier rebuild left halfway is dropped."""
    if run(connection, "SELECT to_regnamespace(:home)", home=home).scalar() is None:
        run(connection, f"CREATE SCHEMA {home}")
    _each(connection, _HOME.format(schema=home))
    drop_others(connection, home)
    run(connection, f"DELETE FROM {home}.journal")
    query = f"INSERT INTO {home}.generation (format, state) VALUES (:format, 'building') RETURNING id"
    generation = Generation(home, run(connection, query, format=FORMAT).scalar_one())
    _each(connection, _TABLES.format(document=generation.document, term=generation.term))
    return generation


def make_indexes(connection: Connection, generation: Generation) -> None:
    _each(connection, _INDEXES.format(document=generation.document, term=generation.term))


def switch(connection: Connection, generation: Generation) -> None:
    """From the commit on this is the one that readers read."""
    home = generation.schema
    run(connection, f"UPDATE {home}.generation SET state = 'old' WHERE state = 'current'")
    run(connection, f"UPDATE {home}.generation SET state = 'current' WHERE id = :id", id=generation.id)
    run(connection, f"DELETE FROM {home}.journal")


def forget(connection: Connection, home: str) -> None:
    if exists(connection, home):
        run(connection, f"UPDATE {home}.generation SET state = 'old' WHERE state = 'current'")


def others(connection: Connection, home: str) -> list[int]:
    """Generations that nobody reads, and tables of which no row tells. Under the lock of rebuilds all may go."""
    tables = "FROM pg_class WHERE relnamespace = to_regnamespace(:home) AND relname ~ '^(document|term)_[0-9]+$'"
    named = f"SELECT CAST(substring(relname FROM '[0-9]+$') AS integer) {tables}"
    query = f"SELECT id FROM {home}.generation WHERE state <> 'current' UNION ({named} EXCEPT {{}}) ORDER BY 1"
    return list(run(connection, query.format(f"SELECT id FROM {home}.generation"), home=home).scalars())


def drop_others(connection: Connection, home: str) -> None:
    for number in others(connection, home):
        drop(connection, Generation(home, number))


def drop(connection: Connection, generation: Generation) -> None:
    run(connection, f"DROP TABLE IF EXISTS {generation.document}, {generation.term}")
    run(connection, f"DELETE FROM {generation.schema}.generation WHERE id = :id", id=generation.id)


def _each(connection: Connection, statements: str) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            run(connection, statement)
