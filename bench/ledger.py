"""`python -m bench.ledger`: what a million transfers cost, beside a thousand, and beside bare inserts in the same run.

Books with a right chain are written straight into SQLite databases of their own (in bench/data), as the ledger's own
code would make them: one wallet has a tenth of all movements. Printed are the wallet's page and statements at both
sizes, `ledger verify` with its peak of memory, transfers a second by the ledger, and the ceiling: bare inserts of the
same rows with the same durability.
"""

import logging
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import structlog
from flask import Flask

from bench.streams import sign_in
from core.db import db
from core.settings import load
from shop.ledger.chain import FIRST, Link, hash_of, moment
from shop.ledger.commands import Movement, transfer
from shop.ledger.rules import house, wallet
from wsgi import create_app

DATA = Path(__file__).parent / "data"
START = datetime(2025, 1, 1, tzinfo=UTC)
MEMBERS = 100
COLUMNS = ("key", "kind", "debit_id", "credit_id", "amount", "currency", "reference", "made_at", "debit_after")
COLUMNS += ("credit_after", "hash")
INSERT = f"INSERT INTO transfer ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
OUTSIDE = 1  # the account's id; the wallets follow


@click.command()
@click.option("--large", default=1_000_000, show_default=True)
@click.option("--small", default=1_000, show_default=True)
@click.option("--times", default=40, show_default=True, help="Requests of each page.")
def main(large: int, small: int, times: int) -> None:
    for count in (small, large):
        app = _site(count)
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        _fill(count)
        [cookie] = sign_in(app, 1).values()
        with app.app_context():
            _pages(app, cookie, count, times)
            _writes(300)
            for engine in db.engines.values():
                engine.dispose()
        _verify(count)
    _ceiling(300)


def _folder(count: int) -> Path:
    return DATA / f"ledger-{count}"


def _environment(count: int) -> dict[str, str]:
    return {"BOARDWALK_DATA": str(_folder(count)), "BOARDWALK_TWO_PERSONS_ABOVE": "off"}


def _site(count: int) -> Flask:
    shutil.rmtree(_folder(count), ignore_errors=True)
    _folder(count).mkdir(parents=True)
    app = create_app(load(os.environ | _environment(count)))
    with app.app_context():
        answer = app.test_cli_runner().invoke(args=["db", "upgrade"])
        if answer.exit_code:
            raise SystemExit(answer.output)
    return app


def _connect(count: int) -> sqlite3.Connection:
    connection = sqlite3.connect(_folder(count) / "boardwalk.sqlite3")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _fill(count: int) -> None:
    connection, started = _connect(count), time.monotonic()
    at = moment(START)
    columns = "username, username_lower, name_key, role, is_suspended, about, about_html, interests, messages_from"
    people = ((f"m{n}", f"m{n}", f"m{n}", "member", 0, "", "", "", "everyone") for n in range(1, MEMBERS + 1))
    rest = ", is_findable, post_count, unread_notices, unread_messages, joined_at, last_seen_at, email_verified_at"
    values = f"({', '.join('?' * 9)}, 1, 0, 0, 0, '{at}', '{at}', '{at}')"
    connection.executemany(f"INSERT INTO member ({columns}{rest}) VALUES {values}", people)
    held, heads = dict.fromkeys(range(1, MEMBERS + 2), 0), dict.fromkeys(range(1, MEMBERS + 2), FIRST)
    connection.executemany(INSERT, _rows(count, held, heads))
    last = moment(START + timedelta(seconds=20) * count)
    names = [(OUTSIDE, house("outside", "USD"), "outside", None)]
    names += [(number + 1, wallet(number, "USD"), "wallet", number) for number in range(1, MEMBERS + 1)]
    accounts = [(*name, "USD", held[name[0]], heads[name[0]], last) for name in names]
    connection.executemany("INSERT INTO account (id, code, kind, member_id, currency, balance, head, moved_at) "
                           "VALUES (?, ?, ?, ?, ?, ?, ?, ?)", accounts)  # fmt: skip
    connection.commit()
    connection.close()
    click.echo(f"{count:,} transfers written in {time.monotonic() - started:.1f} s (not timed as a result)")


