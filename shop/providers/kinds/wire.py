"""Requests to configured addresses only: with a time limit, no redirects, no proxy or password file of the machine."""

import json
from collections.abc import Mapping
from typing import Any

import requests

from shop.providers.interface import Down

LARGEST = 1024 * 1024


class Session(requests.Session):
    """What the providers' own libraries send with, too."""

    def __init__(self, timeout: float):
        super().__init__()
        self.trust_env, self.max_redirects, self.timeout = False, 0, timeout

    def request(self, method: Any, url: Any, **given: Any) -> requests.Response:  # type: ignore[override]
        return super().request(method, url, **{"timeout": self.timeout, "allow_redirects": False, **given})


def fetch(method: str, url: str, *, timeout: float, **given: Any) -> tuple[int, str]:
    """Status and text of the answer; Down when there is none."""
    try:
        with Session(timeout) as session:
            answer = session.request(method, url, stream=True, **given)
            text = answer.raw.read(LARGEST, decode_content=True).decode(errors="replace")
    except (requests.RequestException, OSError) as problem:
        raise Down(type(problem).__name__) from problem
    check_status(answer.status_code)
    return answer.status_code, text


def ask(method: str, url: str, *, headers: Mapping[str, str], body: object = None, timeout: float) -> tuple[int, Any]:
    """Status and parsed answer. Down for no answer, for 5xx and 429, and for what is not JSON."""
    given = {"headers": {**headers, "Accept": "application/json"}, "json": body}
    status, text = fetch(method, url, timeout=timeout, **given)
    return status, parsed(text)


def check_status(status: int) -> None:
    """A provider in trouble knows nothing now: that is no answer."""
    if status >= 500 or status == 429:
        raise Down(f"status {status}")


def parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as problem:
        raise Down("not JSON") from problem
