"""Amounts as people type them: understood exactly, or refused in words."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import LARGEST, BadAmount, exponent, format_money, format_plain, parse_amount, share

pytestmark = pytest.mark.usefixtures("app")
CURRENCIES = ("USD", "EUR", "CNY", "JPY", "KWD")


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("12,50", "EUR", 1250),
        ("12.50", "EUR", 1250),
        ("12.5", "USD", 1250),
        ("12", "USD", 1200),
        (" 12 ", "USD", 1200),
        ("0", "USD", 0),
        ("007", "USD", 700),
        ("¥99", "CNY", 9900),
        ("¥99", "JPY", 99),
        ("￥９９", "CNY", 9900),
        ("99元", "CNY", 9900),
        ("99 块钱", "CNY", 9900),
        ("$5", "USD", 500),
        ("US$ 5", "USD", 500),
        ("5 usd", "USD", 500),
        ("5 €", "EUR", 500),
        ("1,200", "USD", 120000),
        ("1,200.50", "USD", 120050),
        ("1.200,50", "EUR", 120050),
        ("1 200,50", "EUR", 120050),
        ("1'200.50", "EUR", 120050),
        ("1,234,567.89", "USD", 123456789),
        ("1,234,567", "USD", 123456700),
        ("12.00", "JPY", 12),
        ("12.500", "KWD", 12500),
        ("1000000,001", "KWD", 1000000001),
        ("0,500", "KWD", 500),
        ("0.001", "KWD", 1),
        ("10000000000", "USD", LARGEST),
    ],
)
def test_what_people_type_is_understood(typed, currency, minor):
    assert parse_amount(typed, currency) == minor


@pytest.mark.parametrize(
    ("typed", "currency", "says"),
    [
        ("-3", "USD", "negative"),
        ("−3", "USD", "negative"),
        ("$-3", "USD", "negative"),
        ("-$3", "USD", "negative"),
        ("0.001", "USD", "2 decimals at most"),
        ("1.999", "EUR", "2 decimals at most"),
        ("1.200", "EUR", "2 decimals at most"),
        ("1234,567", "USD", "2 decimals at most"),
        ("12.000", "JPY", "no decimals"),
        ("12.5", "JPY", "no decimals"),
        ("12.3456", "KWD", "like 12.500"),
        ("1e9", "USD", "like 12.50"),
        ("1E9", "USD", "like 12.50"),
        ("NaN", "USD", "like 12.50"),
        ("inf", "USD", "like 12.50"),
        ("Infinity", "EUR", "like 12.50"),
        ("0x10", "USD", "like 12.50"),
        ("1_000", "USD", "like 12.50"),
        ("٣٤", "USD", "like 12.50"),
        ("३४", "USD", "like 12.50"),
        ("", "USD", "like 12.50"),
        ("$", "USD", "like 12.50"),
        ("free", "USD", "like 12.50"),
        ("1.2.3", "USD", "like 12.50"),
        ("1,2,3", "USD", "like 12.50"),
        ("1,20,000", "USD", "like 12.50"),
        ("1.200,50.10", "EUR", "like 12.50"),
        ("12,", "EUR", "like 12.50"),
        (".5", "EUR", "like 12.50"),
        ("5 or 6", "USD", "like 12.50"),
        ("1\x002", "USD", "like 12.50"),
        ("12\n34", "USD", "like 12.50"),
        ("12²", "USD", "like 12.50"),
        ("½", "USD", "like 12.50"),
        ("5 €", "USD", "are in USD"),
        ("$5", "CNY", "are in CNY"),
        ("12345678901234567890", "USD", "too much"),
        ("10000000000.01", "USD", "too much"),
        ("9" * 5000, "USD", "too much"),
    ],
)
def test_what_cannot_be_understood_is_refused_in_words(typed, currency, says):
    with pytest.raises(BadAmount, match=says):
        parse_amount(typed, currency)


@given(st.integers(0, LARGEST), st.sampled_from(CURRENCIES))
def test_a_form_shows_an_amount_that_it_understands_again(minor, currency):
    plain = format_plain(minor, currency)

    assert parse_amount(plain, currency) == minor
    assert exponent(currency) == 3 or parse_amount(plain.replace(".", ","), currency) == minor


@given(st.integers(0, LARGEST), st.sampled_from(CURRENCIES), st.sampled_from(["en", "zh_Hans"]))
def test_an_amount_copied_from_a_page_is_understood(minor, currency, locale):
    shown = format_money(minor, currency, locale)

    assert parse_amount(shown, currency) == minor


@given(st.text(max_size=30), st.sampled_from(CURRENCIES))
def test_any_text_is_an_amount_or_refused(typed, currency):
    with suppress(BadAmount):
        assert 0 <= parse_amount(typed, currency) <= LARGEST


@given(st.text(alphabet="0123456789.,' ", min_size=1, max_size=12), st.sampled_from(CURRENCIES))
def test_no_amount_is_rounded(typed, currency):
    try:
        minor = parse_amount(typed, currency)
    except BadAmount:
        return
    digits = [character for character in typed if character.isdigit()]
    assert str(minor).strip("0") == "".join(digits).strip("0")


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "shown"),
    [
        (120050, "USD", "en", "$1,200.50"),
        (9900, "CNY", "zh_Hans", "¥99.00"),
        (99, "JPY", "en", "¥99"),
        (12500, "KWD", "en", "KWD12.500"),
        (100, "RSD", "en", "RSD1.00"),
        (-5, "USD", "en", "-$0.05"),
        (10**18, "USD", "en", "$10,000,000,000,000,000.00"),
    ],
)
def test_money_is_shown_by_the_locale_with_the_currencys_own_decimals(minor, currency, locale, shown):
    assert format_money(minor, currency, locale) == shown


@pytest.mark.parametrize(
    ("minor", "percent", "fee"), [(1000, "5", 50), (50, "5", 2), (30, "5", 2), (10, "5", 0), (1, "50", 0), (3, "50", 2)]
)
def test_a_share_is_rounded_half_to_even(minor, percent, fee):
    assert share(minor, Decimal(percent)) == fee
