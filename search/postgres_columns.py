"""Rows as columns: one row of arrays in PostgreSQL's binary form: 20 times quicker than as Python values."""

import numpy
from sqlalchemy import Connection

from search.postgres_scores import Plan
from search.postgres_tables import run
from search.whoosh_codec import Array

_HEADER = 20  # bytes before the elements of an array of one dimension; each element has its length before it
VECTORS = ("words", "wants", "sells", "declines")
_TYPES = {"bigint": ">i8", "integer": ">i4", "smallint": ">i2", "real": ">f4", "boolean": "?"}


def packed(connection: Connection, plan: Plan, columns: dict[str, str], found: str) -> tuple[list[Array], list[Array]]:
    """These columns (name: type), and the values of the plan's expressions, of the rows that a WHERE clause finds.

    `setweight` without words to weigh gives a vector as it is: unpacked once, however many expressions read it.
    """
    document, vectors = plan.generation.document, [name for name in VECTORS if plan.reads(name)]
    unpacked = [f"setweight({name}, 'A', '{{}}') AS {name}" for name in vectors]
    rows = f"SELECT {', '.join([*columns, *unpacked])} FROM {document} WHERE {found} OFFSET 0"
    wanted = [*columns.items(), *plan.expressions]
    sent = ", ".join(f"array_send(array_agg({expression}))" for expression, _ in wanted)
    row = run(connection, f"SELECT {sent} FROM ({rows}) AS found", **plan.binds.values).one()
    arrays = [_array(values, _TYPES[kind]) for values, (_, kind) in zip(row, wanted, strict=True)]
    return arrays[: len(columns)], arrays[len(columns) :]


def _array(sent: bytes | None, kind: str) -> Array:
    """The elements in the byte order of this machine; none when there is no array."""
    values = numpy.frombuffer(sent or b"", [("size", ">i4"), ("value", kind)], offset=_HEADER if sent else 0)["value"]
    return values.astype(values.dtype.newbyteorder("="))
