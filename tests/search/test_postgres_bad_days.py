"""The index on PostgreSQL on bad days: tables dropped, emptied or altered, a full disk, processes killed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from search import postgres_writer
from search.engine import Ask, Busy, Passing, Unavailable
from search.postgres_tables import REBUILD
from search.schema import Kind, key_of
from tests.search.asking import BOARDS, found, post
from tests.search.breaking import killed, moments, spread

pytestmark = [pytest.mark.only_on("postgresql"), pytest.mark.engine("postgresql")]
TEXTS = ("red helmet", "helmet with visor", "减肥方法", "a visor", "half-shell helmet", "red visor", "减肥", "gloves")
TYPED = ("helmet", '"red helmet"', "减肥", "vis*", "-helmet", "gloves")


def documents():
    return [post(number, text_, title=text_, tags=("vintage",)) for number, text_ in enumerate(TEXTS, 1)]


def no_more(keys):
    return iter(())


def sql(engine, statement, **values):
    with engine.database.begin() as connection:
        result = connection.execute(text(statement), values)
        return result.all() if result.returns_rows else []


def tables(engine):
    found_ = sql(engine, "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(:home) AND relkind = 'r'",
                 home=engine.schema)  # fmt: skip
    return sorted(row.relname for row in found_)


def current(engine):
    return sql(engine, f"SELECT id FROM {engine.schema}.generation WHERE state = 'current'")[0].id


def answers(engine):
    said = [found(engine, typed) for typed in TYPED]
    words = engine.similar("helmer", BOARDS), engine.completions("vi", BOARDS), engine.completions("vin", BOARDS)
    return said, words, engine.versions(Kind.POST), engine.count()


@pytest.fixture
def filled(engine):
    engine.rebuild(documents(), no_more)
    return engine


def healed(engine):
    engine.inspect()
    if engine.trouble():
        engine.rebuild(documents(), no_more)
    return engine


DROPPED = ("SCHEMA {0} CASCADE", "TABLE {0}.generation", "TABLE {0}.journal", "TABLE {0}.document_{1}",
           "TABLE {0}.term_{1}", "TABLE {0}.generation, {0}.document_{1}")  # fmt: skip


@pytest.mark.parametrize("what", DROPPED)
def test_dropped_under_open_readers_it_says_so_and_comes_back_in_all_of_them(filled, open_engine, what):
    other, expected = open_engine(), answers(filled)
    assert answers(other) == expected
    sql(filled, f"DROP {what.format(filled.schema, current(filled))}")

    for engine in (filled, other):
        try:
            assert answers(engine) == expected
        except Unavailable:
            assert engine.trouble()
    healed(filled)
    filled.rebuild(documents(), no_more)
    assert answers(filled) == answers(other) == expected
    assert len(tables(filled)) == 4


@pytest.mark.parametrize("name", ["document", "term"])
def test_an_emptied_table_is_noticed_at_the_next_look(filled, name):
    expected = answers(filled)
    sql(filled, f"TRUNCATE {filled.schema}.{name}_{current(filled)}")
    assert filled.trouble()
    with pytest.raises(Unavailable):
        filled.count()
    assert answers(healed(filled)) == expected


ALTERED = {
    "key": "key + 1000", "kind": "2", "board_id": "7", "author_id": "7", "thread_id": "7", "at": "at + 1", "price": "5",
    "replies": "9", "thanks": "9", "thread_kind": "2", "has_picture": "NOT has_picture", "speaks": "NOT speaks",
    "is_opening": "NOT is_opening", "length": "length + 1", "version": "version # 8", "tags": "'{{}}'",
    "words": "words || 'x:1'", "wants": "'x:1'", "sells": "'x:1'", "declines": "'x:1'",
}  # fmt: skip


@pytest.mark.parametrize("column", ALTERED)
def test_a_row_that_is_not_what_was_written_is_found_by_a_close_look(filled, column):
    value = ALTERED[column].replace("{{}}", "{}")
    name = f"{filled.schema}.document_{current(filled)}"
    sql(filled, f"UPDATE {name} SET {column} = {value} WHERE key = {key_of(Kind.POST, 3)}")
    assert filled.inspect()
    assert filled.trouble()


def test_part_after_part_all_rows_are_looked_at(filled, clock):
    filled.apply([post(5, "helmet")])
    assert filled.inspect(whole=False) == ""
    sql(
        filled, f"UPDATE {filled.schema}.document_{current(filled)} SET board_id = 7 WHERE key = {key_of(Kind.POST, 5)}"
    )
    for _ in range(32):
        clock.travel(seconds=900)
        if filled.inspect(whole=False):
            break
    clock.settle()
    assert filled.trouble()


@settings(max_examples=10)
@given(st.sampled_from(["text", "title", "tag"]), st.integers(0, 30))
def test_a_word_that_is_counted_wrongly_is_found(filled, part, which):
    healed(filled)
    name = f"{filled.schema}.term_{current(filled)}"
    terms = [row.term for row in sql(filled, f"SELECT term FROM {name} ORDER BY term")]
    sql(filled, f"UPDATE {name} SET {part} = {part} + 1 WHERE term = :term", term=terms[which % len(terms)])
    assert filled.inspect()


def breaking(engine, state):
    """From now on reading the documents fails with this error, as it does from a bad page."""
    home, number = engine.schema, current(engine)
    sql(engine, f"ALTER TABLE {home}.document_{number} RENAME TO kept")
    sql(engine, f"CREATE FUNCTION {home}.fail() RETURNS boolean LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION 'bad' USING ERRCODE = '{state}'; END $$")  # fmt: skip
    sql(engine, f"CREATE VIEW {home}.document_{number} AS SELECT * FROM {home}.kept WHERE {home}.fail()")


def test_a_bad_page_gives_the_index_up(filled):
    breaking(filled, "XX001")
    with pytest.raises(Unavailable):
        filled.search(Ask(), BOARDS)
    assert "no index" in filled.trouble()


def test_a_database_that_is_only_too_slow_is_not_burdened_with_a_rebuild(filled):
    breaking(filled, "57014")
    with pytest.raises(Passing):
        filled.search(Ask(), BOARDS)
    assert filled.trouble() == ""


def commit(engine):
    engine.apply([post(9, "helmet nine"), post(1, "now a glove")], [key_of(Kind.POST, 2)])


def rebuild(engine):
    engine.rebuild(documents()[:6], no_more)


@pytest.fixture
def small_steps(monkeypatch):
    monkeypatch.setattr(postgres_writer, "BATCH", 2)


@pytest.mark.parametrize("work", [commit, rebuild])
def test_killed_at_any_moment_it_is_as_before_or_as_after_and_goes_on(filled, open_engine, small_steps, work):
    before = answers(filled)
    work(filled)  # the first time takes more calls
    filled.rebuild(documents(), no_more)
    count = moments(lambda: work(filled))
    expected, kills = answers(filled), 0
    for at in spread(int(count * 0.9), 7):  # no two runs make quite as many calls
        filled.rebuild(documents(), no_more)
        filled.database.dispose()
        kills += killed(lambda: work(open_engine()), at)
        with filled.database.begin() as connection:  # until the server has noticed
            connection.execute(text(f"SELECT pg_advisory_xact_lock({REBUILD}, hashtext(:it))"), {"it": filled.schema})
        assert answers(filled) in (before, expected), at
        assert (filled.trouble(), filled.inspect()) == ("", ""), at
        work(filled)
        filled.tidy()
        assert answers(filled) == expected, at
        assert (len(tables(filled)), sql(filled, f"SELECT FROM {filled.schema}.journal")) == (4, []), at
    assert kills >= 6


@pytest.mark.parametrize("table", ["document", "term"])
def test_a_full_disk_in_a_commit_changes_nothing(filled, table):
    expected, home = answers(filled), filled.schema
    sql(filled, f"CREATE FUNCTION {home}.full() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$")  # fmt: skip
    name = f"{home}.{table}_{current(filled)}"
    sql(filled, f"CREATE TRIGGER disk BEFORE INSERT OR UPDATE ON {name} EXECUTE FUNCTION {home}.full()")
    with pytest.raises(DBAPIError, match="No space"):
        commit(filled)
    assert answers(filled) == expected
    assert (filled.trouble(), filled.inspect()) == ("", "")

    sql(filled, f"DROP TRIGGER disk ON {name}")
    commit(filled)
    assert found(filled, "nine") == {9}


def test_a_full_disk_in_a_rebuild_leaves_the_index_in_use_and_nothing_else(filled, small_steps, monkeypatch):
    expected, count = answers(filled), postgres_writer.count_everything

    def full(connection, generation):
        count(connection, generation)
        connection.execute(text("DO $$ BEGIN RAISE EXCEPTION 'No space left' USING ERRCODE = 'disk_full'; END $$"))

    with monkeypatch.context() as patched:
        patched.setattr(postgres_writer, "count_everything", full)
        with pytest.raises(DBAPIError, match="No space"):
            rebuild(filled)
    assert answers(filled) == expected
    assert len(tables(filled)) == 4
    rebuild(filled)
    assert filled.count() == 6


def test_a_second_rebuild_by_mistake_is_refused_and_may_go_on_after_the_first(filled, open_engine):
    def reading():
        with pytest.raises(Busy):
            open_engine().rebuild([], no_more)
        yield from documents()

    assert filled.rebuild(reading(), no_more) == 8
    assert open_engine().rebuild(documents()[:1], no_more) == 1


def test_a_rebuild_of_any_size_holds_a_batch_of_documents(filled, small_steps, monkeypatch):
    waiting, most, put = 0, 0, postgres_writer.put

    def written(*given):
        nonlocal waiting
        waiting = 0
        return put(*given)

    def read(numbers):
        nonlocal waiting, most
        for number in numbers:
            waiting, most = waiting + 1, max(most, waiting + 1)
            if number == 1:
                filled.apply([post(late, "late") for late in range(100, 110)])
            yield post(number, f"helmet {number}")

    monkeypatch.setattr(postgres_writer, "put", written)
    assert filled.rebuild(read(range(1, 21)), lambda keys: read([key & 0xFFFF for key in sorted(keys)])) == 30
    assert most <= 3
