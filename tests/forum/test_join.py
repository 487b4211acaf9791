"""Joining, and confirming the mail address."""

import re

import pytest

from core.db import db
from forum.members.models import Member
from tests import make
from tests.conftest import reload

GOOD = {"username": "marina", "email": "marina@example.org", "password": "seven tall waves"}


def join(guest, **changes):
    return guest.post("/join", data={**GOOD, **changes})


def mailed_link(app, to):
    """The path of the link in the newest mail to an address."""
    folder = app.extensions["settings"].data / "mail"
    letters = [path.read_text() for path in sorted(folder.glob("*.eml")) if f"To: {to}" in path.read_text()]
    return re.search(r"http://[^/]+(/\S+)", letters[-1].replace("=\n", "").replace("=3D", "=")).group(1)


def test_a_newcomer_joins_and_is_signed_in(guest):
    answer = join(guest)

    assert answer.status_code == 303
    assert answer.location == "/"
    assert "marina" in guest.get("/settings").text
    assert db.session.query(Member).one().email_verified_at is None


def test_the_password_is_kept_as_argon2_hash_only(guest):
    join(guest)

    assert db.session.query(Member).one().password_hash.startswith("$argon2id$")


def test_joining_leads_back_to_where_one_came_from_but_never_to_another_site(guest, as_member):
    assert join(guest, next="/b/coffee?sort=new").location == "/b/coffee?sort=new"
    elsewhere = {"username": "paul", "email": "paul@example.org"}
    for number, wanted in enumerate(
        ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
    ):
        changes = {**elsewhere, "username": f"paul{number}x", "email": f"p{number}@example.org"}
        assert join(as_member(None), **changes, next=wanted).location == "/"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("username", "", "2 to 30 characters"),
        ("username", "x", "2 to 30 characters"),
        ("username", "x" * 31, "2 to 30 characters"),
        ("username", "admin", "kept for the site"),
        ("username", "Adm1n-7", "kept for the site"),
        ("username", "管理员", "kept for the site"),
        ("username", "mar\u0456na", "look too much alike"),  # Cyrillic
        ("username", "m\u03b1rina", "look too much alike"),  # Greek
        ("username", "mar\u200bina", "invisible"),
        ("username", "\u202eanirAm", "invisible"),
        ("username", "mar\x00ina", "invisible"),
        ("username", "ｍarina", "ordinary letters"),
        ("username", "anna maria", "letters"),
        ("username", "<b>bold</b>", "letters"),
        ("username", "_marina", "Begin and end"),
        ("username", "ma..rina", "Begin and end"),
        ("email", "", "not a mail address"),
        ("email", "nobody", "not a mail address"),
        ("email", "a@b@example.org", "not a mail address"),
        ("email", f"{'a' * 300}@example.org", "not a mail address"),
        ("password", "short", "8 to 256"),
        ("password", "x" * 257, "8 to 256"),
        ("password", "password1", "first that anyone would try"),
        ("password", "aaaaaaaaaa", "first that anyone would try"),
        ("password", "marina@example.org", "name or mail address"),
    ],
)
def test_a_wrong_field_comes_back_with_its_sentence_and_what_was_typed(guest, field, value, sentence):
    answer = join(guest, **{field: value})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'id="{field}-error"' in answer.text
    assert "marina@example.org" in answer.text or field == "email"
    assert db.session.query(Member).count() == 0


@pytest.mark.parametrize(
    "name", ["marina", "MARINA", "Mar1na-2", "小明", "Łukasz", "José", "k-pop", "田中さん", "김철수", "7seas"]
)
def test_names_of_many_people_are_welcome(guest, name):
    assert join(guest, username=name).status_code == 303


@pytest.mark.parametrize("name", ["paul", "PAUL", "pauI", "Pau1", "pául", "p\u0251ul"])
def test_a_taken_or_look_alike_name_is_refused_at_the_field(guest, as_member, name):
    join(guest, username="paul", email="first@example.org")

    answer = join(as_member(None), username=name)

    assert answer.status_code == 422
    assert 'id="username-error"' in answer.text
    assert db.session.query(Member).count() == 1


def test_a_taken_address_is_refused_however_it_is_spelt(guest, as_member):
    join(guest)

    answer = join(as_member(None), username="paul", email="Marina@EXAMPLE.org")

    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text


def test_the_mailed_link_confirms_the_address_by_a_button_and_once(guest, app, worker):
    join(guest)
    worker()
    link = mailed_link(app, "marina@example.org")
    member = db.session.query(Member).one()

    assert "marina@example.org" in guest.get(link).text
    assert reload(member).email_verified_at is None
    assert guest.post("/verify", data={"token": link.partition("token=")[2]}).status_code == 303
    assert reload(member).email_verified_at is not None
    assert guest.post("/verify", data={"token": link.partition("token=")[2]}).status_code == 409
    assert guest.get(link).status_code == 404


def test_only_the_newest_link_works_and_not_for_ever(guest, app, worker, clock):
    join(guest)
    worker()
    old = mailed_link(app, "marina@example.org")
    guest.post("/verify/link")
    worker()
    new = mailed_link(app, "marina@example.org")

    assert guest.post("/verify", data={"token": old.partition("token=")[2]}).status_code == 409
    clock.travel(days=3)
    assert guest.post("/verify", data={"token": new.partition("token=")[2]}).status_code == 409


def test_who_has_not_confirmed_is_told_so_with_a_way_to_ask_again(guest):
    join(guest)

    assert 'action="/verify/link"' in guest.get("/settings").text
    board = make.board()
    for path in (f"/b/{board.slug}/new", "/messages/new"):
        assert 'action="/verify/link"' in guest.get(path).text


def test_sign_ups_from_one_address_are_limited(app, monkeypatch):
    monkeypatch.setitem(app.config, "LIMITS", {"sign-up": "2/hour"})
    monkeypatch.setitem(app.extensions, "limit_windows", {})
    names = ["anna", "berta", "clara"]

    answers = [join(app.test_client(), username=name, email=f"{name}@example.org") for name in names]

    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_a_signed_in_member_needs_no_join_page(as_member):
    assert as_member(make.member()).get("/join").status_code == 303
