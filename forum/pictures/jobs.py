"""Tidying up after people who changed their minds."""

from core.jobs import every
from forum.pictures.commands import sweep


@every(hours=1)
def remove_unused() -> None:
    while sweep():
        pass
