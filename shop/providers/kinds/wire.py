"""One JSON request to a configured address: with a time limit, no redirects, no cookies."""

import json
from collections.abc import Mapping
from typing import Any

import requests

from shop.providers.interface import Down

LARGEST = 1024 * 1024


def ask(method: str, url: str, *, headers: Mapping[str, str], body: object = None, timeout: float) -> tuple[int, Any]:
    """Status and parsed answer. Down for no answer, for 5xx and 429, and for what is not JSON."""
    given = {"headers": {**headers, "Accept": "application/json"}, "timeout": timeout, "allow_redirects": False}
    try:
        with requests.Session() as session:
            session.trust_env = False  # no proxy and no password file of the machine's own
            answer = session.request(method, url, json=body, stream=True, **given)  # type: ignore[arg-type]
            text = answer.raw.read(LARGEST, decode_content=True)
    except (requests.RequestException, OSError) as problem:
        raise Down(type(problem).__name__) from problem
    if answer.status_code >= 500 or answer.status_code == 429:
        raise Down(f"status {answer.status_code}")
    try:
        return answer.status_code, json.loads(text)
    except ValueError as problem:
        raise Down("not JSON") from problem
