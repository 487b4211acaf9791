"""`flask ledger verify`."""

import click
from flask.cli import AppGroup

from shop.ledger import proof

ledger = AppGroup("ledger", help="The books.")


@ledger.command("verify")
def verify() -> None:
    """Prove that the books foot; ends with status 1 and a sentence for each mistake when they do not."""
    problems = 0
    for sentence in proof.verify():
        problems += 1
        click.echo(sentence)
    if problems:
        raise click.ClickException(f"The books are wrong in {problems} places.")
    accounts, transfers = proof.size()
    click.echo(f"The books foot: {accounts} accounts, {transfers} transfers, every balance equals its transfers.")
