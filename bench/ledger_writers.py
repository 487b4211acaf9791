"""`python -m tests.postgresql python -m bench.ledger_writers`: does the chain make writers wait for each other?

Pairs of wallets pay each other from several threads on PostgreSQL: as the ledger does it, and once more with one chain
over all transfers in its place, that is with one row that each transaction locks first.
"""

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import click
from flask import Flask
from sqlalchemy import create_engine, text

from core.db import db, writing
from core.settings import load
from shop.ledger.commands import Movement, lock, transfer
from shop.ledger.rules import house, wallet
from tests import make
from wsgi import create_app

_serial = count()


@click.command()
@click.option("--threads", default=8, show_default=True)
@click.option("--seconds", default=8.0, show_default=True)
def main(threads: int, seconds: float) -> None:
    server = os.environ["BOARDWALK_TEST_POSTGRESQL"]
    admin = create_engine(
        server.replace("postgresql:", "postgresql+psycopg:") + "/postgres", isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE bench_writers"))
    data = tempfile.mkdtemp()
    app = create_app(load({"BOARDWALK_DATA": data, "BOARDWALK_DATABASE_URL": f"{server}/bench_writers"}))
    with app.app_context():
        db.create_all()
        people = [make.member().id for _number in range(2 * threads)]
        for member_id in people:
            _move(house("outside", "USD"), wallet(member_id, "USD"), 10**9)
    pairs = list(zip(people[::2], people[1::2], strict=True))
    for name, is_single in (("crossing chains", False), ("one chain", True)) * 2:
        click.echo(f"{name}: {_measure(app, pairs, seconds, is_single):.0f} transfers a second, {threads} writers")


def _measure(app: Flask, pairs: list[tuple[int, int]], seconds: float, is_single: bool) -> float:
    end = time.monotonic() + seconds

    def pay(pair: tuple[int, int]) -> int:
        done = 0
        with app.app_context():
            while time.monotonic() < end:
                debit, credit = pair if done % 2 else pair[::-1]
                with writing():
                    if is_single:
                        lock(house("fees", "USD"))  # stands for the one head
                    _move(wallet(debit, "USD"), wallet(credit, "USD"), 1)
                done += 1
        return done

    with ThreadPoolExecutor(len(pairs)) as pool:
        return sum(pool.map(pay, pairs)) / seconds


def _move(debit: str, credit: str, amount: int) -> None:
    transfer(Movement(debit, credit, amount, "USD", "payment", f"bench:{next(_serial)}"))


if __name__ == "__main__":
    main()
