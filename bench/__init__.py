"""Benchmarks: rows to measure with, and what pages cost beside two ceilings."""

from flask import Flask

from core.later import Later


def init_app(app: Flask) -> None:
    app.cli.add_command(Later("bench", "bench.cli:bench", "Rows to measure with. Never on a site that people use."))
