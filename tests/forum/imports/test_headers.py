"""What the headers of old messages mean."""

from datetime import UTC, datetime

import pytest

from forum.imports import headers

LATEST = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("ann@mill.example (Ann Miller)", "Ann Miller", "ann@mill.example"),
        ("Ann Miller <Ann@Mill.example>", "Ann Miller", "ann@mill.example"),
        ('"Miller, Ann" <ann@mill.example>', "Miller, Ann", "ann@mill.example"),
        ('ann@mill.example ("Ann \\"Bolt\\" Miller")', "Ann Bolt Miller", "ann@mill.example"),
        ("ann@mill.example (Ann (the second) Miller)", "Ann (the second) Miller", "ann@mill.example"),
        ("ann@mill.example ((very) tired Ann)", "(very) tired Ann", "ann@mill.example"),
        ("ann@mill.example (Ann", "Ann", "ann@mill.example"),
        ("<Ann7@mill.example>", "Ann7", "ann@mill.example".replace("ann", "ann7")),
        ("ann@mill.example ()", "ann", "ann@mill.example"),
        ("ann.mill.example (Ann )", "Ann", ""),
        ("mill.example!ann (Ann Miller)", "Ann Miller", ""),
        ("(Ann)", "Ann", ""),
        (" ()", "", ""),
        ("", "", ""),
    ],
)
def test_a_writer_is_known_in_every_way_people_wrote_themselves(value, name, address):
    assert headers.author(value) == (name, address)


@pytest.mark.parametrize(
    ("value", "bare", "is_reply"),
    [
        ("Boots", "Boots", False),
        ("Re: Boots", "Boots", True),
        ("RE^2: re: [3] Boots", "[3] Boots", True),
        ("[3] Re: Boots", "Boots", True),
        ("Re[4]: Fwd: Boots", "Boots", True),
        ("RE-Re: Boots", "Boots", True),
        ("Re: > Re: > RE: Boots", "Boots", True),
        ("回复：靴子", "靴子", True),
        ("Review: Boots", "Review: Boots", False),
        ("", "", False),
    ],
)
def test_reply_marks_come_off_a_subject(value, bare, is_reply):
    assert headers.subject(value) == (bare, is_reply)


def test_subjects_of_one_conversation_have_one_key():
    same = {"Boots & laces!", "Re: boots & Laces", "RE: Boots  laces (was: Socks)"}

    assert len({headers.subject_key(value) for value in same}) == 1


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("Mon, 5 Apr 1993 22:56:00 GMT", "1993-04-05T22:56:00+00:00"),
        ("5 Apr 93 22:56:00 GMT", "1993-04-05T22:56:00+00:00"),
        ("Mon, 5 Apr 93 22:56 EDT", "1993-04-06T02:56:00+00:00"),
        ("Mon, 5 Apr 1993 22:56:00 +0200 (MET DST)", "1993-04-05T20:56:00+00:00"),
        ("Mon Apr  5 22:56:00 1993", "1993-04-05T22:56:00+00:00"),
        ("Mon Apr 5 22:56:00 PDT 1993", "1993-04-06T05:56:00+00:00"),
        ("05-Apr-93 22:56 MET", "1993-04-05T21:56:00+00:00"),
        ("1993-04-05T22:56:00+08:00", "1993-04-05T14:56:00+00:00"),
        ("1993/4/5", "1993-04-05T00:00:00+00:00"),
    ],
)
def test_dates_of_many_shapes_become_one_moment(value, iso):
    assert headers.date(value, latest=LATEST).isoformat() == iso


@pytest.mark.parametrize(
    "value",
    ["", "yesterday", "31 Feb 1993 10:00 GMT", "5 Apr 1993 25:61:00 GMT", "1 Jan 1904 00:00:00 GMT",
     "Fri, 5 Apr 2199 10:00:00 GMT", "5 Apr 99999999999 10:00", "Mon, 5 Apr 1993 10:00:00 +9999999999"],
)  # fmt: skip
def test_impossible_dates_are_no_dates(value):
    assert headers.date(value, latest=LATEST) is None


def test_ids_survive_spaces_and_cuts():
    broken = "<1@a.example> <2@ b. example>,<3@c.example junk <4@d.example> <5@e.exam"

    assert headers.references(broken) == ["1@a.example", "2@b.example", "4@d.example"]
    assert headers.references("", in_reply_to="Your letter of May 4 <9@z.example> and <8@z.example>") == ["9@z.example"]
    assert headers.message_id("< 7@ g.example >") == "7@g.example"
    assert headers.message_id("none") is None


def test_header_words_in_other_charsets_are_read():
    assert headers.unfold(b"=?iso-8859-1?q?Gr=FC=DFe?= =?utf-8?b?5L2g5aW9?=") == "Grüße你好"
    assert headers.unfold(b"Jon W\xe4tte\x08") == "Jon Wätte"
    assert headers.unfold(b"=?no-such-set?q?plain?=") == "plain"
