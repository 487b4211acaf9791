"""Quiet hours: when a member's pages, mails and signals stay silent. What is written still arrives."""

import re
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from core.errors import Invalid
from core.i18n import _

HOUR = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
UTC = "UTC"


@cache
def zones() -> tuple[str, ...]:
    """The names of the IANA database that are places ("Europe/Berlin"), and UTC."""
    return (UTC, *sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")))


def check_zone(name: str | None) -> str:
    """A time zone's name in its usual spelling, "" for none, or Invalid."""
    wanted = (name or "").strip().replace(" ", "_").casefold()
    if not wanted:
        return ""
    found = {zone.casefold(): zone for zone in zones()}.get(wanted)
    if found is None:
        raise Invalid("time_zone", _("There is no time zone of this name. Examples: Europe/Berlin, Asia/Shanghai."))
    return found


def check_hour(typed: str | None, field: str) -> int | None:
    """Minutes after midnight of "22:30", None for nothing, or Invalid."""
    hour = (typed or "").strip()
    if not hour:
        return None
    found = HOUR.fullmatch(hour)
    if found is None:
        raise Invalid(field, _("Write a time like 22:30."))
    return int(found[1]) * 60 + int(found[2])


def hour_of(minutes: int | None) -> str:
    return "" if minutes is None else f"{minutes // 60:02}:{minutes % 60:02}"


def is_quiet(member: Any, at: datetime) -> bool:
    """Whether it is the member's quiet time. Hours may go past midnight; the end is not part of them."""
    start, end = member.quiet_from, member.quiet_to
    if start is None or end is None or start == end:
        return False
    there = at.astimezone(ZoneInfo(member.time_zone or UTC))
    minute = there.hour * 60 + there.minute
    return start <= minute < end if start < end else minute >= start or minute < end
