"""Sessions: listed, ended one by one or all but this one."""

import pytest

from core.db import db
from forum.members.models import SignIn
from tests import make


def test_a_member_sees_their_own_sessions_only(as_member):
    member, other = make.member(), make.member()
    client = as_member(member)
    as_member(member)
    as_member(other)

    page = client.get("/settings/sessions").text

    assert page.count("/end") == 2  # the other browser, and all others
    assert "this one" in page


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/130 Mobile Safari/537.36 MicroMessenger/8.0", "WeChat · Android"),
        ("", ""),
    ],
)
def test_a_browser_is_called_by_its_name(agent, shown):
    assert SignIn(agent=agent).browser == shown


def test_ending_a_session_ends_its_access_at_once(as_member):
    member = make.member()
    client, other = as_member(member), as_member(member)
    newest = db.session.query(SignIn).order_by(SignIn.id.desc()).first()

    client.post(f"/settings/sessions/{newest.id}/end")

    assert other.get("/settings").status_code == 302
    assert client.get("/settings").status_code == 200


def test_nobody_ends_the_session_of_someone_else(as_member):
    victim = make.member()
    client = as_member(victim)
    row = db.session.query(SignIn).one()

    as_member(make.member()).post(f"/settings/sessions/{row.id}/end")

    assert client.get("/settings").status_code == 200


def test_signing_out_everywhere_else_keeps_this_browser(as_member):
    member = make.member()
    client, others = as_member(member), [as_member(member) for _ in range(3)]

    client.post("/settings/sessions/end")

    assert client.get("/settings").status_code == 200
    assert {other.get("/settings").status_code for other in others} == {302}


def test_a_forged_cookie_is_nobody(app, as_member):
    client = app.test_client()
    client.set_cookie("session", "eyJfdXNlcl9pZCI6IjEifQ.abc.def")

    assert client.get("/settings").status_code == 302
    assert client.get("/login").status_code == 200


def test_private_pages_are_kept_by_no_cache(as_member):
    assert "no-store" in as_member(make.member()).get("/settings").headers["Cache-Control"]
