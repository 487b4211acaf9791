"""One line a request, with an id that the answer carries too. No line holds a password, a token or a body."""

import logging
import re
import secrets
import sys
import time

import structlog
from flask import Flask, Response, g, request

GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
QUIET = ("static", "assets", "health")


def init_app(app: Flask) -> None:
    _configure()
    log = structlog.get_logger("request")

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        g.started = time.perf_counter()
        structlog.contextvars.bind_contextvars(request=g.request_id)

    @app.after_request
    def end(answer: Response) -> Response:
        answer.headers["X-Request-Id"] = g.get("request_id", "")
        if (request.endpoint or "").partition(".")[0] not in QUIET:
            took = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1)
            log.info("request", method=request.method, path=_path(), status=answer.status_code, ms=took)
        return answer

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        structlog.contextvars.unbind_contextvars("request")


def _path() -> str:
    """The path; a token in it opens doors, and who reads logs is not who may come in."""
    token = (request.view_args or {}).get("token")
    return request.path.replace(token, "…") if token else request.path


def _configure() -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
