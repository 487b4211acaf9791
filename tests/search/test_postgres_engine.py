"""What only the engine on PostgreSQL has: a database that can be away, long vectors, counted terms; and that it
answers as Whoosh does."""

import random
from dataclasses import replace
from threading import Thread

import pytest
from sqlalchemy import text

from core.clock import now
from search import consumers, postgres_answers, postgres_people
from search.engine import Ask, Filters, Unavailable, Within
from search.postgres_engine import PostgresEngine
from search.postgres_tables import PARTS
from search.postgres_vectors import FOLD
from search.query import parse
from search.schema import Kind, key_of
from search.whoosh_engine import WhooshEngine
from tests import make
from tests.search.asking import BOARDS, found, post
from wsgi import create_app

pytestmark = [pytest.mark.engine("postgresql"), pytest.mark.only_on("postgresql")]

QUESTIONS = (
    "helmet", "helmets", "visor", "red helmet", "helmet -visor", '"red helmet"', "hel*", "helmet OR 减肥", "减肥",
    "减肥方法", "减肥有什么好方法", "SE-215", "face visor red", '"face of"', "-helmet", "vis* red", "方",
)  # fmt: skip


def sql(engine, statement, **values):
    with engine.database.begin() as connection:
        done = connection.execute(text(statement), values)
        return done.all() if done.returns_rows else None


def table(engine, name):
    (row,) = sql(engine, f"SELECT id FROM {engine.schema}.generation WHERE state = 'current'")
    return f"{engine.schema}.{name}_{row.id}"


def some_posts(count, seed=7, longest=60):
    rng = random.Random(seed)
    words = [
        "helmet",
        "helmets",
        "visor",
        "red",
        "face",
        "full",
        "of",
        "SE-215",
        "减肥方法",
        "减肥有什么好方法吗",
        "run",
    ]
    words = [f"word{number}" for number in range(40)] + words

    def said(most):
        return " ".join(rng.choices(words, k=rng.randrange(1, most)))

    return [
        post(
            number,
            said(longest),
            title=said(5) if number % 4 == 0 else "",
            quoted=said(9) if number % 5 == 0 else "",
            wants=said(3) if number % 6 == 0 else "",
            author_id=number % 17 + 1,
            thread_id=number // 3,
            board_id=number % 4,
            at=int(now().timestamp()) - rng.randrange(10**8),
        )
        for number in range(1, count)
    ]


def test_it_finds_what_whoosh_finds_and_ranks_it_alike(engine, tmp_path):
    whoosh, documents = WhooshEngine(tmp_path / "index"), some_posts(400)
    whoosh.rebuild(documents, lambda keys: iter(()))
    engine.rebuild(documents[:300], lambda keys: iter(()))
    engine.apply(documents[300:])
    for typed in QUESTIONS:
        for within in (Within.ALL, Within.TITLE, Within.OWN, Within.WANTS):
            ask = Ask(parse(typed).node, within=within, size=500)
            theirs, ours = whoosh.search(ask, frozenset([1, 2])), engine.search(ask, frozenset([1, 2]))
            counts = ("total", "kinds", "boards", "thread_kinds", "prices")
            assert [getattr(ours, name) for name in counts] == [getattr(theirs, name) for name in counts], typed
            assert {hit.id for hit in ours.hits} == {hit.id for hit in theirs.hits}, (typed, within)
            first = {hit.id for hit in theirs.hits[:10]}
            assert len(first & {hit.id for hit in ours.hits[:12]}) >= 0.8 * len(first), (typed, within)


def test_it_scores_a_word_as_whoosh_does(engine, tmp_path):
    whoosh, documents = WhooshEngine(tmp_path / "index"), [post(n, "helmet " * n + "road " * 9) for n in range(1, 9)]
    for each in (whoosh, engine):
        each.rebuild([*documents, post(50, "a visor")], lambda keys: iter(()))
    for typed in ("helmet", "road", "visor OR road"):
        ask = Ask(parse(typed).node)
        ours = {hit.id: hit.score for hit in engine.search(ask, BOARDS).hits}
        assert ours == pytest.approx({hit.id: hit.score for hit in whoosh.search(ask, BOARDS).hits}, rel=1e-3)


