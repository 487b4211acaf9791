"""Signing in and out, and a forgotten password."""

import pytest
from argon2 import PasswordHasher

from core.db import db, writing
from forum.members import passwords
from forum.members.models import Member, SignIn, Token
from tests import make
from tests.conftest import reload
from tests.forum.test_join import mailed_link

PASSWORD = "seven tall waves"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def marina(app):
    return make.member(username="Marina", password_hash=CHEAP.hash(PASSWORD))


def sign_in(guest, login="Marina", password=PASSWORD, **more):
    return guest.post("/login", data={"login": login, "password": password, **more})


def is_signed_in(client):
    return client.get("/settings").status_code == 200


@pytest.mark.parametrize("login", ["Marina", "marina", " MARINA ", "marina@example.org", "Marina@Example.ORG"])
def test_one_signs_in_by_name_or_mail_address(guest, marina, login):
    assert sign_in(guest, login).status_code == 303
    assert is_signed_in(guest)


def test_after_signing_in_one_is_where_one_wanted_to_go(guest, marina):
    assert sign_in(guest, next="/t/7?page=2").location == "/t/7?page=2"


def test_another_site_is_no_place_to_go(guest, marina):
    assert sign_in(guest, next="https://evil.example/").location == "/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(guest, marina):
    wrong, unknown = sign_in(guest, password="wrong password"), sign_in(guest, "nobodyhere")

    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace("Marina", "") == unknown.text.replace("nobodyhere", "")


def test_an_unknown_name_costs_a_hash_too(guest, marina, monkeypatch):
    checked = []
    monkeypatch.setattr(PasswordHasher, "verify", lambda self, kept, typed: checked.append(kept) or False)

    for login in ("Marina", "nobodyhere"):
        sign_in(guest, login)

    assert len(checked) == 2
    assert all(kept.startswith("$argon2id$v=19$m=8,t=1,p=1$") for kept in checked)


def test_the_real_cost_is_sixty_four_mebibytes():
    assert passwords.PasswordHasher().memory_cost == 64 * 1024


def test_the_cookie_holds_neither_name_nor_id_and_the_database_not_the_token(guest, marina):
    sign_in(guest)

    with guest.session_transaction() as session:
        token = session["_user_id"]
    assert len(token) >= 40
    assert db.session.query(SignIn).one().token_hash != token


def test_signing_in_starts_a_new_session(guest, marina):
    with guest.session_transaction() as session:
        session["planted"] = "by someone else"

    sign_in(guest)

    with guest.session_transaction() as session:
        assert "planted" not in session
        assert session.permanent


def test_a_stolen_cookie_is_worthless_after_signing_out(guest, marina, app):
    sign_in(guest)
    stolen = guest.get_cookie("session").value
    guest.post("/logout")
    thief = app.test_client()
    thief.set_cookie("session", stolen)

    assert not is_signed_in(thief)
    assert db.session.query(SignIn).count() == 0


def test_a_session_ends_after_sixty_days(guest, marina, clock):
    sign_in(guest)
    clock.travel(days=59)
    assert is_signed_in(guest)
    clock.travel(days=2)
    assert not is_signed_in(guest)


def test_a_flood_of_wrong_passwords_is_stopped_but_not_the_owner(app, guest, marina):
    sign_in(guest)
    guest.post("/logout")
    stranger = app.test_client()
    answers = [sign_in(stranger, password=f"wrong {number}") for number in range(12)]

    assert [answer.status_code for answer in answers] == [422] * 10 + [429] * 2
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 301
    assert sign_in(app.test_client()).status_code == 429
    assert sign_in(guest).status_code == 303


def test_signing_in_rightly_is_never_counted(app, marina):
    assert {sign_in(app.test_client()).status_code for _ in range(15)} == {303}


def test_someone_elses_browser_mark_opens_no_door(app, guest, marina):
    make.member(username="paul", password_hash=CHEAP.hash(PASSWORD))
    sign_in(guest, "paul")
    guest.post("/logout")

    assert [sign_in(guest, password="wrong").status_code for _ in range(11)][-1] == 429


