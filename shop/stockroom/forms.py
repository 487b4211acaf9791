"""The shape of what a seller books."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from core.forms import REQUIRED, Form, Line, WholeField
from core.i18n import _, _l
from shop.stock.commands import Why
from shop.stock.models import Place
from shop.stock.rules import LONGEST_PERIOD, MOST
from shop.stockroom.queries import Room
from shop.stockroom.words import BOOKED, KIND_NAMES, POOL_NAMES, SCOPE_NAMES


def new_key() -> str:
    """Of a form, so that sending it twice moves once."""
    return secrets.token_urlsafe(12)


def _choices(names: Mapping[str, Any]) -> list[Any]:
    return [SelectChoice(value, label) for value, label in names.items()]


def place_choices(places: list[Place]) -> list[Any]:
    return [SelectChoice("", _("At hand")), *(SelectChoice(str(place.id), place.name) for place in places)]


class Panel(Form):
    """One of several forms on a page: its fields' ids begin with its own name."""

    panel = ""

    def __init__(self, *args: Any, **given: Any):
        super().__init__(*args, **given)
        for field in self:
            field.id = f"{self.panel}-{field.name}"


class Booking(Panel):
    """What every movement carries: where, why, and the key of its form."""

    reason = StringField(_l("Why"), [Line(200, optional=True)])
    key = HiddenField(validators=[Line(64)], default=new_key)

    def why(self, actor_id: int) -> Why:
        return Why(actor_id, self.reason.data or "", key=f"form:{self.key.data}")


class MovementForm(Booking):
    panel = "movement"
    kind = SelectField(_l("The change"), choices=_choices({kind: KIND_NAMES[kind] for kind in BOOKED}))
    units = WholeField(_l("How many"), [InputRequired(REQUIRED)], low=1, high=MOST)
    pool = SelectField(_l("Pool"), choices=_choices(POOL_NAMES), default="normal")
    place = SelectField(_l("Place"))

    def __init__(self, room: Room, *args: Any, **given: Any):
        super().__init__(*args, **given)
        self.place.choices = place_choices(room.places)

    @property
    def spot_key(self) -> str:
        return f"{self.pool.data}:{self.place.data}"


class MoveForm(Booking):
    panel = "moving"
    units = WholeField(_l("How many"), [InputRequired(REQUIRED)], low=1, high=MOST)
    source = SelectField(_l("From where"))
    pool = SelectField(_l("To the pool"), choices=_choices(POOL_NAMES), default="normal")
    place = SelectField(_l("To the place"))

    def __init__(self, room: Room, *args: Any, **given: Any):
        super().__init__(*args, **given)
        self.source.choices = [SelectChoice(lying.key, spot_name(lying)) for lying in room.lying]
        self.place.choices = place_choices(room.places)

    @property
    def target_key(self) -> str:
        return f"{self.pool.data}:{self.place.data}"


class CountForm(Booking):
    """One line of the table "what lies where": what the page said, and what was counted."""

    panel = "counting"

    spot = SelectField()
    was = WholeField(validators=[InputRequired(REQUIRED)], high=MOST)
    counted = WholeField(_l("Counted"), [InputRequired(REQUIRED)], high=MOST)

    def __init__(self, room: Room, *args: Any, **given: Any):
        super().__init__(*args, **given)
        self.spot.choices = [SelectChoice(lying.key, "") for lying in room.lying]


class LimitForm(Panel):
    panel = "limit"
    scope = SelectField(_l("For"), choices=_choices(SCOPE_NAMES))
    most = WholeField(_l("At most"), [InputRequired(REQUIRED)], low=1, high=MOST)
    days = WholeField(_l("In so many days"), low=0, high=LONGEST_PERIOD)


class LowForm(Panel):
    panel = "low"
    low_at = WholeField(_l("Tell me when so few are left"), high=MOST)


class PlaceForm(Form):
    name = StringField(_l("A new place"), [Line(60)])


def spot_name(lying: Any) -> str:
    place = lying.place.name if lying.place else _("At hand")
    return f"{POOL_NAMES[lying.pool]} · {place} ({lying.units})"


FORMS: dict[str, Callable[..., Form]] = {
    "movement": MovementForm,
    "moving": MoveForm,
    "limit": lambda _room, **given: LimitForm(**given),
    "low": lambda room, **given: LowForm(**given | ({"data": {"low_at": room.pools[0].low_at}} if given else {})),
}
