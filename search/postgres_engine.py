"""Search on PostgreSQL: one index for all web servers and workers, beside the site's tables.

What a commit holds, every process finds from then on: readers take the current generation anew with each question.
Writers and rebuilds of all machines wait for one another by advisory locks, which die with their connection.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from core.clock import now
from search import postgres_answers as answers
from search import postgres_people, postgres_words, postgres_writer
from search import postgres_tables as tables
from search.engine import Ask, Busy, Passing, People, Readable, Results, Unavailable
from search.postgres_tables import REBUILD, WRITER, Generation, run
from search.schema import ID_BITS, Document, Kind, keys

ATTEMPTS = 3  # a generation may be dropped between the look at the pointer and the question
GONE = ("42P01", "3F000")  # no such table, no such schema
CORRUPT = ("XX001", "XX002", "58P01", "58030")  # a bad page, a bad index, a file that is gone or cannot be read
SLICES, SLICE = 32, 900  # of the rows one part is read against its checksums every so many seconds
PATIENCE, FOREVER = 5_000, 0  # milliseconds for a statement; FOREVER is what PostgreSQL takes for no limit
READING = f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = {FOREVER}"
# PostgreSQL takes unpacking long vectors for nothing, and would rather look at all of them than ask the index
ASKING = f"{READING}; SET LOCAL statement_timeout = {PATIENCE}; SET LOCAL enable_seqscan = off"
T = TypeVar("T")


class Damaged(Unavailable):
    """The index is there but not what was written."""


class PostgresEngine:
    """`url` as SQLAlchemy writes it. Connections are its own: what it commits is not the site's."""

    def __init__(self, url: str, schema: str = "search_index"):
        self.schema = schema
        self.database: Engine = create_engine(
            url,
            pool_size=4,
            max_overflow=12,
            pool_timeout=5,
            pool_pre_ping=True,
            hide_parameters=True,
            # planned with the values of each question; compiling plans costs more than they do
            connect_args={"prepare_threshold": None, "options": "-c jit=off"},
        )

    def search(self, ask: Ask, boards: Readable) -> Results:
        return self._asked(lambda connection, current: answers.search(connection, current, ask, boards))

    def people(self, ask: Ask, boards: Readable) -> People:
        return self._asked(lambda connection, current: postgres_people.rank_people(connection, current, ask, boards))

    def similar(self, word: str, boards: Readable, most: int = 3) -> tuple[str, ...]:
        return self._asked(lambda connection, current: postgres_words.similar(connection, current, word, boards, most))

    def completions(self, start: str, boards: Readable, most: int = 5) -> tuple[str, ...]:
        return self._asked(
            lambda connection, current: postgres_words.completions(connection, current, start, boards, most)
        )

    def versions(self, kind: Kind) -> dict[int, int]:
        def answer(connection: Connection, current: Generation) -> dict[int, int]:
            query = f"SELECT key, version FROM {current.document} WHERE kind = :kind"
            found = run(connection, query, kind=int(kind))
            return {key & ((1 << ID_BITS) - 1): version for key, version in found}

        return self._asked(answer, READING)

    def count(self) -> int:
        return self._asked(lambda connection, current: current.documents)

    def apply(self, upserts: Iterable[Document], deletes: Iterable[int] = ()) -> None:
        """While there is no usable index this does nothing: the rebuild to come reads the present state."""
        documents = list({document.key: document for document in upserts}.values())
        gone = set(deletes) | set(keys(documents))
        if not gone:
            return
        with self._watching(), self._writing() as connection:
            if not tables.exists(connection, self.schema):
                return
            self._note(connection, gone)
            with suppress(Unavailable):
                self._replace(connection, tables.current(connection, self.schema), documents, gone)

    def _note(self, connection: Connection, gone: set[int]) -> None:
        """Keep keys for the rebuild under way, if there is one."""
        building = f"EXISTS (SELECT FROM {self.schema}.generation WHERE state = 'building')"
        noted = f"SELECT unnest(CAST(:keys AS bigint[])) WHERE {building}"
        run(connection, f"INSERT INTO {self.schema}.journal {noted}", keys=sorted(gone))

    def _replace(self, connection: Connection, current: Generation, documents: list[Document], gone: set[int]) -> None:
        """Leaves out what the index already holds in this version: events arrive twice, and most change little."""
        query = f"SELECT key, version FROM {current.document} WHERE key = ANY(:keys)"
        held: dict[int, int] = {key: version for key, version in run(connection, query, keys=sorted(gone))}
        fresh = [document for document in documents if held.get(document.key) != document.version]
        kept = set(keys(documents)) - set(keys(fresh))
        if fresh or held.keys() - kept:
            postgres_writer.change(connection, current, fresh, held.keys() - kept)

    def rebuild(self, documents: Iterable[Document], catch_up: Callable[[set[int]], Iterator[Document]]) -> int:
        """Raises Busy when another process is at it. Left halfway, the index in use stays as it was."""
        with self._rebuilding() as lasting:
            with self._writing() as connection:
                generation = tables.begin(connection, self.schema)
            try:
                for batch in postgres_writer.batches(documents):
                    with self.database.begin() as connection:
                        postgres_writer.put(connection, generation, batch)
                count = self._finished(lasting, generation, catch_up)
            except BaseException:
                with suppress(SQLAlchemyError), self._writing() as connection:  # else `tidy` drops it
                    tables.drop(connection, generation)
                raise
            with self._writing() as connection:
                tables.drop_others(connection, self.schema)
            return count

    def _finished(
        self, lasting: Connection, generation: Generation, catch_up: Callable[[set[int]], Iterator[Document]]
    ) -> int:
        """Indexes, counts, what was written meanwhile, and the switch; only the last two hold writers up."""
        with self.database.begin() as connection:
            postgres_writer.count_everything(connection, generation)
            tables.make_indexes(connection, generation)
        run(lasting, f"VACUUM (ANALYZE) {generation.document}, {generation.term}")
        with self._writing() as connection:
            late = set(run(connection, f"SELECT key FROM {self.schema}.journal").scalars())
            if late:
                postgres_writer.change(connection, generation, catch_up(late), late)
            tables.switch(connection, generation)
            return tables.current(connection, self.schema).documents

    def forget(self) -> None:
        with self._writing() as connection:
            tables.forget(connection, self.schema)

    def trouble(self) -> str:
        """Whether there is a current generation whose tables answer and are not empty. A database that does not answer
        is not helped by a rebuild."""
        try:
            self._asked(self._stands)
        except Passing:
            return ""
        except Unavailable as problem:
            return str(problem)
        return ""

    def inspect(self, *, whole: bool = True) -> str:
        """Count everything anew, about a second for a million documents, and read all rows, or the part whose turn it
        is, against their checksums; the whole compares the counts of all terms too."""
        try:
            self._asked(self._agree, READING)
            self._asked(self._is_whole if whole else self._is_sound, READING)
        except Unavailable as problem:
            return str(problem)
        return ""

    def _stands(self, connection: Connection, current: Generation) -> None:
        query = f"SELECT EXISTS (SELECT FROM {current.document}), EXISTS (SELECT FROM {current.term})"
        documents, terms = run(connection, query).one()
        if (current.documents and not documents) or (current.tokens and not terms):
            raise Damaged("The index was emptied.")

    def _is_sound(self, connection: Connection, current: Generation) -> None:
        turn = int(now().timestamp() // SLICE) % SLICES
        self._is_as_written(connection, current, (turn, SLICES))

    def _is_whole(self, connection: Connection, current: Generation) -> None:
        self._is_as_written(connection, current, (0, 1))
        if wrong := postgres_writer.miscounted(connection, current):
            raise Damaged(f"The index counts {wrong} of its words wrongly.")

    def _is_as_written(self, connection: Connection, current: Generation, part: tuple[int, int]) -> None:
        if altered := postgres_writer.altered(connection, current, part):
            raise Damaged(f"The index holds {altered} documents that are not what was written.")

    def _agree(self, connection: Connection, current: Generation) -> None:
        totals = run(connection, f"SELECT count(*), coalesce(sum(length), 0) FROM {current.document}").one()
        if tuple(map(int, totals)) != (current.documents, current.tokens):
            raise Damaged("The index does not hold as many documents as it should.")
        invalid = "SELECT count(*) FROM pg_index WHERE indrelid = CAST(:name AS regclass) AND indisvalid"
        if run(connection, invalid, name=current.document).scalar() < tables.INDEXES:
            raise Damaged("The index lacks one of its own indexes.")

    def tidy(self) -> None:
        """Drop what a rebuild that was killed left behind."""
        with suppress(Unavailable, Busy):
            if self._asked(lambda connection, current: tables.others(connection, self.schema)):
                with self._rebuilding(), self._writing() as connection:
                    tables.drop_others(connection, self.schema)
                    run(connection, f"DELETE FROM {self.schema}.journal")

    def _asked(self, answer: Callable[[Connection, Generation], T], begin: str = ASKING) -> T:
        """The answer from the current generation, all of it from one moment. Damage gives the index up."""
        for _ in range(ATTEMPTS):
            try:
                with self._watching(), self.database.begin() as connection:
                    connection.exec_driver_sql(begin)
                    return answer(connection, tables.current(connection, self.schema))
            except DBAPIError as problem:
                last = problem
                if _state(problem) not in GONE:
                    break
            except SQLAlchemyError as problem:
                raise Passing("The search database does not answer.") from problem
        if _state(last) in GONE:
            raise Unavailable("There is no index yet.") from last
        raise Passing("The search database does not answer.") from last

    @contextmanager
    def _watching(self) -> Iterator[None]:
        """Give the index up when it turns out to be damaged."""
        try:
            yield
        except Damaged:
            self._give_up()
            raise
        except DBAPIError as problem:
            if _state(problem) not in CORRUPT:
                raise
            self._give_up()
            raise Damaged("The index is damaged.") from problem

    def _give_up(self) -> None:
        with suppress(SQLAlchemyError):
            self.forget()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One writer at a time, over all machines; waits for the other."""
        with self.database.begin() as connection:
            run(connection, "SELECT pg_advisory_xact_lock(:lock, hashtext(:schema))", lock=WRITER, schema=self.schema)
            yield connection

    @contextmanager
    def _rebuilding(self) -> Iterator[Connection]:
        """Raises Busy at once when another rebuild runs. The connection keeps no transaction open."""
        lock = {"lock": REBUILD, "schema": self.schema}
        with self.database.connect().execution_options(isolation_level="AUTOCOMMIT") as lasting:
            if not run(lasting, "SELECT pg_try_advisory_lock(:lock, hashtext(:schema))", **lock).scalar():
                raise Busy("Another process is rebuilding the index.")
            try:
                yield lasting
            finally:
                run(lasting, "SELECT pg_advisory_unlock(:lock, hashtext(:schema))", **lock)


def _state(problem: DBAPIError) -> str | None:
    """PostgreSQL's code of the error; None when it did not even answer."""
    return getattr(problem.orig, "sqlstate", None)
