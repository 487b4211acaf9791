"""Alembic runs inside the app: the writer's connection, the models of all rooms."""

from alembic import context
from sqlalchemy import Connection

from core.db import UTCDateTime, db


def render_item(kind: str, thing: object, _context: object) -> str | bool:
    """Migrations stand alone: our own types are written as the plain types beneath them."""
    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def keep_rows_apart(connection: Connection, switch: str) -> None:
    """SQLite changes a table by making it anew, and dropping the old one would count as deleting all its rows."""
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute(f"PRAGMA foreign_keys = {switch}")


with db.engine.connect() as connection:
    keep_rows_apart(connection, "OFF")
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_item=render_item,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
        if connection.dialect.name == "sqlite" and (
            lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        ):
            raise RuntimeError(f"Rows would point nowhere, nothing was changed: {lost[:5]}")
    connection.commit()
    keep_rows_apart(connection, "ON")
