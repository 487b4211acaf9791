"""What only Whoosh's index has: segments, merges, files, and collectors of its own to compare with."""

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query as whoosh_query
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from search import phrases, whoosh_codec, whoosh_writer
from search.executor import Executor
from search.narrowing import gate
from search.query import parse
from search.schema import Kind, key_of, kind_and_id
from search.whoosh_codec import SharedFile
from search.whoosh_engine import WhooshEngine
from search.whoosh_words import edits
from tests.search.asking import BOARDS, found, post

pytestmark = pytest.mark.engine("whoosh")


def test_its_folder_is_the_owners_alone(engine):
    assert engine.files.home.stat().st_mode & 0o777 == 0o700


def test_many_small_commits_are_merged_and_lose_nothing(engine):
    for number in range(1, 80):
        engine.apply([post(number, f"helmet number{number}")], [key_of(Kind.POST, number - 3)] if number % 3 else [])
    gone = {number - 3 for number in range(1, 80) if number % 3}
    assert found(engine, "helmet", size=100) == set(range(1, 80)) - gone
    assert len(engine.files.pointer().parts) <= whoosh_writer.BEHIND
    assert found(engine, '"helmet number79"') == {79}


def test_large_merges_happen_beside_the_writer_and_lose_nothing(engine, monkeypatch):
    monkeypatch.setattr(whoosh_writer, "BEHIND", 1000)
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


def test_its_answers_equal_those_of_whooshs_own_collectors(engine):
    rng = random.Random(7)
    words = ["helmet", "visor", "红色", "头盔", "减肥", "red", "full", "face", "of", "the", "and"]
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


def test_words_of_segments_that_were_hashed_as_before_are_found_beside_others(engine, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(whoosh_codec, "CRC32", whoosh_codec.MD5)
        engine.apply([post(1, "helmet 减肥")])
    engine.apply([post(2, "helmets 减脂")])
    assert {table.hash for table in _tables(engine)} == {whoosh_codec.MD5, whoosh_codec.CRC32}
    assert set(engine.similar("helmetx", BOARDS)) == {"helmet", "helmets"}
    assert set(engine.similar("减服", BOARDS)) == {"减肥", "减脂"}
    assert found(engine, "helmet") == {1, 2}


def _tables(engine):
    with engine._reading() as snapshot:
        return [segment.table for segment in snapshot.segments]


def test_the_vocabulary_is_never_scanned(engine, monkeypatch):
    """Ten times the words, and hardly a read more."""
    reads = []
    monkeypatch.setattr(
        SharedFile, "get", lambda file, at, size, get=SharedFile.get: reads.append(size) or get(file, at, size)
    )

    def cost(first, count):
        engine.apply(
            [post(at, " ".join(f"w{at}x{number}y" for number in range(100))) for at in range(first, first + count)]
        )
        engine.similar("warm", BOARDS), engine.completions("warm", BOARDS)
        reads.clear()
        engine.similar("helmt", BOARDS), engine.similar("减服", BOARDS), engine.completions("hel", BOARDS)
        return len(reads)

    engine.apply([post(1, "helmet")])
    small, large = cost(10, 5), cost(100, 100)
    assert large <= 3 * small + 200
    assert len(edits("helmet")) < 80 * len("helmet")


@given(
    texts=st.lists(st.lists(st.sampled_from(["the", "of", "and", "helmet", "visor", "头"]), max_size=9), max_size=6),
    asked=st.lists(st.sampled_from(["the", "of", "and", "helmet", "头"]), min_size=2, max_size=4),
    boards=st.sampled_from([None, frozenset([1])]),
)
@settings(max_examples=60, deadline=None)
def test_a_phrase_is_found_wherever_its_words_stand_side_by_side_however_common(texts, asked, boards):
    with TemporaryDirectory() as folder:
        engine = WhooshEngine(Path(folder) / "index")
        documents = [post(at, " ".join(words), board_id=at % 2) for at, words in enumerate(texts)]
        engine.rebuild(documents, lambda keys: iter(()))
        with engine._reading() as snapshot:
            allowed = boards and gate(snapshot, boards)
            documents, frequencies = phrases.find(snapshot, "text", tuple(enumerate(asked)), allowed)
            ids = [kind_and_id(key)[1] for key in snapshot.column("key")[documents].tolist()]

    often = {at: sum(words[n : n + len(asked)] == asked for n in range(len(words))) for at, words in enumerate(texts)}
    expected = {at: count for at, count in often.items() if count and (boards is None or at % 2 in boards)}
    found_there = dict(zip(ids, frequencies.tolist(), strict=True))
    assert {at: count for at, count in found_there.items() if boards is None or at % 2 in boards} == expected
