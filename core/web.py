"""What every view needs: one way to answer, one way to refuse. The only module that knows htmx."""

from typing import IO, Any
from urllib.parse import urlsplit

from flask import Flask, Response, make_response, redirect, render_template, request, send_file, session, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter
from werkzeug.urls import iri_to_uri

from core.errors import Missing, Refused, TooMany
from core.i18n import _
from core.paths import local_path

VARY = "HX-Request, HX-Request-Type, Cookie, Accept-Language"


class RowNumber(IntegerConverter):
    """`<int:…>` in routes: what a row's id can be. A longer number is a missing page, not a database overflow."""

    def __init__(self, map: Any, *args: Any, **kwargs: Any):  # noqa: A002  (Werkzeug's name)
        super().__init__(map, *args, **{"max": 2**31 - 1, **kwargs})


def wants_fragment() -> bool:
    """htmx asks for a part of the page, and not for a whole one (boosted links, back button)."""
    headers = request.headers
    return (
        "HX-Request" in headers
        and headers.get("HX-Request-Type") != "full"
        and "HX-Boosted" not in headers
        and "HX-History-Restore-Request" not in headers
    )


def render(page: str, /, *, fragment: str | None = None, status: int = 200, **context: Any) -> Response:
    """The page, or only its changed part when htmx asks for it."""
    template = fragment if fragment and wants_fragment() else page
    answer = make_response(render_template(template, **context), status)
    answer.headers["Vary"] = VARY
    return answer


def done(url: str, *, fragment: str | None = None, status: int = 201, **context: Any) -> Response:
    """After a write: the new fragment for htmx, a redirect (303) for everyone else."""
    if fragment and wants_fragment():
        answer = make_response(render_template(fragment, **context), status)
        answer.headers["Vary"] = VARY
        return answer
    if "HX-Request" in request.headers and wants_fragment():
        return Response(status=204, headers={"HX-Redirect": iri_to_uri(url)})  # only Location is quoted for us
    return make_response(redirect(url, 303))


def attach(body: IO[bytes], name: str) -> Response:
    """A file that was made for this answer, to be kept under this name; the name's ending says what it is."""
    return send_file(body, as_attachment=True, download_name=name, max_age=None, etag=False)


def show_errors(form: Any, problem: Any) -> None:
    """Put a refused value's sentence at its field, or at the form's head if the form has no such field."""
    field = getattr(problem, "field", None)
    place = form[field] if field in form else form  # noqa: SIM401  (forms have no get)
    if place is form:
        form.form_errors.append(str(problem))
    else:
        place.errors = [*place.errors, str(problem)]


def refuse(error: Refused) -> Response:
    """A refused fragment goes to the page's notice line, whatever the form's own target was."""
    if error.status == 404:
        return _problem(404, "missing", _("There is nothing here, or you may not see it."))
    if not isinstance(error, TooMany):
        return _problem(error.status, error.code, str(error))
    answer = _problem(error.status, error.code, str(error), **_typed())
    answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _problem(status: int, code: str, message: str, **context: Any) -> Response:
    answer = render(
        "error.html", fragment="_notice.html", status=status, http_status=status, code=code, message=message, **context
    )
    answer.headers["HX-Retarget"] = "#notice"
    answer.headers["HX-Reswap"] = "innerHTML"
    return answer


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status == 401 and not current_user.is_authenticated:
        return _to_sign_in()
    if error.response is not None or status < 400:
        return make_response(error.get_response())
    answer = _problem(status, HTTP_CODES.get(status, "http"), _said(status))
    if status == 405:
        answer.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or ())
    return answer


HTTP_CODES = {400: "bad_request", 403: "not_allowed", 404: "missing", 405: "method", 413: "too_large", 429: "too_many"}


def _said(status: int) -> str:
    known = {
        400: _("This request could not be understood."),
        403: _("You may not do this."),
        404: _("There is nothing here, or you may not see it."),
        405: _("This page does not take that."),
        413: _("This is too large."),
    }
    return known.get(status, _("This did not work. Please try again."))


def _to_sign_in() -> Response:
    """Sends a guest to sign in and, after a GET, back to where they were going."""
    back = request.full_path.rstrip("?") if request.method == "GET" else local_path(_path_of(request.referrer))
    where = url_for("members.login", next=back)
    if wants_fragment():
        return Response(status=401, headers={"HX-Redirect": where})
    return make_response(redirect(where, 302)) if request.method == "GET" else make_response(redirect(where, 303))


def _path_of(referrer: str | None) -> str:
    parts = urlsplit(referrer or "")
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _lost_token(error: CSRFError) -> Response:
    """400 with everything that was typed kept in a form, so that one click sends it again.

    Not for a form on another site: one click would do what that site wants. Its request came without our cookie, and
    an answer with a new one would sign the member out.
    """
    message = _("This page was open for too long, or was sent from elsewhere. Nothing was changed.")
    if _is_from_elsewhere():
        answer = _problem(400, "csrf", message)
        session.modified = False
        return answer
    return _problem(400, "csrf", message, **_typed())


def _typed() -> dict[str, Any]:
    """For a refusal that passes: all that was typed, passwords aside, so that one click sends it again."""
    if request.method != "POST" or request.files:
        return {}
    fields = request.form.items(multi=True)
    kept = [(name, value) for name, value in fields if name != "csrf_token" and "password" not in name]
    return {"kept": kept, "action": request.full_path.rstrip("?")} if kept else {}


def _is_from_elsewhere() -> bool:
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site not in ("same-origin", "none")
    return origin is not None and urlsplit(origin).netloc != request.host


def _unavailable(error: Exception) -> Response:
    """A locked database or a full disk: nothing was changed, and it may heal."""
    request.environ["boardwalk.trouble"] = repr(error)
    answer = _problem(
        503, "unavailable", _("The site is very busy. Nothing was changed; please try again soon."), **_typed()
    )
    answer.headers["Retry-After"] = "5"
    return answer


def _impossible(_error: Exception) -> Response:
    """A value that no row can hold, such as a NUL byte in an address: so there is no such row."""
    return refuse(Missing())


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = RowNumber
    app.register_error_handler(Refused, refuse)
    app.register_error_handler(CSRFError, _lost_token)
    app.register_error_handler(DataError, _impossible)
    app.register_error_handler(OperationalError, _unavailable)
    app.register_error_handler(PoolTimeout, _unavailable)
    app.register_error_handler(HTTPException, _http)