def _rows(count: int, held: dict[int, int], heads: dict[int, bytes]) -> Iterator[tuple[Any, ...]]:
    """Money comes in from outside and moves between wallets; every tenth movement is the first member's."""
    for number in range(count):
        payer = 2 if number % 10 == 0 else 2 + number % MEMBERS
        payee = 2 + (number * 7 + 3) % MEMBERS
        amount = 100 + number % 900
        is_paid = held[payer] > amount and payer != payee and number % 3
        debit, credit, kind = (payer, payee, "payment") if is_paid else (OUTSIDE, payer, "top_up")
        held[debit] -= amount
        held[credit] += amount
        at = moment(START + timedelta(seconds=20) * number)
        said = (f"bench:{number}", kind, debit, credit, amount, "USD", f"bench:{number}", at)
        link = Link(*said, held[debit], held[credit])
        heads[debit] = heads[credit] = hash_of(link, heads[debit], heads[credit])
        yield *said, held[debit], held[credit], heads[debit]


def _pages(app: Flask, cookie: str, count: int, times: int) -> None:
    browser = app.test_client(use_cookies=False)
    middle = START + timedelta(seconds=20) * (count // 2)
    month = f"from={middle:%Y-%m-01}&to={middle:%Y-%m-28}"
    for name, address in (
        ("wallet", "/wallet"),
        ("statement of a month", f"/wallet/statements?{month}"),
        ("statement of all", "/wallet/statements?from=2025-01-01&to=2030-01-01"),
    ):
        _page(f"{count:,}: {name}", browser, address, cookie, times)


def _page(name: str, browser: Any, address: str, cookie: str, times: int) -> None:
    """CPU milliseconds a request (steady on a busy machine) and p50 on the wall's clock."""
    taken = []
    for number in range(times + 3):
        if number == 3:
            cpu = time.process_time()
        started = time.perf_counter()
        answer = browser.get(address, headers={"Cookie": cookie})
        taken.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{answer.status_code}: {answer.text[:200]}")
    used = (time.process_time() - cpu) * 1000 / times
    click.echo(f"{name}: {used:.1f} ms of CPU, p50 {statistics.median(taken[3:]):.1f} ms")


def _writes(number: int) -> None:
    started, cpu = time.perf_counter(), time.process_time()
    for serial in range(number):
        movement = Movement(house("outside", "USD"), wallet(5, "USD"), 1, "USD", "top_up", f"w:{serial}", "bench")
        transfer(movement)
    used, rate = (time.process_time() - cpu) * 1000 / number, number / (time.perf_counter() - started)
    click.echo(f"  {rate:.0f} transfers a second by the ledger, each durable alone, {used:.1f} ms of CPU each")


def _verify(count: int) -> None:
    started = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "ledger", "verify"]
    answer = subprocess.run(command, env=os.environ | _environment(count), capture_output=True, text=True, check=False)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    lines = (answer.stdout or answer.stderr).strip().splitlines()
    click.echo(f"{count:,}: verify in {time.monotonic() - started:.1f} s ({cpu:.1f} s of CPU), "
               f"peak memory so far {used.ru_maxrss / 1024:.0f} MiB: {lines[0] if lines else '?'}")  # fmt: skip


def _ceiling(number: int) -> None:
    """Bare inserts of such rows into the same table with its indexes: one transaction each, and all in one."""
    connection = _connect(1_000)
    kept = connection.execute(f"SELECT {', '.join(COLUMNS[1:])} FROM transfer LIMIT 1").fetchone()
    for name, rows, each in (("one transaction each", number, True), ("all in one transaction", number * 100, False)):
        started = time.perf_counter()
        for serial in range(rows):
            connection.execute(INSERT, (f"{name}:{serial}", *kept))
            if each:
                connection.commit()
        connection.commit()
        click.echo(f"ceiling: {rows / (time.perf_counter() - started):.0f} bare inserts a second, {name}")
    connection.close()


if __name__ == "__main__":
    main()