def test_people_are_those_that_whoosh_finds(engine, tmp_path):
    whoosh, documents = WhooshEngine(tmp_path / "index"), some_posts(300)
    for each in (whoosh, engine):
        each.rebuild(documents, lambda keys: iter(()))
    for typed in ("visor", "减肥", '"red helmet"'):
        ask = Ask(parse(typed).node, Filters(after=0), size=50)
        theirs, ours = whoosh.people(ask, BOARDS), engine.people(ask, BOARDS)
        assert ours.total == theirs.total, typed
        assert [(one.author_id, one.post_count) for one in ours.people[:3]] == [
            (one.author_id, one.post_count) for one in theirs.people[:3]
        ], typed


def test_phrases_are_found_anywhere_in_a_very_long_text(engine):
    filler = "word " * (FOLD - 1)
    engine.apply([post(1, f"{filler}red helmet {filler} blue visor"), post(2, f"{'red ' * 400}helmet")])
    for typed, expected in (
        ('"red helmet"', {1}),
        ('"blue visor"', {1}),
        ('"helmet red"', set()),
        ("red helmet", {1, 2}),
    ):
        assert found(engine, typed) == expected, typed


def test_of_too_many_documents_those_are_ranked_that_promise_most(engine, monkeypatch):
    monkeypatch.setattr(postgres_answers, "MOST_RANKED", 5)
    monkeypatch.setattr(postgres_people, "MOST_VOTES", 5)
    engine.apply([post(n, f"a helmet and more words {n}", at=n) for n in range(1, 40)])
    engine.apply([post(50, "some words", title="Helmet")])
    results = engine.search(Ask(parse("helmet").node), BOARDS)
    assert (results.total, results.hits[0].id) == (40, 50)
    assert [one.author_id for one in engine.people(Ask(parse("helmet").node, Filters(before=1_000)), BOARDS).people]


def test_of_too_many_documents_all_pages_together_hold_each_once(engine, monkeypatch):
    monkeypatch.setattr(postgres_answers, "MOST_RANKED", 6)
    monkeypatch.setattr(postgres_answers, "MOST_UNPACKED", 6)
    engine.apply([post(n, "helmet " * (n % 7 + 1) + "and more words", at=n) for n in range(1, 30)])
    for typed in ("helmet", '"helmet and"', "-visor", "helm*", "helmet OR words"):
        pages = [engine.search(Ask(parse(typed).node, page=page, size=4), BOARDS).hits for page in range(1, 9)]
        assert sorted(hit.id for hits in pages for hit in hits) == list(range(1, 30)), typed


