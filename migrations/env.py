"""Alembic runs inside the app: the writer's connection, the models of all rooms."""

from alembic import context

from core.db import UTCDateTime, db


def render_item(kind: str, thing: object, _context: object) -> str | bool:
    """Migrations stand alone: our own types are written as the plain types beneath them."""
    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


with db.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_item=render_item,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
