"""One tokenizer for mixed text."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import analyze, normalize, pairs


def positions(text):
    return dict(analyze(text).positions)


def test_an_english_word_is_kept_exact_and_by_its_stem():
    assert positions("Running helmets") == {"running": [0], "~run": [0], "helmets": [1], "~helmet": [1]}


@pytest.mark.parametrize("spelling", ["SE-215", "se215", "SE 215", "Se_215", "ＳＥ２１５", "se‑215"])
def test_a_model_name_has_the_same_parts_in_every_spelling(spelling):
    found = positions(spelling)
    assert (found["se"], found["215"]) == ([0], [1])


@pytest.mark.parametrize("spelling", ["X100V", "x-100v", "X100 V", "X100-V"])
def test_a_model_name_ending_in_a_letter_too(spelling):
    found = positions(spelling)
    assert (found["x"], found["100"], found["v"]) == ([0], [1], [2])


def test_numbers_keep_their_decimals_and_join_their_unit():
    assert set(positions("660Mb, 3.5mm")) == {"660", "mb", "660mb", "3.5", "mm", "3.5mm"}


def test_chinese_becomes_overlapping_pairs_that_close_with_the_last_character():
    assert positions("减肥方法") == {"减肥": [0], "肥方": [1], "方法": [2], "法": [3]}


def test_traditional_folds_to_simplified_and_full_width_to_half():
    assert positions("減肥手機") == positions("减肥手机")
    assert normalize("Ｃａｆé ﾊﾝｸﾞ") == "cafe ハング"


def test_accents_apostrophes_and_odd_letters_fold():
    assert set(positions("Łódź naïve don’t Straße")) >= {"lodz", "naive", "dont", "strasse"}


def test_positions_run_through_mixed_text():
    assert positions("iPhone手机 case") == {"iphone": [0], "~iphon": [0], "手机": [1], "机": [2], "case": [3]}


def test_title_and_body_are_apart():
    found = analyze("one", "two").positions
    assert found["two"][0] - found["one"][0] > 1


@given(st.text(max_size=300))
def test_no_text_breaks_it_and_terms_are_short(text):
    found = analyze(text)
    assert all(0 < len(term) <= 65 and at == sorted(at) for term, at in found.positions.items())
    assert found.length <= 3 * len(text) + 10


@given(st.text(alphabet="减肥方法头盔手机我们的是", min_size=2, max_size=40))
def test_any_two_characters_side_by_side_are_a_term(text):
    place = random.Random(text).randrange(len(text) - 1)
    assert text[place : place + 2] in analyze(text).positions


def test_pairs_of_a_lone_character_are_itself():
    assert (pairs("减"), pairs("减肥")) == (["减"], ["减肥"])