@pytest.mark.parametrize("login", ["ghost", "ghost@example.org"])
def test_who_came_with_an_import_cannot_sign_in_by_any_password(guest, login):
    make.member(username="ghost", imported_from="x", password_hash=None)

    assert sign_in(guest, login, "").status_code == 422
    assert sign_in(guest, login, "None").status_code == 422


def test_a_suspended_member_is_out_at_once_and_stays_out(guest, marina):
    sign_in(guest)
    with writing():
        marina.is_suspended = True

    assert not is_signed_in(guest)
    assert sign_in(guest).status_code == 403


def test_a_guest_is_sent_to_sign_in_and_back(guest):
    answer = guest.get("/settings/account")

    assert answer.status_code == 302
    assert answer.location == "/login?next=/settings/account"


def ask(guest, login="Marina"):
    return guest.post("/reset", data={"login": login})


def test_asking_for_a_new_password_says_the_same_for_everyone(guest, marina, worker, app):
    known, unknown = ask(guest), ask(guest, "nobodyhere")

    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    worker()
    assert db.session.query(Token).count() == 1


def test_the_mailed_link_sets_a_new_password_once_and_ends_all_sessions(guest, as_member, marina, worker, app):
    elsewhere = as_member(marina)
    ask(guest)
    worker()
    token = mailed_link(app, "marina@example.org").partition("token=")[2]

    assert guest.get(f"/reset/new?token={token}").status_code == 200
    assert guest.post("/reset/new", data={"token": token, "password": "nine low tides"}).status_code == 303
    assert guest.post("/reset/new", data={"token": token, "password": "ten low tides"}).status_code == 409
    assert not is_signed_in(elsewhere)
    assert sign_in(guest).status_code == 422
    assert sign_in(guest, password="nine low tides").status_code == 303


def test_only_the_newest_reset_link_works_and_for_an_hour(guest, marina, worker, app, clock):
    ask(guest)
    worker()
    old = mailed_link(app, "marina@example.org").partition("token=")[2]
    ask(guest)
    worker()
    new = mailed_link(app, "marina@example.org").partition("token=")[2]

    assert guest.get(f"/reset/new?token={old}").status_code == 404
    clock.travel(minutes=61)
    assert guest.post("/reset/new", data={"token": new, "password": "nine low tides"}).status_code == 409


def test_a_weak_new_password_keeps_the_link_alive(guest, marina, worker, app):
    ask(guest)
    worker()
    token = mailed_link(app, "marina@example.org").partition("token=")[2]

    assert guest.post("/reset/new", data={"token": token, "password": "marina"}).status_code == 422
    assert guest.post("/reset/new", data={"token": token, "password": "nine low tides"}).status_code == 303


def test_asking_again_and_again_is_limited(guest, marina):
    assert [ask(guest).status_code for _ in range(6)] == [303] * 5 + [429]


def test_a_link_for_one_thing_does_not_do_another(guest, marina, worker, app):
    ask(guest)
    worker()
    token = mailed_link(app, "marina@example.org").partition("token=")[2]

    assert guest.post("/verify", data={"token": token}).status_code == 409


def test_no_password_or_token_is_in_the_log(guest, marina, worker, app, capfd):
    sign_in(guest, password="a wrong secret")
    ask(guest)
    worker()
    token = mailed_link(app, "marina@example.org").partition("token=")[2]
    guest.get(f"/reset/new?token={token}")

    logged = capfd.readouterr()
    assert "a wrong secret" not in logged.err + logged.out
    assert token not in logged.err + logged.out


def test_a_suspended_member_gets_no_reset_mail(guest, marina, worker):
    with writing():
        reload(marina).is_suspended = True
    ask(guest)
    worker()

    assert db.session.query(Token).count() == 0
    assert db.session.query(Member).count() == 1
