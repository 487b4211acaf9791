"""Statements: opening plus entries is closing, to the cent, on the page, in the CSV and on paper."""

import csv
import io
import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import clock
from core.clock import now
from core.errors import Invalid
from shop.ledger.rules import house, wallet
from shop.statements import queries
from shop.statements.rules import Period, month_of, months, period
from tests import make, papers
from tests.shop import money

ESCROW = house("escrow", "USD")
ODD = ["2026-13-01", "2026-02-30", "20260201", "٢٠٢٦-٠١-٠١", "1-1-1", "9999-12-31", "0001-01-01", "x", "2026-W01-1"]


@pytest.fixture
def member(app):
    return make.member()


@pytest.fixture
def code(member):
    return wallet(member.id, "USD")


@pytest.fixture
def browser(as_member, member):
    return as_member(member)


@pytest.fixture
def three_days(member, code):
    """+50.00 yesterday-but-one, -7.00 and -8.00 yesterday, +1.00 today; the days."""
    clock.travel(days=-2)
    days = [(now() + timedelta(days=number)).date() for number in range(3)]
    money.fill(member, 5000)
    clock.travel(days=1)
    money.move(code, ESCROW, 700, reference="order:A1B2")
    money.move(code, ESCROW, 800, reference="=1+1")
    clock.travel(days=1)
    money.fill(member, 100)
    return days


def asked(first, last):
    return f"?from={first.isoformat()}&to={last.isoformat()}"


def table(answer):
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def test_a_statement_opens_with_what_was_there_and_closes_with_what_the_ledger_says(code, three_days):
    found = queries.statement(code, Period(three_days[1], three_days[1]))

    assert (found.opening, [entry.amount for entry in found.rows], found.closing) == (5000, [-700, -800], 3500)
    assert [entry.after for entry in found.rows] == [4300, 3500]


def test_a_period_before_the_first_movement_is_empty(code, three_days):
    day = three_days[0] - timedelta(days=9)

    found = queries.statement(code, Period(day, day))

    assert (found.opening, found.rows, found.closing) == (0, [], 0)


def test_the_page_shows_the_period_and_its_files(browser, three_days):
    page = browser.get("/wallet/statements" + asked(three_days[1], three_days[2])).text

    assert re.search(r"Opening balance.*\$50\.00.*Closing balance.*\$36\.00", page, re.S)
    assert "-$7.00" in page
    assert 'href="/orders/A1B2"' in page
    assert f"/wallet/statements.csv?from={three_days[1]}" in page


def test_a_long_period_comes_in_parts_by_key(browser, member, code):
    money.fill(member, 10_000)
    for _number in range(queries.PAGE + 2):
        money.move(code, ESCROW, 1)

    first = browser.get("/wallet/statements")
    address = re.search(r'hx-get="([^"]+after=\d+)"', first.text).group(1).replace("&amp;", "&")
    rest = browser.get(address, headers={"HX-Request": "true"})

    assert "<html" not in rest.text
    assert rest.text.count("-$0.01") == 3
    assert "Closing balance" in rest.text
    assert first.text.count("-$0.01") == queries.PAGE - 1


def test_the_csv_foots_and_no_cell_of_it_is_a_formula(browser, three_days):
    answer = browser.get("/wallet/statements.csv" + asked(three_days[0], three_days[2]))
    rows = table(answer)

    assert answer.mimetype == "text/csv"
    assert f"wallet-{three_days[0]}-{three_days[2]}.csv" in answer.headers["Content-Disposition"]
    assert [row[3:6] for row in rows[1:]] == [
        ["", "", "0.00"], ["50.00", "", "50.00"], ["", "7.00", "43.00"], ["", "8.00", "35.00"], ["1.00", "", "36.00"],
        ["51.00", "15.00", "36.00"],
    ]  # fmt: skip
    assert rows[4][2] == "'=1+1"


