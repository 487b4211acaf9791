"""Whoosh's files on bad days: bits flip, the disk is full, processes are killed. The index is as before, as after, or
given up and made anew; it never answers wrongly without anybody noticing."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import whoosh_engine, whoosh_writer
from search.engine import Ask, Passing, Unavailable
from search.schema import Kind, key_of
from search.whoosh_codec import Damaged
from search.whoosh_engine import WhooshEngine
from tests.search.asking import BOARDS, found, post
from tests.search.breaking import disk_with, killed, moments, spread

pytestmark = pytest.mark.engine("whoosh")
TEXTS = ("red helmet", "helmet with visor", "减肥方法", "a visor", "half-shell helmet", "red visor", "减肥", "gloves")
TYPED = ("helmet", '"red helmet"', "减肥", "vis*", "-helmet", "gloves")


def documents():
    return [post(number, text, title=text) for number, text in enumerate(TEXTS, 1)]


def no_more(keys):
    return iter(())


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with an index in three segments, with a deletion; copied by each test."""
    engine = WhooshEngine(tmp_path_factory.mktemp("made") / "index")
    engine.rebuild(documents()[:4], no_more)
    engine.apply(documents()[4:6])
    engine.apply(documents()[6:], [key_of(Kind.POST, 4)])
    return engine.files.home


@pytest.fixture(scope="module")
def right(made):
    """What it answers."""
    return answers(WhooshEngine(made))


@pytest.fixture
def fresh(made, tmp_path):
    """Each call gives a new copy of that index, opened by nobody."""

    def copy():
        home = tmp_path / "index"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(made, home)
        return WhooshEngine(home)

    return copy


def answers(engine):
    said = [found(engine, typed) for typed in TYPED]
    words = engine.similar("helmer", BOARDS), engine.completions("vi", BOARDS), engine.similar("减脂", BOARDS)
    return said, words, engine.versions(Kind.POST), engine.count()


def healed(engine):
    """As the worker does: look closely, and make anew what was given up."""
    engine.inspect()
    if engine.trouble():
        kept = [document for document in documents() if document.id != 4]
        engine.rebuild(kept, no_more)
    return engine


def files(engine):
    return sorted(path for path in engine.files.home.rglob("*") if path.is_file() and path.stat().st_size)


def sizes(engine):
    """Of the files, without locks."""
    return {path.name for path in engine.files.home.rglob("*") if "lock" not in path.name.lower()}


def flip(engine, which, where, bit):
    path = files(engine)[which % len(files(engine))]
    data = bytearray(path.read_bytes())
    data[int(where * (len(data) - 1))] ^= 1 << bit
    path.write_bytes(data)
    return path


FLIPS = (st.integers(0, 50), st.floats(0, 1), st.integers(0, 7))


@settings(max_examples=15)
@given(*FLIPS)
def test_after_any_flipped_bit_a_new_reader_answers_rightly_or_says_that_it_cannot(fresh, right, which, where, bit):
    engine = fresh()
    flip(engine, which, where, bit)

    try:
        assert answers(engine) == right
    except Unavailable:
        assert engine.trouble()
    assert answers(healed(engine)) == right


@settings(max_examples=15)
@given(*FLIPS)
def test_a_reader_that_was_open_already_never_fails_otherwise_and_a_close_look_finds_it(
    fresh, right, which, where, bit
):
    engine = fresh()
    answers(engine)
    flip(engine, which, where, bit)

    engine._snapshot._cache._values.clear()
    try:
        wrong = answers(engine) != right
    except Unavailable:
        wrong = True
    assert not wrong or engine.inspect() or engine.trouble()
    assert answers(healed(engine)) == right


def merge_everything(patched):
    for chosen in ("to_merge", "cannot_wait"):
        patched.setattr(whoosh_engine, chosen, lambda parts: {part.name for part in parts})


