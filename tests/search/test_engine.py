"""What every engine must do. Runs on an index folder of its own, without the site."""

import random

import pytest
from whoosh import query as whoosh_query
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from search import whoosh_engine, whoosh_writer
from search.analysis import TOKEN, is_cjk, normalize
from search.engine import Ask, Filters, Unavailable
from search.executor import Executor
from search.query import parse
from search.schema import Document, Kind, key_of
from search.whoosh_engine import WhooshEngine

BOARDS = frozenset([1, 2, 3])


@pytest.fixture
def engine(tmp_path):
    made = WhooshEngine(tmp_path / "index")
    made.rebuild([], lambda keys: iter(()))
    return made


def post(number, text, **given):
    return Document(**{"kind": Kind.POST, "id": number, "board_id": 1, "author_id": number, "text": text, **given})


def found(engine, typed, boards=BOARDS, **ask):
    results = engine.search(Ask(parse(typed).node, **{"size": 50, **ask}), boards)
    assert results.total >= len(results.hits)
    return {hit.id for hit in results.hits}


def test_a_document_is_found_changed_and_gone(engine):
    engine.apply([post(1, "an old helmet")])
    assert found(engine, "helmet") == {1}
    engine.apply([post(1, "a new visor")])
    assert (found(engine, "helmet"), found(engine, "visor")) == (set(), {1})
    engine.apply([], [key_of(Kind.POST, 1)])
    assert (found(engine, "visor"), engine.count()) == (set(), 0)


def test_applying_twice_changes_nothing(engine):
    for _ in range(3):
        engine.apply([post(1, "helmet"), post(2, "helmet")], [key_of(Kind.POST, 9)])
    assert (engine.count(), found(engine, "helmet")) == (2, {1, 2})


def test_boards_are_a_gate_for_results_and_counts(engine):
    engine.apply([post(number, "helmet", board_id=number) for number in (1, 2, 3)])
    results = engine.search(Ask(parse("helmet").node), frozenset([2]))
    assert (results.total, [hit.id for hit in results.hits], results.kinds[Kind.POST]) == (1, [2], 1)
    assert results.boards == {2: 1}
    assert engine.people(Ask(parse("helmet").node), frozenset([2])).total == 1
    assert found(engine, "helmet", frozenset()) == set()


def test_words_phrases_alternatives_and_exclusions(engine):
    texts = ["red full face helmet", "face full of red", "red helmets", "blue visor", "running shoes"]
    engine.apply([post(number, text) for number, text in enumerate(texts)])
    for typed, expected in [
        ("red", {0, 1, 2}),
        ("red helmet", {0, 2}),
        ('"full face"', {0}),
        ("visor OR helmet", {0, 2, 3}),
        ("red -helmet", {1}),
        ("-red", {3, 4}),
        ("hel*", {0, 2}),
        ("run", {4}),
        ('"run"', set()),
        ("HELMETS", {0, 2}),
    ]:
        assert found(engine, typed) == expected, typed


def test_model_names_are_found_in_every_usual_spelling(engine):
    spellings = ["the SE-215 is", "an SE215", "SE 215!", "se_215", "ＳＥ２１５"]
    engine.apply([post(number, text) for number, text in enumerate(spellings)])
    for typed in ("SE-215", "se215", '"se 215"', "SE_215"):
        assert found(engine, typed) == {0, 1, 2, 3, 4}, typed
    assert found(engine, "se216") == set()


def test_phrases_cross_scripts_but_not_titles(engine):
    engine.apply([post(1, "我的iPhone手机壳", title="苹果"), post(2, "手机 iPhone")])
    assert found(engine, '"iphone手机"') == {1}
    assert found(engine, '"苹果我的"') == set()


def test_quoted_words_are_found_but_are_nobodys_knowledge(engine):
    engine.apply([post(1, "I disagree", quoted="helmets are useless"), post(2, "helmets are fine")])
    assert found(engine, "helmet") == {1, 2}
    assert [person.author_id for person in engine.people(Ask(parse("helmet").node), BOARDS).people] == [2]


def test_filters_narrow(engine):
    engine.apply(
        [
            post(1, "helmet", at=100, has_picture=True),
            post(2, "helmet", at=200, author_id=7),
            Document(Kind.PRODUCT, 3, 2, 7, "helmet", price=5_000, at=300),
        ]
    )
    for given, expected in [
        ({"authors": frozenset([7])}, {2, 3}),
        ({"after": 200}, {2, 3}),
        ({"before": 200}, {1}),
        ({"price_below": 5_001}, {3}),
        ({"price_below": 5_000}, set()),
        ({"has_picture": True}, {1}),
        ({"kinds": frozenset([Kind.PRODUCT])}, {3}),
        ({"boards": frozenset([2])}, {3}),
    ]:
        assert found(engine, "helmet", filters=Filters(**given)) == expected, given


def test_sorting_and_paging_are_stable(engine):
    engine.apply([post(number, "helmet", at=number) for number in range(1, 60)])
    newest = engine.search(Ask(parse("helmet").node, sort="new", size=5), BOARDS)
    assert [hit.id for hit in newest.hits] == [59, 58, 57, 56, 55]
    pages = [engine.search(Ask(parse("helmet").node, page=page), BOARDS).hits for page in (1, 2, 3, 4)]
    assert sorted(hit.id for page in pages for hit in page) == list(range(1, 60))