def test_words_that_stand_out_stand_first_among_too_many_documents(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(postgres_answers, "MOST_RANKED", 100)
    whoosh, documents = WhooshEngine(tmp_path / "index"), some_posts(600, longest=250)
    for each in (whoosh, engine):
        each.rebuild(documents, lambda keys: iter(()))
    for typed in ("helmet", "减肥", "visor OR red", "hel*", "red helmet"):
        theirs, ours = (each.search(Ask(parse(typed).node), BOARDS) for each in (whoosh, engine))
        assert ours.total == theirs.total > 200, typed
        assert len({hit.id for hit in theirs.hits[:10]} & {hit.id for hit in ours.hits[:12]}) >= 7, typed


def test_a_word_one_edit_away_is_offered_only_to_those_who_may_read_it(engine):
    engine.apply([post(1, "helmets"), post(2, "helmets"), post(3, "hemlet 减肥"), post(4, "hermet", board_id=9)])
    assert engine.similar("helmet", BOARDS) == ("helmets", "hemlet")
    assert engine.similar("helmet", frozenset([9])) == ("hermet",)
    assert engine.similar("减脂", BOARDS) == ("减肥",)
    assert engine.similar("x", BOARDS) == ()
    engine.apply([], [key_of(Kind.POST, 3)])
    assert engine.similar("减脂", BOARDS) == ()


def test_beginnings_are_completed_with_what_one_may_read(engine):
    engine.apply([post(1, "helmet helmets", tags=("helm's deep",)), post(2, "helmets"), post(3, "helix", board_id=9)])
    assert engine.completions("hel", BOARDS) == ("helmets", "helm's deep", "helmet")
    assert engine.completions("hel", frozenset([9])) == ("helix",)
    assert engine.completions("hel", frozenset()) == engine.completions("'", BOARDS) == ()


def test_terms_stay_counted_through_changes(engine):
    documents = some_posts(120)
    for at in range(0, 120, 30):
        engine.apply(documents[at : at + 30], [key_of(Kind.POST, at - 5)])
    engine.apply(some_posts(40, seed=8), [key_of(Kind.POST, 70)])
    kept = f"SELECT * FROM {{}} WHERE {' + '.join(PARTS)} > 0 ORDER BY term"
    changed = sql(engine, kept.format(table(engine, "term")))
    held = {row.id: row for row in documents} | {row.id: row for row in some_posts(40, seed=8)}
    alive = [held[number] for number in engine.versions(Kind.POST)]
    assert engine.inspect() == ""
    engine.rebuild(alive, lambda keys: iter(()))
    assert changed == sql(engine, kept.format(table(engine, "term")))


def test_writers_on_several_machines_wait_for_one_another(engine, open_engine):
    def writing(first):
        mine = open_engine()
        for number in range(first, 60, 3):
            mine.apply([post(number, f"helmet number{number}")])

    threads = [Thread(target=writing, args=(first,)) for first in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (engine.count(), engine.inspect()) == (59, "")


def test_a_writer_waits_while_another_machine_writes(engine, open_engine):
    waiting = Thread(target=open_engine().apply, args=([post(1, "helmet")],))
    with engine._writing():
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
    waiting.join()
    assert engine.count() == 1


def test_a_rebuild_that_was_killed_is_swept_up(engine):
    engine.apply([post(1, "helmet")])
    sql(engine, f"INSERT INTO {engine.schema}.generation (format, state) VALUES ('x', 'building')")
    engine.apply([post(2, "helmet")])
    engine.tidy()
    assert len(sql(engine, f"SELECT FROM {engine.schema}.generation")) == 1
    assert sql(engine, f"SELECT FROM {engine.schema}.journal") == []
    assert found(engine, "helmet") == {1, 2}


def test_an_index_of_another_format_is_not_read(engine):
    sql(engine, f"UPDATE {engine.schema}.generation SET format = '0'")
    assert "another version" in engine.trouble()
    with pytest.raises(Unavailable):
        engine.count()


@pytest.mark.parametrize("damage", ["DELETE FROM {} WHERE key % 2 = 0", "DROP INDEX {}_words_idx"])
def test_a_close_look_notices_damage_and_gives_the_index_up(engine, damage):
    engine.apply([post(number, "helmet") for number in range(4)])
    sql(engine, damage.format(table(engine, "document")))
    assert engine.trouble() == ""
    assert engine.inspect()
    assert engine.trouble()


def test_the_setting_chooses_it(index, app):
    settings = replace(app.extensions["settings"], search="postgresql")
    other = create_app(settings, TESTING=True)
    make.thread(body="helmet")
    for command in ("rebuild", "verify", "status"):
        done = other.test_cli_runner().invoke(args=["search", command])
        assert done.exit_code == 0, done.output
    assert isinstance(other.extensions["search"], PostgresEngine)
    assert index.count() == other.extensions["search"].count() > 0


def test_a_database_that_is_away_is_said_to_be(database_url):
    away = PostgresEngine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    assert away.trouble() == ""  # a rebuild would not help
    assert "does not answer" in away.inspect()
    for ask in (away.count, lambda: away.search(Ask(), BOARDS), lambda: away.similar("helmet", BOARDS)):
        with pytest.raises(Unavailable):
            ask()


@pytest.mark.parametrize("name", ["document", "term"])
def test_without_its_tables_the_site_answers_and_heals(index, reindex, guest, name):
    make.thread(title="Open helmet", body="helmet")
    make.thread(on=make.board("secret"), title="Hidden helmet", body="helmet")
    reindex()
    sql(index, f"DROP TABLE {table(index, name)} CASCADE")

    page = guest.get("/search?q=helmet")
    assert (page.status_code, "being rebuilt" in page.text, "Hidden" in page.text) == (200, True, False)
    consumers.look_closely()
    consumers.heal()

    page = guest.get("/search?q=helmet")
    assert ("being rebuilt" in page.text, "Hidden" in page.text) == (False, False)
    assert "Open <mark>helmet</mark>" in page.text