@settings(max_examples=15)
@given(*FLIPS)
def test_a_writer_never_gives_damage_a_new_checksum(fresh, right, which, where, bit):
    engine = fresh()
    engine.count()
    flip(engine, which, where, bit)
    with pytest.MonkeyPatch.context() as patched:
        merge_everything(patched)
        for write in (lambda: engine.apply([post(4, "gloves"), post(9, "x")]), engine.tidy):
            try:
                write()
            except Exception:  # whatever damage ends in: the events are kept, and come again
                assert engine.trouble()

    healed(engine)
    engine.apply([], [key_of(Kind.POST, 9), key_of(Kind.POST, 4)])
    assert answers(engine) == right


@pytest.mark.parametrize("ending", ["pst", "trm", "meta.col"])
@pytest.mark.parametrize("work", ["apply", "tidy"])
def test_damage_is_found_before_it_is_merged(fresh, monkeypatch, ending, work):
    engine = fresh()
    engine.count()
    path = sorted(engine.files.home.rglob(f"*.{ending}"))[0]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    merge_everything(monkeypatch)
    with pytest.raises(Damaged):
        engine.apply([post(9, "x")]) if work == "apply" else engine.tidy()
    assert engine.trouble()


@pytest.mark.parametrize("which", range(12))
def test_a_file_cut_under_an_open_reader_ends_in_right_answers_or_in_saying_so(fresh, which):
    engine = fresh()
    expected = answers(engine)
    path = files(engine)[which % len(files(engine))]
    os.truncate(path, path.stat().st_size // 2)

    engine._snapshot._cache._values.clear()
    try:
        assert answers(engine) == expected
    except Unavailable:
        assert engine.trouble()
    assert answers(healed(WhooshEngine(engine.files.home))) == expected


@pytest.mark.parametrize("gone", ["", "current.json", "g1"])
def test_deleted_under_an_open_reader_it_comes_back_in_both_processes(fresh, gone):
    engine = fresh()
    expected = answers(engine)
    reader = WhooshEngine(engine.files.home)
    assert answers(reader) == expected
    path = engine.files.home / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()

    with suppress(Damaged):  # the outbox keeps the event
        engine.apply([post(9, "late")])
    healed(engine)
    engine.apply([], [key_of(Kind.POST, 9)])
    assert answers(engine) == answers(reader) == expected


def commit(engine):
    engine.apply([post(9, "helmet nine"), post(1, "now a glove")], [key_of(Kind.POST, 2)])


def merge(engine):
    with pytest.MonkeyPatch.context() as patched:
        merge_everything(patched)
        engine.tidy()


def rebuild(engine):
    kept = [document for document in documents() if document.id != 4]
    engine.rebuild(kept, no_more)


@pytest.fixture
def small_steps(monkeypatch):
    """A rebuild of eight documents in four segments, joined at the end."""
    monkeypatch.setattr(whoosh_engine, "REBUILD_BATCH", 2)


@pytest.mark.parametrize("work", [commit, merge, rebuild])
def test_killed_at_any_moment_it_is_as_before_or_as_after_and_goes_on(fresh, right, small_steps, work):
    after = fresh()
    count = moments(lambda: work(after))
    expected, kills = answers(after), 0
    for at in spread(int(count * 0.9), 8):  # no two runs make quite as many calls
        engine = fresh()
        kills += killed(lambda engine=engine: work(engine), at)
        engine = WhooshEngine(engine.files.home)
        assert answers(engine) in (right, expected), at
        assert (engine.trouble(), engine.inspect()) == ("", ""), at
        work(engine)
        engine.tidy()
        assert answers(engine) == expected, at
        assert nothing_left(engine), at
    assert kills >= 6


def nothing_left(engine):
    """Only what the pointer names, and locks."""
    pointer = engine.files.pointer()
    known = {"current.json", pointer.folder, *pointer.sums}
    return sizes(engine) == known


@pytest.mark.parametrize("work", [commit, merge, rebuild])
def test_on_a_full_disk_it_stays_as_it_was_and_leaves_nothing_behind(fresh, right, small_steps, work):
    after = fresh()
    with disk_with(1 << 30) as left:
        work(after)
        needed = (1 << 30) - left()
    expected = answers(after)
    for room in spread(needed, 7)[:-1]:
        engine = fresh()
        with disk_with(room), pytest.raises(OSError, match="No space"):
            work(engine)

        assert answers(engine) == answers(WhooshEngine(engine.files.home)) == right, room
        assert (engine.trouble(), engine.inspect()) == ("", ""), room
        assert nothing_left(engine), (room, sizes(engine))
        work(engine)
        assert answers(engine) == expected, room


def test_a_merge_for_which_there_is_no_room_is_not_begun(fresh, monkeypatch):
    engine = fresh()
    monkeypatch.setattr(engine.files, "free", lambda: 100)
    merge_everything(monkeypatch)
    engine.tidy()
    assert len(engine.files.pointer().parts) == 3


def test_too_many_open_files_are_no_reason_to_give_the_index_up(fresh, monkeypatch):
    engine = fresh()

    def refused(*_):
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refused)
        with pytest.raises(Passing):
            engine.search(Ask(), BOARDS)
    with monkeypatch.context() as patched:
        patched.setattr("search.whoosh_files.SharedFile", refused)
        with pytest.raises(Passing):
            engine.search(Ask(), BOARDS)
    assert engine.trouble() == ""
    assert engine.count() == 7


