"""The keys of an account: mail address, password, the password once more, and the command line."""

import pytest

from core.db import db
from core.errors import NotAllowed
from core.mail import MailRequested
from core.outbox import OutboxRow
from forum.members.auth import confirmation_required, sign_in_required
from forum.members.commands import profiles
from forum.members.jobs import forget_expired
from forum.members.models import Member, SecurityEvent, SignIn
from forum.members.rules import check_can_write
from tests import make
from tests.conftest import reload
from tests.forum.test_join import mailed_link
from tests.forum.test_sign_in import CHEAP, PASSWORD, sign_in


@pytest.fixture
def marina(app):
    return make.member(username="marina", password_hash=CHEAP.hash(PASSWORD))


def letters():
    """Who was written to, and about what."""
    rows = db.session.query(OutboxRow).filter_by(event=MailRequested.__name__).order_by(OutboxRow.id)
    return [(row.payload["to"], row.payload["subject"]) for row in rows]


def test_a_new_password_needs_the_old_one(as_member, marina):
    client = as_member(marina)

    answer = client.post("/settings/password", data={"password": "not it", "new_password": "nine low tides"})

    assert answer.status_code == 422
    assert reload(marina).password_hash == marina.password_hash


def test_a_new_password_ends_other_sessions_but_not_this_one(as_member, marina, guest):
    client, elsewhere = as_member(marina), as_member(marina)

    answer = client.post("/settings/password", data={"password": PASSWORD, "new_password": "nine low tides"})

    assert answer.status_code == 303
    assert client.get("/settings").status_code == 200
    assert elsewhere.get("/settings").status_code == 302
    assert sign_in(guest, "marina").status_code == 422
    assert sign_in(guest, "marina", "nine low tides").status_code == 303
    assert letters() == [("marina@example.org", "Your password was changed")]


@pytest.mark.parametrize("weak", ["short", "password123", "marina", "x" * 300])
def test_a_weak_new_password_is_refused_at_its_field(as_member, marina, weak):
    answer = as_member(marina).post("/settings/password", data={"password": PASSWORD, "new_password": weak})

    assert answer.status_code == 422
    assert 'id="new_password-error"' in answer.text


def test_a_new_mail_address_counts_once_its_link_was_opened(as_member, marina, worker, app):
    client = as_member(marina)
    client.post("/settings/email", data={"email": "sea@example.org", "password": PASSWORD})
    assert reload(marina).email == "marina@example.org"
    worker()

    client.post("/verify", data={"token": mailed_link(app, "sea@example.org").partition("token=")[2]})

    assert reload(marina).email == "sea@example.org"
    assert letters() == [("marina@example.org", "Your mail address was changed")]


def test_a_new_mail_address_needs_the_password_and_must_be_free(as_member, marina):
    other, client = make.member(), as_member(marina)

    wrong = client.post("/settings/email", data={"email": "sea@example.org", "password": "not it"})
    taken = client.post("/settings/email", data={"email": other.email.upper(), "password": PASSWORD})

    assert (wrong.status_code, taken.status_code) == (422, 422)
    assert 'id="email-password-error"' in wrong.text
    assert 'id="email-error"' in taken.text


def test_an_address_that_someone_took_meanwhile_is_not_taken_twice(as_member, marina, worker, app):
    client = as_member(marina)
    client.post("/settings/email", data={"email": "sea@example.org", "password": PASSWORD})
    worker()
    make.member(email="sea@example.org")

    answer = client.post("/verify", data={"token": mailed_link(app, "sea@example.org").partition("token=")[2]})

    assert answer.status_code == 409
    assert reload(marina).email == "marina@example.org"


def test_security_events_are_listed_for_their_owner_only(as_member, marina):
    client = as_member(marina)
    client.post("/settings/password", data={"password": PASSWORD, "new_password": "nine low tides"})

    assert "The password was changed" in client.get("/settings/account").text
    assert "The password was changed" not in as_member(make.member()).get("/settings/account").text


@pytest.fixture
def vault(app, monkeypatch):
    """A page that asks for the password once more."""
    app.view_functions["members.vault"] = sign_in_required(confirmation_required(lambda: "open"))
    if not any(rule.endpoint == "members.vault" for rule in app.url_map.iter_rules()):
        app.url_map.add(app.url_rule_class("/vault", endpoint="members.vault", methods=["GET"]))
    return "/vault"


