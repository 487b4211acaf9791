"""`flask demo`: fills an empty site and says who can sign in."""

import click
from flask import current_app
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import select

from core.db import db
from demo import bargaining, looking, people, talking, trading, writing
from demo.timeline import Timeline
from demo.town import PASSWORD, Town
from forum.boards.models import Board
from forum.members.models import Member

MARK = "demo"  # a file in the data folder; with it play money is on
ACCOUNTS = (
    ("Keeper", "operator: settles money, sees everything that operators see"),
    ("Marta", "owner of the Workshop, sells spoons"),
    ("Ravi", "owner of Vintage Audio, where an application waits"),
    ("Pell", "new here, buys things, is in few boards"),
    ("苏苏", "中文：轻盈生活的版主，卖厨房秤"),
    ("林小雨", "中文：普通成员，有订单和私信"),
)


@click.command()
@with_appcontext
@click.option("--size", type=click.Choice(["small", "large"]), default="small", show_default=True)
def demo(size: str) -> None:
    """Fill an empty site with a small invented community. Does nothing where there are members or boards already."""
    if db.session.scalar(select(Member.id).limit(1)) or db.session.scalar(select(Board.id).limit(1)):
        click.echo("There are members or boards already, so no demo community moves in.")
        return
    settings = current_app.extensions["settings"]
    town = Town(settings.currency, settings.fee_percent)
    line = Timeline()
    for room in (people, talking, trading, writing, bargaining, looking):
        room.plan(line, town)
    if size == "large":
        talking.plan_more(line, town)
    (settings.data / MARK).touch()
    _watch(line)
    _introduce()


def _watch(line: Timeline) -> None:
    with Progress(transient=True) as progress:
        task = progress.add_task("A community moves in", total=len(line))
        for _moment in line.run():
            progress.advance(task)


def _introduce() -> None:
    table = Table("name", "who", title=f"Demo accounts, all with the password {PASSWORD}")
    for name, who in ACCOUNTS:
        table.add_row(name, who)
    Console().print(table)
