"""What every answer holds: headers, ids, error pages, and a second chance after a lost token."""

import pytest

from core.web import local_path
from tests import make


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/", "/nowhere", "/login"])
def test_every_answer_carries_the_strict_headers(guest, path):
    headers = guest.get(path).headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Request-Id"]


def test_a_given_request_id_is_kept_if_it_is_harmless(guest):
    assert guest.get("/healthz", headers={"X-Request-Id": "abc-12345"}).headers["X-Request-Id"] == "abc-12345"
    assert guest.get("/healthz", headers={"X-Request-Id": "a b;c"}).headers["X-Request-Id"] != "a b;c"


def test_the_pages_of_members_are_not_kept_by_caches(as_member):
    assert as_member(make.member()).get("/").headers["Cache-Control"] == "private, no-store"


def test_a_missing_page_says_so_and_leads_on(guest):
    answer = guest.get("/nowhere")

    assert answer.status_code == 404
    assert 'href="/"' in answer.text


@pytest.mark.parametrize(
    ("referrer", "shown"),
    [("http://localhost/cart?a=1", True), ("https://evil.example/cart?a=1", False), ("http://localhost//evil", False)],
)
def test_a_refusal_leads_back_to_where_one_came_from(as_member, referrer, shown):
    answer = as_member(make.member()).post("/cart", headers={"Referer": referrer})

    assert answer.status_code == 405
    assert ('href="/cart?a=1"' in answer.text) == shown
    assert "evil" not in answer.text


def test_htmx_gets_a_refusal_for_the_notice_line(guest):
    answer = guest.get("/nowhere", headers={"HX-Request": "true"})

    assert "<html" not in answer.text
    assert answer.headers["HX-Retarget"] == "#notice"


def test_a_method_a_page_does_not_take_is_refused_in_words(guest):
    answer = guest.delete("/login")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\\..\\b",
        "/\tevil",
        "",
        None,
        "evil",
    ],
)
def test_a_next_to_another_site_is_ignored(wanted):
    assert local_path(wanted, "/home") == "/home"


def test_a_next_on_this_site_is_kept():
    assert local_path("/t/1/a?page=2#post-3") == "/t/1/a?page=2#post-3"


@pytest.fixture
def with_tokens(app):
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.usefixtures("with_tokens")
def test_a_form_without_its_token_comes_back_with_all_that_was_typed(as_member):
    answer = as_member(make.member()).post("/preview", data={"body": 'My long <post> "kept"', "password": "secret"})

    assert answer.status_code == 400
    assert "My long &lt;post&gt; &#34;kept&#34;" in answer.text
    assert 'action="/preview"' in answer.text
    assert "secret" not in answer.text


def test_choosing_a_language_is_remembered_and_stays_on_this_site(guest):
    answer = guest.post("/language", data={"language": "zh_Hans", "next": "//evil.example"})

    assert (answer.status_code, answer.location) == (303, "/")
    assert '<html lang="zh-Hans"' in guest.get("/login").text


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("zh-CN,zh;q=0.9", "zh-Hans"),
        ("zh-Hans-CN,en;q=0.8", "zh-Hans"),
        ("zh-HK,en;q=0.5", "zh-Hans"),
        ("fr,zh-SG;q=0.8", "zh-Hans"),
        ("en-GB,zh;q=0.9", "en"),
        ("zh;q=0,en", "en"),
        ("fr", "en"),
        ("*", "en"),
    ],
)
def test_the_browser_decides_the_language_until_someone_does(guest, asked, language):
    assert f'<html lang="{language}"' in guest.get("/login", headers={"Accept-Language": asked}).text


def test_an_unknown_language_or_theme_changes_nothing(guest):
    assert "Set-Cookie" not in guest.post("/language", data={"language": "tlh"}).headers
    assert "Set-Cookie" not in guest.post("/theme", data={"theme": "neon"}).headers


@pytest.mark.parametrize(
    "path",
    [
        "/t/99999999999999999999",
        "/t/-1",
        "/t/1%00",
        "/b/%ff%fe",
        "/b/" + "x" * 5000,
        "/?page=NaN",
        "/search?q=%00",
        "/m/%F0%9F%92%A9",
        "/p/٣",
        "/%2e%2e/%2e%2e/etc/passwd",
    ],
)
def test_odd_requests_are_the_callers_mistake_never_ours(guest, path):
    assert guest.get(path).status_code < 500
