"""Text people write: what is refused, and what the safe HTML looks like."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.text import (
    check_line,
    check_text,
    excerpt,
    mentioned_names,
    plain_text,
    render_markdown,
    slugify,
)

EVIL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt&#58;alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "[click](vbscript:msgbox)",
    "<a href='/x' hx-post='/transfer' hx-trigger='load'>x</a>",
    "<form action='/logout' method=post><button>x</button></form>",
    "<base href='//evil.example'>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<iframe srcdoc='<script>1</script>'></iframe>",
    "<p id=notice style='position:fixed'>clobber</p>",
    "<svg><style>*{display:none}</style></svg>",
    "![x](javascript:alert(1))",
    '![x](/pictures/x"onerror="alert(1))',
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
]
FORBIDDEN = ("<script", "onerror", "hx-", "<form", "<base", "<meta", "<iframe", " id=", "style=", "<style", "<svg")


@pytest.mark.parametrize("source", EVIL)
def test_nothing_that_runs_leaves_the_renderer(app, source):
    html = render_markdown(source).lower()
    addresses = re.findall(r'(?:href|src)="([^"]*)"', html)
    tags = re.findall(r"<[^>]*>", re.sub(r'"[^"]*"', '""', html))

    assert not [(tag, word) for tag in tags for word in FORBIDDEN if word in tag]
    assert not [address for address in addresses if not address.startswith(("/", "http", "mailto:"))]


@given(st.text(alphabet=st.sampled_from("<>\"'&;:/()[]!*_`~#-+.\n \\ajsvcriptonhx=@|1"), max_size=300))
def test_random_text_renders_to_allowed_tags_only(app, source):
    html = render_markdown(source)
    names = {part.split()[0].split(">")[0].strip("/").lower() for part in html.split("<")[1:] if part.split()}

    assert names <= {
        "a", "p", "br", "hr", "em", "strong", "s", "del", "code", "pre", "blockquote", "ul", "ol", "li",
        "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "img", "span", "div",
    }  # fmt: skip


def test_links_say_that_the_site_does_not_vouch_for_them(app):
    assert 'rel="nofollow ugc noopener noreferrer"' in render_markdown("https://example.org")


def test_a_link_ends_where_chinese_punctuation_begins(app):
    html = render_markdown("见https://a.example/b，然后")

    assert 'href="https://a.example/b"' in html
    assert "</a>，然后" in html


def test_bold_works_next_to_chinese_punctuation(app):
    assert "<strong>加粗：</strong>文字" in render_markdown("**加粗：**文字")


def test_mentions_become_links_only_for_known_names(app):
    html = render_markdown("@Anna, @bob and `@anna`", {"anna": "Anna"})

    assert html.count('href="/m/Anna"') == 1
    assert "@bob" in html
    assert "<code>@anna</code>" in html


def test_mentions_are_found_outside_code_and_addresses(app):
    text = "@anna. and mail@example.org, `@code`, ```\n@block\n``` @王小明!"

    assert mentioned_names(text) == {"anna", "王小明"}


def test_pictures_of_the_site_have_their_size_and_others_become_links(app):
    html = render_markdown(
        "![cat](/pictures/abc) ![far](https://far.example/x.png)", pictures={"/pictures/abc": (4, 3)}
    )

    assert 'src="/pictures/abc/large"' in html
    assert 'width="4" height="3"' in html
    assert "<img" not in html.split("far.example")[1]


def test_an_excerpt_leaves_quotes_out_and_ends_at_a_word(app):
    html = render_markdown("> somebody said this\n\nAnd I answer " + "again " * 100)

    short = excerpt(html, 40)

    assert short.startswith("And I answer again")
    assert short.endswith("again…")
    assert len(short) <= 41


def test_plain_text_keeps_words_apart(app):
    assert plain_text(render_markdown("one\n\ntwo & <three>")).split() == ["one", "two", "&", "<three>"]


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Brass grinder, 40 mm!", "brass-grinder-40-mm"),
        ("减肥 心得", "减肥-心得"),
        ("  __init__  ", "init"),
        ("!!!", ""),
        ("x" * 100, "x" * 60),
        ("ＦＵＬＬ width", "full-width"),
    ],
)
def test_titles_become_readable_addresses(title, slug):
    assert slugify(title) == slug


def test_line_ends_are_made_the_same(app):
    assert check_text("a\r\nb\rc\n\n") == "a\nb\nc"


def test_a_line_is_folded_to_single_spaces(app):
    assert check_line("  two \t words ", "title") == "two words"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (None, "empty"),
        ("\x00", "control_characters"),
        (">" * 30 + "x", "too_deep"),
        ("x" * 11, "too_long"),
    ],
)
def test_bad_text_is_refused_with_a_code(app, text, code):
    with pytest.raises(Invalid) as refused:
        check_text(text, longest=10 if text and text.startswith("x") else 100_000)

    assert (refused.value.code, refused.value.field) == (code, "body")


@pytest.mark.parametrize("line", ["a\u202eb", "a\u200eb", "a\x07b"])
def test_a_line_with_hidden_signs_is_refused(app, line):
    with pytest.raises(Invalid) as refused:
        check_line(line, "title")

    assert refused.value.code == "control_characters"
