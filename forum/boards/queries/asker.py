"""Statements are built once and kept: building one took longer than the database needs to answer it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, bindparam


@dataclass(frozen=True, eq=False)
class Asker:
    """Stands for whoever asks in a kept statement, so that the gate can be built into it."""

    id: Any


GUEST = Asker(None)
ASKER = Asker(bindparam("viewer", type_=Integer))  # any member; executed with {"viewer": member.id}


def asker_of(viewer: Any) -> Asker:
    """Who asks a kept statement in the viewer's place; it is executed with {"viewer": viewer.id}."""
    return GUEST if viewer.id is None else ASKER
