"""Plain text of old messages as Markdown."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import check_text, plain_text, render_markdown
from forum.imports.prose import LONGEST_BODY, to_markdown

WRAPPED = """The reservoir behind the mill was frozen over when we came down the road
that morning, and nobody had thought of bringing skates along to the place
where the boats lie."""


def html(text: str) -> str:
    return render_markdown(to_markdown(text))


def test_a_wrapped_paragraph_flows_again():
    assert "<br" not in html(WRAPPED)


def test_lines_the_writer_broke_stay_broken():
    assert html("Ann Miller\nMill Road 3\nOldtown").count("<br") == 2


def test_items_keep_their_lines_and_their_marks():
    shown = html(f"{WRAPPED}\n- boots, never worn by anybody and still in the box that they came in\n1) laces")

    assert "<li>" not in shown
    assert re.search(r"<br>\s*- boots.*<br>\s*1\) laces", shown, re.DOTALL)


@pytest.mark.parametrize("mark", ["> ", ">", "|> ", "AM> ", "  am> ", ": ", "| ", "# ", "} ", "--> "])
def test_quotes_of_every_style_become_block_quotes(mark):
    quoted = f"{mark}what do you think of boots\n{mark}and of laces for boots?"

    shown = html(f"Ann writes:\n\n{quoted}\n\nI like them.")

    assert shown.count("<blockquote>") == 1
    assert "I like them" in shown.split("</blockquote>")[1]
    assert "what do you think" in shown.split("<blockquote>")[1]


def test_quotes_in_quotes_are_nested_by_counting():
    shown = html(">> the first said this\n> and the second this\n>>> no one said this\n\nAnd I this.")

    assert shown.count("<blockquote>") == 4
    assert "And I this." in shown.rsplit("</blockquote>", 1)[1]


def test_one_line_behind_an_odd_mark_is_a_quote_below_the_name_of_who_said_it():
    shown = html("ann@mill.example (Ann) writes:\n]Do you like boots?\n\nYes.")

    assert shown.count("<blockquote>") == 1


def test_the_name_above_a_quote_is_no_quote_however_many_marks_it_has():
    shown = html(">>>>> On 5 Apr 93, ann@mill.example said:\n> Do you like boots?\n\nYes.")

    assert shown.count("<blockquote>") == 1
    assert "On 5 Apr 93" in shown.split("<blockquote>")[0]


@pytest.mark.parametrize("text", [">>> BEST OFFER <<<", ":-) I laughed\n:-) and laughed", "| a | b |\n| c | d |"])
def test_what_only_looks_like_a_quote_is_none(text):
    assert "<blockquote>" not in html(text)


def test_tables_drawings_and_listings_keep_their_columns():
    table = "Item      Price   Age\nBoots     40      new\nLaces     2       old"

    shown = html(f"Look:\n\n{table}")

    assert f"<pre><code>{table}\n</code></pre>" in shown


def test_a_table_inside_a_quote_stays_there():
    shown = html("> Item      Price\n> Boots     40\n> Laces     2\n\nToo much.")

    assert re.search(r"<blockquote>\s*<pre>", shown)


def test_a_signature_is_set_apart():
    shown = html("Hello.\n-- \nAnn Miller, Oldtown\nI speak for nobody.")

    assert re.search(r"Hello.*<hr>.*Ann Miller, Oldtown<br", shown, re.DOTALL)


def test_rules_of_dashes_do_not_make_headings():
    shown = html("Boots\n-----------\nLaces\n===========\n# 1 choice\n+ 2 more\n* 3\n5. five")

    assert not re.search(r"<h\d|<li|<em", shown)
    assert "# 1 choice" in plain_text(shown)


def test_encoded_files_give_way_to_a_note():
    data = "\n".join(["M" + "#3!" * 20] * 40)

    shown = to_markdown(f"Here it is.\n\nbegin 644 boots.gif\n{data}\n`\nend\n\nEnjoy.")

    assert "boots.gif, 43 lines of encoded data, left out" in shown
    assert "Enjoy." in shown
    assert len(shown) < 150


def test_a_body_of_any_length_fits_into_a_post():
    shown = to_markdown("\n\n".join(["word " * 30] * 3_000))

    assert len(shown) <= LONGEST_BODY + 20
    check_text(shown)


def test_quotes_of_any_depth_fit_into_a_post():
    check_text(to_markdown(">" * 5_000 + " deep\n" + "> " * 5_000 + "deep"))


def _words(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


signs = st.sampled_from(list("ab 1\n\t*_#[](){}<>!&;`~-=+|:.\\@/\"'"))


@given(st.text(signs, max_size=120))
def test_no_word_is_lost_and_nothing_becomes_markup(text):
    text = re.sub(r"[ \t]*[A-Za-z]{0,4}>|&#?\w+;", "", text)

    shown = html(text)

    assert not re.search(r"<(em|strong|h\d|li|img|del|table|a)\b", shown)
    assert _words(plain_text(shown)) == _words(text)