def test_many_small_commits_are_merged_and_lose_nothing(engine):
    for number in range(1, 80):
        engine.apply([post(number, f"helmet number{number}")], [key_of(Kind.POST, number - 3)] if number % 3 else [])
    gone = {number - 3 for number in range(1, 80) if number % 3}
    assert found(engine, "helmet", size=100) == set(range(1, 80)) - gone
    assert len(engine.files.pointer().parts) < 20
    assert found(engine, '"helmet number79"') == {79}


def test_large_merges_happen_beside_the_writer_and_lose_nothing(engine, monkeypatch):
    monkeypatch.setattr(whoosh_engine, "SMALL", 0)
    for number in range(40):
        engine.apply([post(number, f"helmet number{number}")], [key_of(Kind.POST, number - 5)] if number % 2 else [])
    before = found(engine, "helmet", size=100)
    merge_apart = whoosh_writer.merge_apart

    def written_meanwhile(*given):
        merge = merge_apart(*given)
        engine.apply([post(100, "helmet")], [key_of(Kind.POST, 39)])
        return merge

    monkeypatch.setattr(whoosh_writer, "merge_apart", written_meanwhile)
    engine.tidy()

    assert found(engine, "helmet", size=100) == before - {39} | {100}
    assert len(engine.files.pointer().parts) == 2
    assert found(engine, '"helmet number38"') == {38}
    engine.apply([post(38, "visor")])
    assert found(engine, '"helmet number38"') == set()
    assert engine.inspect() == ""


def test_a_second_reader_sees_what_the_first_wrote(engine, tmp_path):
    other = WhooshEngine(tmp_path / "index")
    assert found(other, "helmet") == set()
    engine.apply([post(1, "helmet")])
    assert found(other, "helmet") == {1}


def test_what_is_written_during_a_rebuild_is_in_the_new_index(engine):
    rows = {1: post(1, "helmet"), 2: post(2, "helmet")}

    def reading():
        yield rows[1]
        rows[1], rows[3] = post(1, "visor"), post(3, "helmet")
        engine.apply([rows[1], rows[3]], [key_of(Kind.POST, 2)])
        yield rows.pop(2)

    engine.rebuild(reading(), lambda keys: iter([row for row in rows.values() if row.key in keys]))

    assert (found(engine, "helmet"), found(engine, "visor"), engine.count()) == ({3}, {1}, 2)


def test_a_rebuild_left_halfway_changes_nothing(engine):
    engine.apply([post(1, "helmet")])

    def failing():
        yield post(2, "helmet")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        engine.rebuild(failing(), lambda keys: iter(()))
    assert found(engine, "helmet") == {1}


def test_a_full_disk_in_a_commit_changes_nothing(engine, monkeypatch):
    engine.apply([post(1, "helmet")])

    def full(*given):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(whoosh_writer, "_pointer", full)
        with pytest.raises(OSError, match="No space"):
            engine.apply([post(2, "helmet")])
    assert (found(engine, "helmet"), engine.inspect()) == ({1}, "")
    engine.apply([post(2, "helmet")])
    assert found(engine, "helmet") == {1, 2}


def test_without_an_index_it_says_so(tmp_path):
    engine = WhooshEngine(tmp_path / "index")
    assert engine.trouble()
    with pytest.raises(Unavailable):
        engine.count()
    engine.apply([post(1, "helmet")])
    assert (tmp_path / "index").stat().st_mode & 0o777 == 0o700


def test_its_answers_equal_those_of_whooshs_own_collectors(engine):
    rng = random.Random(7)
    words = ["helmet", "visor", "红色", "头盔", "减肥", "red", "full", "face"]
    documents = [post(number, " ".join(rng.choices(words, k=6)), board_id=1) for number in range(300)]
    for at in range(0, 300, 60):
        engine.apply(documents[at : at + 60], [key_of(Kind.POST, at - 7)])
    home = engine.files.home / engine.files.pointer().folder
    with FileIndex(FileStorage(str(home))).searcher() as searcher, engine._reading() as snapshot:
        for first in words:
            for second in words:
                terms = [whoosh_query.Term("text", first), whoosh_query.Term("text", second)]
                for whooshs, typed in (
                    (whoosh_query.And(terms), f'"{first}" "{second}"'),
                    (whoosh_query.Or(terms), f'"{first}" OR "{second}"'),
                ):
                    documents_found = Executor(snapshot).matches(parse(typed).node).documents
                    ours = {int(document) for document in documents_found if snapshot.alive[document]}
                    assert ours == set(searcher.docs_for_query(whooshs)), typed


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_any_characters_cut_from_a_chinese_text_find_it_and_nothing_else(engine, length):
    rng = random.Random(length)
    signs = [chr(code) for code in range(0x4E00, 0x4E00 + 120)] + list("減肥头盔，。a1 \n")
    texts = ["".join(rng.choices(signs, k=rng.randrange(5, 60))) for _ in range(400)]
    engine.apply([post(number, text) for number, text in enumerate(texts)])
    folded = [normalize(text) for text in texts]
    for _ in range(200):
        text = rng.choice(texts)
        place = rng.randrange(len(text) - length)
        piece = text[place : place + length]
        if not is_cjk(piece) or TOKEN.match(piece).end() < length:
            continue
        expected = {number for number, text in enumerate(folded) if normalize(piece) in text}
        assert found(engine, piece, size=500) == expected, piece
