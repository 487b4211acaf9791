"""Tables for spreadsheets: nothing in them is a formula, and all comes back."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core import sheets

PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


@pytest.mark.parametrize("cell", ["=1+1", "+1", " =1", "-a", "@x", "＝1", "-1+1"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(cell):
    assert sheets.defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", [-5, "-12.50", "plain", "价格", "a,b", "1=1"])
def test_numbers_and_words_stay_as_they_are(cell):
    assert sheets.defused(cell) == str(cell)


@given(PLAIN)
@example("'quoted")
@example("'=1")
@example("''")
def test_each_cell_comes_back(cell):
    assert sheets.plain(sheets.defused(cell)) == cell


@given(st.lists(PLAIN.map(str.strip).filter(bool), min_size=1))
def test_what_is_written_is_read(cells):
    content = sheets.sheet([["a"], *([cell] for cell in cells)]).read()

    assert content.startswith(b"\xef\xbb\xbf")
    assert [line["a"] for _number, line in sheets.read(content, ["a"])] == cells
