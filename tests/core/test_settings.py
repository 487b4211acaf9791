"""Settings: understood, or refused with a sentence that names them."""

import pytest

from core.settings import SettingsError, load


def given(tmp_path, **more):
    return {"BOARDWALK_DATA": str(tmp_path / "data"), **more}


def test_without_any_setting_everything_has_a_sensible_value(tmp_path):
    settings = load(given(tmp_path))

    assert settings.database_url == f"sqlite:///{tmp_path}/data/boardwalk.sqlite3"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert (settings.port, settings.currency, settings.sandbox) == (8000, "USD", False)


def test_the_secret_is_made_once_and_kept_for_the_owner_only(tmp_path):
    first, second = load(given(tmp_path)), load(given(tmp_path))

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o077 == 0


def test_a_plain_postgresql_address_names_our_driver(tmp_path):
    settings = load(given(tmp_path, BOARDWALK_DATABASE_URL="postgresql://me@127.0.0.1/forum"))

    assert settings.database_url == "postgresql+psycopg://me@127.0.0.1/forum"


def test_search_on_postgresql_needs_the_database(tmp_path):
    here = {"BOARDWALK_SEARCH": "postgresql", "BOARDWALK_DATABASE_URL": "postgresql://me@127.0.0.1/forum"}
    assert load(given(tmp_path, **here)).search == "postgresql"

    with pytest.raises(SettingsError, match="BOARDWALK_DATABASE_URL"):
        load(given(tmp_path, BOARDWALK_SEARCH="postgresql"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "80000"),
        ("PORT", "eight"),
        ("PORT", "-1"),
        ("PORT", "٨٠٠٠"),
        ("WEB_WORKERS", "0"),
        ("BOARDWALK_CURRENCY", "DOUBLOONS"),
        ("BOARDWALK_LANGUAGES", "en,tlh"),
        ("BOARDWALK_BASE_URL", "forum.example"),
        ("BOARDWALK_BASE_URL", "https://forum.example/path"),
        ("BOARDWALK_DATABASE_URL", "mysql://x"),
        ("BOARDWALK_DATABASE_URL", "sqlite://"),
        ("BOARDWALK_MAIL_URL", "gopher://x"),
        ("BOARDWALK_FEE_PERCENT", "NaN"),
        ("BOARDWALK_TWO_PERSONS_ABOVE", "-1"),
        ("BOARDWALK_FEE_PERCENT", "80"),
        ("BOARDWALK_PROXIES", "99"),
        ("BOARDWALK_SEARCH", "grep"),
        ("BOARDWALK_SEARCH", "postgresql"),
        ("BOARDWALK_SANDBOX", "maybe"),
        ("BOARDWALK_DATA", "/proc/nowhere/data"),
    ],
)
def test_a_wrong_value_stops_the_start_and_is_named(tmp_path, name, value):
    with pytest.raises(SettingsError) as refused:
        load(given(tmp_path, **{name: value}))

    assert name in str(refused.value)