def test_a_process_that_only_writes_keeps_no_more_files_open_than_the_index_has(fresh):
    engine = fresh()
    for number in range(10, 60):
        engine.apply([post(number, "helmet")])
    assert len(engine._opened) <= len(engine.files.pointer().parts)


def test_the_clock_does_not_tell_pointers_apart(fresh):
    """Set back, it may give a new pointer the time of an old one."""
    engine = fresh()
    seen = set()
    for number in range(10, 16):
        engine.apply([post(number, f"number{number}", title="x")])
        os.utime(engine.files.pointer_path, (1_000_000_000, 1_000_000_000))
        assert found(engine, f"number{number}") == {number}
        seen.add(engine.files.stamp()[0])
    assert len(seen) > 1


def test_a_rebuild_of_any_size_holds_a_batch_of_documents(fresh, monkeypatch):
    """Counted by the documents handed out and not yet in a segment."""
    monkeypatch.setattr(whoosh_engine, "REBUILD_BATCH", 50)
    engine, waiting, most = fresh(), 0, 0
    written = whoosh_writer.commit

    def commit(*given):
        nonlocal waiting
        pointer = written(*given)
        waiting = 0
        return pointer

    def read(numbers):
        nonlocal waiting, most
        for number in numbers:
            waiting, most = waiting + 1, max(most, waiting + 1)
            if number == 0:
                engine.apply([post(late, "late") for late in range(1_000, 1_300)])
            yield post(number, f"helmet {number}")

    monkeypatch.setattr(whoosh_writer, "commit", commit)
    count = engine.rebuild(read(range(400)), lambda keys: read([key & 0xFFFF_FFFF for key in sorted(keys)]))
    assert (count, engine.count()) == (700, 700)
    assert most <= 300  # of `apply` itself, whose documents are given at once
    assert sum(1 for part in engine.files.pointer().parts if part.size > 50) == 1


def test_the_worker_does_not_sweep_the_scratch_of_a_rebuild_elsewhere(fresh, monkeypatch):
    monkeypatch.setattr(whoosh_engine, "REBUILD_BATCH", 2)
    engine, merge_apart = fresh(), whoosh_writer.merge_apart

    def tidied_meanwhile(*given):
        WhooshEngine(engine.files.home).tidy()
        return merge_apart(*given)

    monkeypatch.setattr(whoosh_writer, "merge_apart", tidied_meanwhile)
    assert engine.rebuild(documents(), no_more) == 8
    assert found(engine, "减肥") == {3, 7}
