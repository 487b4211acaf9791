"""`flask db`: bringing the tables up and down."""

from pathlib import Path

import click
from alembic import command as alembic
from alembic.config import Config
from flask import current_app
from flask.cli import AppGroup

database = AppGroup("db", help="The database's tables.")


@database.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the tables to the newest (or given) revision, keeping the data."""
    alembic.upgrade(_config(), revision)
    click.echo("The database is up to date.")


@database.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the tables back to a revision (`base` removes them all)."""
    alembic.downgrade(_config(), revision)


@database.command("revision")
@click.argument("message")
def revision(message: str) -> None:
    """Write a new migration from the difference between models and database."""
    alembic.revision(_config(), message, autogenerate=True)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(current_app.root_path) / "migrations"))
    return config
