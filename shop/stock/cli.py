"""`flask stock verify`."""

import click
from flask.cli import AppGroup

from shop.stock import proof

stock = AppGroup("stock", help="What there is to sell.")


@stock.command("verify")
def verify() -> None:
    """Prove that stock, movements, holds, limits and order lines agree; ends with status 1 when they do not."""
    problems = 0
    for sentence in proof.everything():
        problems += 1
        click.echo(sentence)
    if problems:
        raise click.ClickException(f"The stock is wrong in {problems} places.")
    click.echo("The stock is right: every counter equals its movements and holds, and nothing is oversold.")
