"""Mailbox files, however broken."""

import gzip
import io
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.imports.mbox import Problem, read_mbox, split
from forum.imports.messages import Message

FIRST = b"From ann Mon Apr  5 10:00:00 1993\n"
LETTER = FIRST + b"From: ann@mill.example (Ann)\nSubject: Boots\nMessage-ID: <1@mill.example>\n" \
    b"Date: Mon, 5 Apr 1993 10:00:00 GMT\n\nHello.\n\n"  # fmt: skip


@pytest.fixture
def read(tmp_path):
    def from_bytes(content: bytes):
        path = tmp_path / "letters.mbox"
        path.write_bytes(content)
        return list(read_mbox(path))

    return from_bytes


def test_a_letter_is_read_with_all_that_matters(read):
    (letter,) = read(LETTER)

    assert (letter.author, letter.address, letter.subject) == ("Ann", "ann@mill.example", "Boots")
    assert (letter.key, letter.text) == ("1@mill.example", "Hello.")
    assert letter.written_at == datetime(1993, 4, 5, 10, tzinfo=UTC)


def test_a_compressed_file_is_known_by_what_it_holds(read):
    assert read(gzip.compress(LETTER)) == read(LETTER)


def test_a_body_line_that_begins_with_from_separates_nothing():
    body = b"Hello.\n\nFrom here to the sea: 12:30 by train.\nFrom now on\n\n>From one\n> >\n>From two\n>From three\n"

    (raw,) = split(io.BytesIO(LETTER + body))

    assert b"\nFrom here to the sea" in raw
    assert b"\nFrom one\n" not in raw
    assert b"\n>From two" in raw


def test_an_escaped_from_line_loses_its_mark_when_nothing_around_is_quoted():
    (raw,) = split(io.BytesIO(LETTER + b">From here it is far.\n\n>>From rd\n"))

    assert b"\nFrom here it is far." in raw
    assert b"\n>From rd" in raw


def test_a_message_without_a_date_gets_that_of_the_one_before(read):
    second = LETTER.replace(b"Date: Mon, 5 Apr 1993 10:00:00 GMT", b"Date: soon").replace(b"<1@", b"<2@")

    first, undated = read(LETTER + second)

    assert undated.written_at == first.written_at


def test_a_message_without_id_has_the_same_key_every_time(read):
    nameless = LETTER.replace(b"Message-ID: <1@mill.example>\n", b"")

    assert read(nameless)[0].key == read(nameless)[0].key
    assert read(nameless)[0].key != read(nameless.replace(b"Hello", b"Bye"))[0].key


def test_a_broken_message_is_reported_with_its_place_and_the_rest_is_read(read):
    empty = FIRST + b"From: ann@mill.example\nSubject: Boots\n\n \n\n"
    headless = FIRST + b"X-Odd: 1\n\nbody\n\n"

    found = read(LETTER + empty + headless + LETTER)

    assert found[1] == Problem(2, "it is empty")
    assert isinstance(found[2], Problem)
    assert found[3].subject == "Boots"


def test_a_file_that_ends_too_early_keeps_what_could_be_read(read):
    whole = gzip.compress(LETTER * 500)

    found = read(whole[: len(whole) // 2])

    assert isinstance(found[-1], Problem)
    assert all(isinstance(one, Problem) or one.subject == "Boots" for one in found)


@pytest.mark.parametrize("junk", [b"", b"\x00" * 3000, b"From \n\n", b"\xff\xfe" * 100, b"no separators\n" * 5])
def test_files_that_are_no_mailboxes_hold_nothing(read, junk):
    assert [one for one in read(junk) if not isinstance(one, Problem)] == []


@pytest.mark.parametrize(
    ("head", "body", "text"),
    [
        (b"Content-Type: text/plain; charset=utf-8", "Größe 你好".encode(), "Größe 你好"),
        (b"Content-Type: text/plain; charset=us-ascii", "Größe".encode(), "Größe"),
        (b"Content-Type: text/plain; charset=us-ascii", "Größe".encode("latin-1"), "Größe"),
        (b"Content-Type: text/plain; charset=gb2312", "你好".encode("gbk"), "你好"),
        (b"Content-Type: text/plain; charset=x-nothing", b"plain", "plain"),
        (b"X-None: 1", b"Victoria\xd5s caf\x8e", "Victoria’s café"),
        (b"X-None: 1", "こんにちは".encode("iso2022_jp"), "こんにちは"),
        (b"Content-Transfer-Encoding: quoted-printable", b"a=3Db=\n c", "a=b c"),
        (b"Content-Transfer-Encoding: base64", b"aGVsbG8=", "hello"),
        (b"Content-Transfer-Encoding: base64", b"%%% not base64", None),
        (b"Content-Type: text/html", b"<p>One<br>two</p><script>x()</script><p>3 &lt; 4</p>", "One \ntwo\n\n\n3 < 4"),
        (b"X-None: 1", b"a\x00b\x07c\r\nd\re", "abc\nd\ne"),
    ],
)
def test_bodies_are_read_in_any_charset(read, head, body, text):
    (found,) = read(LETTER.replace(b"\n\nHello.", b"\n" + head + b"\n\n" + body))

    if text is not None:
        assert [line.rstrip() for line in found.text.split("\n")] == [line.rstrip() for line in text.split("\n")]


def test_html_that_makes_no_sense_still_gives_its_words(read):
    body = b"Content-Type: text/html\n\n<p>One <![nonsense <b>two</b>"

    (found,) = read(LETTER.replace(b"\n\nHello.", b"\n" + body))

    assert "One" in found.text


@given(st.lists(st.tuples(st.integers(0, len(LETTER)), st.binary(max_size=12)), max_size=6))
def test_no_damage_to_a_letter_stops_the_reading(changes):
    damaged = LETTER * 2
    for place, junk in changes:
        damaged = damaged[:place] + junk + damaged[place:]

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "damaged.mbox"
        path.write_bytes(damaged)
        assert all(isinstance(one, Message | Problem) for one in read_mbox(path))


def test_of_several_parts_the_plain_text_is_kept_and_files_are_named(read):
    parts = (
        b"Content-Type: multipart/mixed; boundary=X\n\n--X\nContent-Type: multipart/alternative; boundary=Y\n\n"
        b"--Y\nContent-Type: text/html\n\n<p>rich</p>\n--Y\nContent-Type: text/plain\n\nplain\n--Y--\n"
        b'--X\nContent-Type: image/png; name="boots.png"\n\nxxxx\n--X--\n'
    )

    (found,) = read(LETTER.replace(b"\n\nHello.\n", b"\n" + parts))

    assert found.text == "plain\n\n[boots.png: not imported]"
