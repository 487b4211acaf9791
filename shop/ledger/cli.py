"""`flask ledger verify`."""

import click
from flask.cli import AppGroup

from core.money import format_plain
from shop.ledger import proof

ledger = AppGroup("ledger", help="The books.")


@ledger.command("verify")
def verify() -> None:
    """Prove that the books foot; ends with status 1 and a sentence for each mistake when they do not."""
    problems, found = 0, proof.Proof()
    for sentence in proof.verify(found):
        problems += 1
        click.echo(sentence)
    if problems:
        raise click.ClickException(f"The books are wrong in {problems} places.")
    accounts, transfers = proof.size()
    click.echo(f"The books foot: {accounts} accounts, {transfers} transfers, every balance equals its transfers.")
    for currency, minor in sorted(found.turnover.items()):
        click.echo(f"{currency}: debits = credits = {format_plain(minor, currency)}")
    for name, currency, minor in found.providers:
        click.echo(f"{name}: {format_plain(minor, currency)} {currency}, as its requests say")
    click.echo(f"The chain is unbroken. Its seal: {found.seal}")
