"""How long something takes, in words."""

from datetime import timedelta

from babel.dates import format_timedelta

from core.i18n import locale_name


def duration(seconds: int) -> str:
    return format_timedelta(timedelta(seconds=seconds), threshold=1.2, locale=locale_name())
