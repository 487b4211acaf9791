"""Measures on the shared data: what of them can be tried without the data, which are no part of the project."""

import re
from pathlib import Path

import pytest

from bench import chinese, shared
from bench.people import made_up, real
from core.clock import now
from search.schema import Document, Kind
from search.whoosh_engine import WhooshEngine

LABELS = Path(real.__file__).with_name("real.txt").read_text("utf-8").splitlines()
TEXTS = ("摩托車頭盔怎么选，求推荐", "这顶头盔很好，ABC头盔一般", "昨天骑自行车去了公园", "公园里有人卖头盔和手套")


class Anybody(dict):
    """An id for every reference."""

    def __missing__(self, key):
        return self.setdefault(key, len(self) + 1)


def documents():
    return [
        Document(kind=Kind.POST, id=number, board_id=1, author_id=number, text=text, at=number)
        for number, text in enumerate(TEXTS, 1)
    ]


@pytest.fixture
def questions():
    return real.read(LABELS, Anybody())


def test_the_labels_are_references_and_grades_and_nothing_else():
    lines = [line for line in LABELS if line and not line.startswith("#")]
    block = r"(?:tune|held) (?:en|zh) (?:wants|sells|knows) :: [\w ]{2,20}"
    assert all(re.fullmatch(rf"{block}|[0-3]:(?: [0-9a-f]{{10}})+", line) for line in lines)


def test_both_halves_hold_both_languages_and_enough_people_for_five_right_ones(questions):
    assert {(one.half, one.language) for one in questions} == {
        (h, lang) for h in made_up.HALVES for lang in ("en", "zh")
    }
    assert all(len(one.grades) >= 5 for one in questions)
    assert len(set().union(*(one.grades for one in questions))) >= 150


def test_an_author_who_is_not_in_the_data_is_noticed():
    with pytest.raises(KeyError):
        real.read(["tune en knows :: boats", "3: 0123456789"], {})


def test_traps_are_planted_for_every_topic_above_all_real_ids(questions):
    topics = [(one.half, one.language, one.topic) for one in questions]
    planted = made_up.trap_people(topics, real.PLANTED)
    assert set(made_up.by_trap(planted)) == set(made_up.by_trap(made_up.load()))
    assert min(post.author_id for post in planted.documents) > real.PLANTED
    assert any(post.board_id not in planted.boards for post in planted.documents)


def test_each_collection_is_moved_to_today():
    old, newer = (
        Document(kind=Kind.POST, id=at, board_id=1, author_id=1, text="a", at=at) for at in (1, 1_700_000_000)
    )
    moved = shared.of_today([old, newer])
    assert all(abs(post.at - now().timestamp()) < 10 for post in moved)


def test_without_the_data_there_is_nothing_to_show(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("BENCH_SHARED_DATA", str(tmp_path))
    chinese.show()
    assert shared.folder() is None
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("length", chinese.LENGTHS)
def test_chinese_cut_anywhere_is_found_and_nothing_else(tmp_path, length):
    posts = documents()
    pieces = chinese.cuts(posts, length, 12)
    found = chinese.measured(pieces, chinese.ours(WhooshEngine(tmp_path / "index"), posts), chinese.right(posts))
    assert found == (1.0, 1.0)


def test_fts5_finds_no_two_characters():
    posts = documents()
    pieces = chinese.cuts(posts, 2, 12)
    assert chinese.measured(pieces, chinese.fts5(posts, "trigram"), chinese.right(posts))[0] == 0
