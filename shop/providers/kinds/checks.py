"""What reading callbacks shares: their hour, and our reference in them."""

import json
from datetime import UTC, datetime
from typing import Any

from shop.providers.interface import WINDOW, BadCallback
from shop.providers.rules import is_reference


def check_window(seconds: str, received: datetime) -> None:
    """BadCallback unless it was signed about when it came in: five minutes either way."""
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12):
        raise BadCallback("shape")
    check_moment(datetime.fromtimestamp(int(seconds), UTC), received)


def check_moment(signed: datetime, received: datetime) -> None:
    if abs((received - signed).total_seconds()) > WINDOW:
        raise BadCallback("window")


def read_json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as problem:
        raise BadCallback("shape") from problem


def reference_in(found: Any, *path: str) -> str:
    """Our reference at this place; BadCallback when there is none."""
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if not (isinstance(found, str) and is_reference(found)):
        raise BadCallback("shape")
    return found
