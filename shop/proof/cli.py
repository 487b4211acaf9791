"""`flask trust verify` and `flask trust rebuild`."""

import click
from flask.cli import AppGroup

from shop.proof import commands, queries

trust = AppGroup("trust", help="The numbers of the proof panel.")


@trust.command("verify")
def verify() -> None:
    """Recount everything and compare; ends with status 1 and a sentence for each number that is wrong."""
    problems = 0
    for sentence in queries.verify():
        problems += 1
        click.echo(sentence)
    if problems:
        raise click.ClickException(f"{problems} numbers are wrong. `trust rebuild` counts them anew.")
    members, products = queries.size()
    click.echo(f"All numbers are right: {members} members, {products} products.")


@trust.command("rebuild")
def rebuild() -> None:
    """Throw the counters away and count everything anew."""
    click.echo(f"Counted {commands.rebuild()} rows.")