def test_what_is_dear_asks_for_the_password_after_a_quarter_of_an_hour(as_member, marina, vault, clock):
    client = as_member(marina)
    assert client.get(vault).text == "open"
    clock.travel(minutes=16)

    assert client.get(vault).location == "/confirm?next=/vault"
    assert client.post("/confirm", data={"password": "not it", "next": vault}).status_code == 422
    assert client.get(vault).status_code == 303
    assert client.post("/confirm", data={"password": PASSWORD, "next": vault}).location == vault
    assert client.get(vault).text == "open"


def test_guessing_the_password_in_a_stolen_session_is_limited(as_member, marina):
    client = as_member(marina)

    answers = [client.post("/confirm", data={"password": f"guess {number}"}).status_code for number in range(11)]

    assert answers == [422] * 10 + [429]


@pytest.mark.parametrize(
    ("given", "code"),
    [({"email_verified_at": None}, "not_verified"), ({"is_suspended": True}, "suspended")],
)
def test_who_may_not_write_is_told_why(app, given, code):
    with app.test_request_context(), pytest.raises(NotAllowed) as refused:
        check_can_write(make.member(**given))

    assert refused.value.code == code


def test_suspending_ends_access_in_every_browser_at_once(as_member, marina):
    clients = [as_member(marina) for _ in range(2)]

    profiles.suspend(marina)

    assert [client.get("/settings").status_code for client in clients] == [302, 302]
    assert db.session.query(SignIn).count() == 0
    profiles.restore(marina)
    assert as_member(marina).get("/settings").status_code == 200


def run(app, *arguments, typed=None):
    return app.test_cli_runner().invoke(args=["member", *arguments], input=typed)


def test_the_operator_makes_an_account_that_works(app, guest):
    done = run(app, "create", "boss", "boss@example.org", "--operator", "--password-stdin", typed="nine low tides\n")

    assert done.exit_code == 0, done.output
    assert sign_in(guest, "boss", "nine low tides").status_code == 303
    made = db.session.query(Member).one()
    assert (made.role, made.is_verified) == ("operator", True)


@pytest.mark.parametrize(
    ("name", "email", "password"),
    [("admin", "a@example.org", PASSWORD), ("boss", "no", PASSWORD), ("boss", "b@example.org", "1")],
)
def test_the_command_line_refuses_in_words(app, name, email, password):
    done = run(app, "create", name, email, "--password-stdin", typed=f"{password}\n")

    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert db.session.query(Member).count() == 0


def test_roles_and_passwords_are_set_from_the_command_line(app, marina, guest):
    assert run(app, "role", "marina", "operator").exit_code == 0
    assert run(app, "password", "marina", "--password-stdin", typed="nine low tides\n").exit_code == 0
    assert run(app, "role", "nobodyhere", "operator").exit_code == 1

    assert reload(marina).role == "operator"
    assert sign_in(guest, "marina", "nine low tides").status_code == 303
    assert "marina\toperator" in run(app, "list").output


def test_an_imported_member_is_claimed_by_a_mailed_link(app, guest, worker):
    ghost = make.member(username="ghost", email=None, email_verified_at=None, imported_from="hash")

    done = run(app, "claim", "ghost", "ghost@example.org")
    worker()
    token = mailed_link(app, "ghost@example.org").partition("token=")[2]
    guest.post("/reset/new", data={"token": token, "password": "nine low tides"})

    assert done.exit_code == 0, done.output
    assert sign_in(guest, "ghost", "nine low tides").status_code == 303
    assert reload(ghost).is_verified
    assert not ghost.is_unclaimed
    assert run(app, "claim", "ghost", "thief@example.org").exit_code == 1


def test_expired_sessions_and_old_events_are_tidied_away(marina, clock, as_member):
    as_member(marina)
    sign_in(as_member(None), "marina")
    clock.travel(days=500)

    forget_expired()

    assert db.session.query(SignIn).count() == 0
    assert db.session.query(SecurityEvent).count() == 0
