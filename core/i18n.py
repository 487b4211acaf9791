"""Languages, and how times, numbers and money are shown in them."""

import datetime as calendar
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from babel import Locale, dates, numbers
from flask import Blueprint, Flask, current_app, g, has_request_context, redirect, request
from flask_babel import Babel, get_domain, get_locale, gettext, lazy_gettext, ngettext
from markupsafe import Markup

from core.clock import now
from core.paths import local_path

_ = gettext
_l = lazy_gettext
THEMES = ("auto", "light", "dark")
YEAR = 365 * 24 * 3600
UNITS = (24 * 3600, 3600, 60)
blueprint = Blueprint("i18n", __name__)


def init_app(app: Flask, languages: tuple[str, ...]) -> None:
    app.config.update(BABEL_DEFAULT_LOCALE=languages[0], BABEL_TRANSLATION_DIRECTORIES="translations")
    Babel(app, locale_selector=lambda: _choose(languages))
    app.register_blueprint(blueprint)
    app.jinja_env.filters.update(when=when, date=date, datetime=date_time, number=number)
    app.jinja_env.globals.update(languages=dict.fromkeys(languages, ""), language_names=LANGUAGE_NAMES)
    app.jinja_env.globals.update(_=_shown, ngettext=_shown_count)
    app.context_processor(_look)


LANGUAGE_NAMES = {"en": "English", "zh_Hans": "简体中文"}


def _choose(languages: tuple[str, ...]) -> str:
    """What was chosen on this device, else the member's language, else what the browser asks for."""
    if not has_request_context():
        return g.get("language", languages[0])
    for wanted in (request.cookies.get("language"), g.get("language")):
        if wanted in languages:
            return str(wanted)
    known = {language.split("_")[0]: language for language in languages}
    asked = (tag.lower().split("-")[0] for tag, quality in request.accept_languages if quality)
    return next((known[tag] for tag in asked if tag in known), languages[0])


def _look() -> dict[str, Any]:
    theme = request.cookies.get("theme", "auto") if has_request_context() else "auto"
    return {
        "lang": locale_name(),
        "lang_code": locale_name().replace("_", "-"),
        "theme": theme if theme in THEMES else "auto",
    }


def locale_name() -> str:
    """The language of this answer, "en" or "zh_Hans". Asked some eighty times a page, so kept with the request."""
    if not has_request_context():
        return str(get_locale() or "en")
    kept = g._get_current_object()  # one look through the proxy instead of three
    name: str | None = kept.get("locale_name")
    if name is None:
        name = kept.locale_name = str(get_locale() or "en")
    return name


@blueprint.post("/language")
def language() -> Any:
    return _remember("language", request.form.get("language", ""), current_app.jinja_env.globals["languages"])


@blueprint.post("/theme")
def theme() -> Any:
    return _remember("theme", request.form.get("theme", ""), THEMES)


def _remember(name: str, value: str, known: Any) -> Any:
    """Keep the choice in a cookie and go back to the page it was made on; only a path of this site is followed."""
    answer = redirect(local_path(request.form.get("next")), 303)
    if value in known:
        answer.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return answer


def forget_language(answer: Any) -> Any:
    """Take back what was chosen on this device, so that a language chosen later elsewhere counts."""
    answer.delete_cookie("language", samesite="Lax", httponly=True, secure=request.is_secure)
    return answer


@lru_cache(maxsize=8192)
def _day(day: calendar.date, locale: str) -> str:
    return dates.format_date(day, "medium", locale)


@lru_cache(maxsize=4096)
def _time_of_day(time: calendar.time, locale: str) -> str:
    return dates.format_time(time, "short", locale=locale)


def _moment(value: datetime, locale: str) -> str:
    """Day and minute. Apart from the cache of each, Babel needs 16 microseconds."""
    return f"{_day(value.date(), locale)} {_time_of_day(value.time().replace(second=0, microsecond=0), locale)}"


def date(value: calendar.date) -> str:
    """A day, or the day of a moment."""
    return _day(value.date() if isinstance(value, datetime) else value, locale_name())


def date_time(value: datetime) -> str:
    return _moment(value, locale_name())


def _age(value: datetime) -> int:
    """How long ago in seconds, in whole days, hours or minutes as a reader counts; 0 for now and beyond a week."""
    seconds = int((now() - value).total_seconds())
    if not UNITS[-1] <= seconds < 7 * UNITS[0]:
        return 0
    size = next(size for size in UNITS if seconds >= size)
    return seconds // size * size


def _ago(age: int, locale: str) -> str:
    past = timedelta(seconds=-age)
    return dates.format_timedelta(past, "minute", threshold=0.999, add_direction=True, format="short", locale=locale)


@lru_cache(maxsize=8192)
def _time_element(minute: datetime, age: int, locale: str) -> Markup:
    """Cached by minute: without any cache, Babel's formatting cost more than the rest of a thread page."""
    text = _ago(age, locale) if age else _day(minute.date(), locale)
    title = f"{_moment(minute, locale)} UTC"
    return Markup('<time datetime="{}" title="{}" data-relative>{}</time>').format(minute.isoformat(), title, text)


def when(value: datetime) -> Markup:
    """A <time> element: "2 hr. ago" up to a week, then the date; the exact time as title. page.js keeps it fresh."""
    return _time_element(value.replace(second=0, microsecond=0), _age(value), locale_name())


@lru_cache(maxsize=8192)
def _translated(message: str, locale: str) -> Markup:
    return Markup(get_domain().get_translations().ugettext(message))


def _shown(message: str, **values: Any) -> Markup:
    """`_` of the templates, from a cache: the stock one cost 10 microseconds for each of a page's 150 strings."""
    text = _translated(message, locale_name())
    return text % values if values or "%" in message else text


@lru_cache(maxsize=8192)
def _translated_count(one: str, many: str, count: int, locale: str) -> Markup:
    return Markup(get_domain().get_translations().ungettext(one, many, count))


def _shown_count(one: str, many: str, num: int, **values: Any) -> Markup:
    """`ngettext` of the templates; `%(num)s` is the number, written as the language writes it."""
    return _translated_count(one, many, num, locale_name()) % ({"num": number(num)} | values)


def number(value: float) -> str:
    return _numbered(value, locale_name())


@lru_cache(maxsize=4096)
def _numbered(value: float, locale: str) -> str:
    return numbers.format_decimal(value, locale=Locale.parse(locale))


__all__ = ["_", "_l", "gettext", "lazy_gettext", "ngettext"]
