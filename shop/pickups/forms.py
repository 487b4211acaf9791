"""What sellers type about their points and windows."""

from datetime import date, time
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from wtforms import DateField, SelectField, StringField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from core.forms import REQUIRED, Form, Line, WholeField
from core.i18n import _l
from shop.pickups.rules import Plan


@lru_cache(maxsize=1)
def _zones() -> list[SelectChoice]:
    """Continent/Town and UTC; the database's historic names are left out."""
    areas = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    return [
        SelectChoice(name, name) for name in sorted(available_timezones()) if name == "UTC" or name.startswith(areas)
    ]


class PointForm(Form):
    name = StringField(_l("Name"), [Line(60)])
    place = StringField(_l("Address"), [Line(200)])
    zone = SelectField(_l("Time zone"), default="UTC")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.zone.choices = _zones()


class Day(DateField):
    """A day that calendars can hold with room around it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        typed: date | None = getattr(self, "data", None)
        if typed is not None and not 2000 <= typed.year <= 2200:
            self.data = None
            raise ValueError(self.gettext("Not a valid date value."))


class PlanForm(Form):
    first = Day(_l("Day"), [InputRequired(REQUIRED)])
    opens = TimeField(_l("From"), [InputRequired(REQUIRED)], default=time(9))
    closes = TimeField(_l("To"), [InputRequired(REQUIRED)], default=time(18))
    minutes = WholeField(_l("Minutes for each window"), [InputRequired(REQUIRED)], low=10, high=1440, default=60)
    capacity = WholeField(_l("Orders in each"), [InputRequired(REQUIRED)], low=1, high=10_000, default=10)
    cutoff_hours = WholeField(
        _l("Chosen at most this many hours before"), [InputRequired(REQUIRED)], low=0, high=336, default=6
    )
    days = WholeField(_l("On how many days in a row"), [InputRequired(REQUIRED)], low=1, high=60, default=1)

    def plan(self) -> Plan:
        """Only of a form that is valid."""
        times: list[Any] = [field.data for field in (self.first, self.opens, self.closes)]
        numbers: list[Any] = [field.data for field in (self.minutes, self.capacity, self.cutoff_hours, self.days)]
        return Plan(*times, *numbers)
