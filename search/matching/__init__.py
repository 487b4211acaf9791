"""Wishes meet shops (M33): a new wish is told to who sells such things, a new offer to who wishes for it."""

from flask import Flask

from search.matching import consumers, jobs, sentences

WORK = (consumers, jobs, sentences)


def init_app(app: Flask) -> None:
    """Nothing to show: what comes of it are notices."""
