"""Search in one's own conversations."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.db import writing
from core.text import normalize
from forum.messages.commands import Letter, delete, send
from forum.messages.models import Participant
from forum.messages.needles import needles_of, shown
from tests import make


def found(client, words, **more):
    page = client.get("/messages", query_string={"q": words, **more}).text
    return page.partition('<ol class="item-list">')[2].partition("</ol>")[0]


@pytest.mark.parametrize(
    ("words", "mark"),
    [
        ("espresso", "<mark>Espresso</mark>"),
        ("PRESS", "<mark>press</mark>"),
        ("咖啡", "<mark>咖啡</mark>"),
        ("啡机", "<mark>啡机</mark>"),
        ("müller", "<mark>Müller</mark>"),
        ("muller", "<mark>Müller</mark>"),
        ("减肥茶", "<mark>減肥茶</mark>"),
        ("減肥", "<mark>減肥</mark>"),
        ("MÜLL", "<mark>Müll</mark>"),
        ("ａｂｃ１２", "<mark>ABC12</mark>"),
        ("straße", "<mark>Strasse</mark>"),
        ("100%", "<mark>100%</mark>"),
        ("a_b", "<mark>a_b</mark>"),
    ],
)
def test_parts_of_words_are_found_in_any_case_and_script(as_member, anna, paul, words, mark):
    send(paul, anna, Letter("The **Espresso** machine ABC12, 咖啡机, 減肥茶, of Müller in Strasse 5: 100% a_b"))
    send(paul, anna, Letter("100 axb nothing here"))

    hits = found(as_member(anna), words)

    assert mark in hits
    assert hits.count("<li") == 1


def test_older_messages_are_found_as_they_were_kept(as_member, anna, paul):
    message = send(paul, anna, Letter("減肥茶 by Müller"))
    with writing():
        message.words = "減肥茶 by müller"

    for words in ("減肥茶", "müller"):
        assert found(as_member(anna), words).count("<li") == 1


def test_all_words_must_be_there(as_member, anna, paul):
    send(paul, anna, Letter("red lamp"))
    send(paul, anna, Letter("green lamp"))

    assert found(as_member(anna), "lamp red").count("<li") == 1
    assert found(as_member(anna), "lamp blue") == ""


def test_only_ones_own_conversations_are_looked_at(as_member, anna, paul):
    send(paul, anna, Letter("our secret word"))

    assert found(as_member(make.member()), "secret") == ""
    assert found(as_member(make.operator()), "secret") == ""
    for reader in (anna, paul):
        assert "secret" in found(as_member(reader), "secret")


@pytest.mark.parametrize("state", ["declined", "left"])
def test_not_in_what_was_left_or_declined_nor_in_what_was_before(as_member, anna, paul, state):
    talk = make.talk(paul, anna, make.member(), said="our secret word", states={anna.id: state})
    assert found(as_member(anna), "secret") == ""

    late = make.member()
    make.saved(Participant(conversation_id=talk.id, member_id=late.id, from_no=1))
    assert found(as_member(late), "secret") == ""


def test_a_deleted_message_is_not_found(as_member, anna, paul):
    sent = send(paul, anna, Letter("our secret word"))
    delete(paul, sent.conversation_id, 1)

    assert found(as_member(paul), "secret") == ""


def test_a_hit_leads_to_its_message_and_shows_no_markup_of_its_own(as_member, anna, paul):
    sent = send(paul, anna, Letter("`<script>alert(1)</script>` & needle <b>x</b>"))

    hits = found(as_member(anna), "needle")

    assert f'href="/messages/{sent.conversation_id}?before=2#message-1"' in hits
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; <mark>needle</mark>" in hits
    assert "<script>" not in found(as_member(anna), "<script>")


def test_the_newest_come_first_page_by_page(as_member, anna, paul, unlimited, count_queries):
    for number in range(45):
        send(paul, anna, Letter(f"needle number {number}."))
    client = as_member(anna)

    with count_queries() as sent:
        first = found(client, "needle")
    before = first.count("<li")
    page = client.get("/messages?q=needle").text
    older = page.partition('class="more"')[2].partition("before=")[2].partition('"')[0]
    more = client.get(f"/messages?q=needle&before={older}")

    assert len(sent) <= 8
    assert before == 20
    assert "number 44." in first
    assert "number 24." in more.text
    assert "number 25." not in more.text


@pytest.mark.parametrize("words", ["%", "_", "\\", "'", '"', "\x00", " ", "(" * 5000, "a " * 3000, "\ud83d", "𠀀"])
def test_no_question_is_too_odd(as_member, anna, paul, words):
    send(paul, anna, Letter("plain words"))

    answer = as_member(anna).get("/messages", query_string={"q": words.encode("utf-8", "surrogatepass")})

    assert answer.status_code == 200


@given(some.text(max_size=300), some.text(max_size=40))
def test_what_is_shown_is_the_text_and_marks_only(text, asked):
    marked = str(shown(text, needles_of(asked)))

    bare = marked.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert marked.count("<mark>") == marked.count("</mark>")


@given(some.text(alphabet="aÄßﬁ头 x<&", min_size=1, max_size=60), some.data())
def test_a_piece_of_a_folded_text_is_marked(text, data):
    whole = " ".join(text.split())
    if not whole:
        return
    start = data.draw(some.integers(0, len(whole) - 1))
    piece = whole[start : start + data.draw(some.integers(1, 5))].strip()
    if piece and " " not in piece:
        assert "<mark>" in shown(whole, [normalize(piece)])
