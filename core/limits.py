"""Rate limits, all in one table. Kept in memory, or in Redis when there are several web processes."""

import time
from datetime import timedelta
from ipaddress import ip_network

from babel.dates import format_timedelta
from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from core.errors import TooMany
from core.hits import Hits
from core.i18n import _, locale_name

LIMITS = {
    "sign-in": "10/5 minutes",
    "sign-in-all": "1000/5 minutes",
    "right-password": "60/5 minutes",
    "sign-up": "10/hour",
    "sign-up-taken": "20/hour",
    "reset": "5/day",
    "verify": "5/hour",
    "post": "20/5 minutes",
    "post-new": "6/5 minutes",
    "thanks": "60/5 minutes",
    "edit": "30/5 minutes",
    "board": "5/day",
    "apply": "20/day",
    "invite": "30/day",
    "message": "30/5 minutes",
    "message-new": "5/hour",
    "upload": "60/hour",
    "search": "5/second",
    "suggest": "15/second",
    "save-search": "60/hour",
    "feed": "120/minute",
    "missed": "30/minute",
    "preview": "60/minute",
    "money": "30/hour",
    "files": "60/hour",
    "look": "60/5 minutes",
    "callback": "600/minute",
    "checkout": "30/5 minutes",
    "coupon": "40/hour",  # codes are not to be found by trying
    "report": "20/hour",
    "variants": "60/hour",
    "hand-over": "120/5 minutes",
}


def init_app(app: Flask, redis_url: str) -> None:
    store = storage_from_string(redis_url) if redis_url else Hits()
    app.extensions["limits"] = MovingWindowRateLimiter(store)  # type: ignore[arg-type]


def limit(name: str, *key: object) -> None:
    """Count one use of `name` by `key` (a member's id, an address); TooMany when it was one too many."""
    window, limiter = _window(name), current_app.extensions["limits"]
    identity = ":".join(map(household, key))
    if not limiter.hit(window, name, identity):
        raise _too_many(window, name, identity)


def check_limit(name: str, *key: object) -> None:
    """TooMany when nothing is left, without counting: for what is counted only when it fails."""
    window, limiter = _window(name), current_app.extensions["limits"]
    identity = ":".join(map(household, key))
    if not limiter.test(window, name, identity):
        raise _too_many(window, name, identity)


def household(part: object) -> str:
    """IPv6 by its network: one household has 2^64 addresses, and so has one attacker."""
    text = str(part)
    try:
        return str(ip_network((text, 64), strict=False)) if ":" in text else text
    except ValueError:
        return text


def _too_many(window: RateLimitItem, name: str, identity: str) -> TooMany:
    reset = current_app.extensions["limits"].get_window_stats(window, name, identity).reset_time
    wait = max(1, int(reset - time.time()) + 1)
    words = format_timedelta(timedelta(seconds=wait), locale=locale_name())
    return TooMany(wait, _("That is a lot at once. Please wait %(time)s.", time=words))


def _window(name: str) -> RateLimitItem:
    table: dict[str, RateLimitItem] = current_app.extensions.setdefault("limit_windows", {})
    if name not in table:
        table[name] = parse(current_app.config.get("LIMITS", {}).get(name, LIMITS[name]))
    return table[name]


def address() -> str:
    """The caller's address; behind proxies it is the one the nearest trusted proxy saw."""
    return request.remote_addr or "unknown"