def test_the_pdf_says_the_same_in_both_languages(browser, member, three_days):
    for language, word, sign in (("en", "Closing balance", "$"), ("zh_Hans", "期末余额", "US$")):
        browser.set_cookie("language", language)
        answer = browser.get("/wallet/statements.pdf" + asked(three_days[0], three_days[2]))

        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.get_data().startswith(b"%PDF-")
        said = papers.texts(answer.get_data())
        assert said[said.index(word) :][:4] == [word, *(sign + total for total in ("51.00", "15.00", "36.00"))]
        assert {member.username, "order:A1B2", "=1+1"} <= set(said)


def test_too_much_to_print_is_said_and_the_csv_still_comes(browser, member, code, monkeypatch):
    money.fill(member, 100)
    money.move(code, ESCROW, 1)
    monkeypatch.setattr(queries, "MOST_ON_PAPER", 1)

    answer = browser.get("/wallet/statements.pdf")

    assert (answer.status_code, 'data-code="too_long"' in answer.text) == (409, True)
    assert len(table(browser.get("/wallet/statements.csv"))) == 5


@pytest.mark.parametrize("day", ODD)
def test_an_odd_day_is_told_and_is_no_crash(browser, day):
    for path in ("/wallet/statements", "/wallet/statements.csv", "/wallet/statements.pdf"):
        answer = browser.get(path, query_string={"from": day, "to": "2026-03-01"})
        assert answer.status_code == 422
        assert "Write a day like 2026-03-31." in answer.text


def test_a_period_that_ends_before_it_begins_is_told(browser):
    assert "must not be before" in browser.get("/wallet/statements?from=2026-03-02&to=2026-03-01").text


def test_a_member_sees_only_their_own(as_member, three_days):
    other = as_member(make.member())

    assert "A1B2" not in other.get("/wallet/statements" + asked(three_days[0], three_days[2])).text
    assert len(table(other.get("/wallet/statements.csv" + asked(three_days[0], three_days[2])))) == 3


def test_operators_read_the_sites_accounts_and_nobody_else_does(as_member, member, three_days):
    period = asked(three_days[0], three_days[2])

    rows = table(as_member(make.operator()).get("/admin/accounts/escrow.csv" + period))

    assert rows[-1][3:6] == ["15.00", "0.00", "15.00"]
    for path in ("/admin/accounts/escrow", "/admin/accounts/fees.csv", "/admin/accounts/outside.pdf"):
        assert as_member(member).get(path).status_code == 404
        assert as_member(make.operator()).get(path + period).status_code == 200
    assert as_member(make.operator()).get("/admin/accounts/wallet").status_code == 404


def test_the_months_on_offer_go_back_to_the_first_movement():
    today = period("2026-03-15", "2026-03-15", None).first

    assert [month.asked["from"] for month in months(None, today)] == ["2026-03-01"]
    since = period("2026-01-31", "2026-01-31", None).start
    assert [month.asked["to"] for month in months(since, today)] == ["2026-03-31", "2026-02-28", "2026-01-31"]
    assert len(months(since.replace(year=2001), today)) == 12
    assert month_of(today.replace(month=2)).last.day == 28


def test_a_period_is_whole_days():
    with pytest.raises(Invalid):
        period("2026-01-02", "", None)


@given(st.lists(st.tuples(st.integers(-40, 60).filter(bool), st.integers(0, 3)), max_size=12), st.integers(0, 9))
@settings(max_examples=25, deadline=None)
def test_every_period_of_every_history_foots(app, history, cut):
    """Cut anywhere: what one period closes with, the next opens with, and each foots."""
    member = make.member()
    code, held, count = wallet(member.id, "USD"), 0, 0
    for wanted, days in history:
        clock.travel(days=days)
        amount = max(wanted, -held)
        if amount > 0:
            money.fill(member, amount)
        elif amount < 0:
            money.move(code, ESCROW, -amount)
        held += amount
        count += amount != 0
    money.db.session.rollback()
    today = now().date()
    parts = (
        Period(today - timedelta(days=60), today - timedelta(days=cut + 1)),
        Period(today - timedelta(days=cut), today),
    )

    sums = [queries.sums(code, part) for part in parts]
    seen = [len(list(queries.entries(code, part, found))) for part, found in zip(parts, sums, strict=True)]

    assert all(found.foots for found in sums)
    assert (sums[0].opening, sums[0].closing, sums[1].closing) == (0, sums[1].opening, held)
    assert sum(seen) == count
