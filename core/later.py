"""Commands whose code is loaded when they are called: a web process need not hold importers, migrations and demos."""

from importlib import import_module
from typing import Any

import click


class Later(click.Command):
    """Stands in `flask --help` for the command at `where` ("forum.imports.cli:importing") until it is called."""

    def __init__(self, name: str, where: str, help: str):  # noqa: A002  (click's name)
        super().__init__(name, help=help)
        self.where = where

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **extra: Any) -> click.Context:
        module, _, attribute = self.where.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command.make_context(info_name, args, *more, **extra)
