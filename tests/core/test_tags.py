"""What becomes of tags as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.text import LONGEST_TAG, MOST_TAGS, fold_tag, tidy_tags


@pytest.mark.parametrize(
    ("typed", "tags"),
    [
        ("", []),
        (None, []),
        ("  ", []),
        ("leica m3 film", ["leica", "m3", "film"]),
        ("Film Cameras, repair", ["film-cameras", "repair"]),
        ("胶片相机，维修、暗房；收音机", ["胶片相机", "维修", "暗房", "收音机"]),
        ("手冲 咖啡", ["手冲", "咖啡"]),
        ("ＦＩＬＭ", ["film"]),
        ("#film #repair", ["film", "repair"]),
        ("c#, C++, .NET, b&w", ["c#", "c++", ".net", "b&w"]),
        ("film, FILM, repair, film", ["film", "repair"]),
        ("減肥, 减肥", ["減肥"]),
        ("café, cafe", ["café"]),
        ("a  --  b, ---, !!!", ["a-b"]),
        ("zero\u200bwidth", ["zerowidth"]),
        ("हिन्दी", ["हिन्दी"]),
    ],
)
def test_tags_are_tidied(typed, tags):
    assert tidy_tags(typed) == tags


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1 2 3 4 5 6", "too_many_tags"),
        ("x" * 31, "too_long"),
        ("x, " * 200, "too_long"),
        ("safe \u202e evil", "control_characters"),
        ("nul\x00", "control_characters"),
    ],
)
def test_what_cannot_be_a_tag_is_refused_at_its_field(typed, code):
    with pytest.raises(Invalid) as refusal:
        tidy_tags(typed)

    assert (refusal.value.field, refusal.value.code) == ("tags", code)


@given(st.text(max_size=60))
def test_tidy_tags_stay_as_they_are(typed):
    try:
        tags = tidy_tags(typed)
    except Invalid:
        return

    assert tidy_tags(", ".join(tags)) == tags
    assert len(tags) <= MOST_TAGS
    assert len({fold_tag(tag) for tag in tags}) == len(tags)
    assert all(0 < len(tag) <= LONGEST_TAG and not set(tag) & set(' ,，、<>"') for tag in tags)
