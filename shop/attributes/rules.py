"""What may be asked of the things on a board, and which answers fit. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.errors import Invalid, Refused
from core.i18n import _
from core.text import check_line
from shop.attributes.models import CHOICE, NUMBER, TEXT, YES_NO, BoardAttribute

MOST = 20  # attributes of one board
MOST_CHOICES = 50
LONGEST_NAME, LONGEST_UNIT, LONGEST_ANSWER = 40, 12, 200
NUMBER_TYPED = re.compile(r"-?\d{1,12}(?:[.,]\d{1,6})?")
APART = re.compile(r"[,，、;；\n]+")


@dataclass(frozen=True)
class Asked:
    """An attribute as a moderator describes it. `choices` only of a choice, `unit` only of a number."""

    name: str
    kind: str
    unit: str = ""
    choices: tuple[str, ...] = ()


def asked_of(name: str, kind: str, unit: str, choices: str) -> Asked:
    """Tidied; Invalid at the field."""
    if kind not in (TEXT, NUMBER, CHOICE, YES_NO):
        raise Invalid("kind", _("Choose one of these."))
    told = check_line(name, "name", LONGEST_NAME)
    unit = check_line(unit, "unit", LONGEST_UNIT) if kind == NUMBER and unit.strip() else ""
    return Asked(told, kind, unit, _choices(choices) if kind == CHOICE else ())


def _choices(typed: str) -> tuple[str, ...]:
    told = dict.fromkeys(check_line(part, "choices", LONGEST_NAME) for part in APART.split(typed) if part.strip())
    if not 1 < len(told) <= MOST_CHOICES:
        said = _("Name %(low)s to %(high)s choices, with commas between.", low=2, high=MOST_CHOICES)
        raise Invalid("choices", said)
    return tuple(told)


def check_room(count: int) -> None:
    if count >= MOST:
        raise Refused("too_many_attributes", _("A board asks for %(most)s things at most.", most=MOST))


def check_free(name: str, taken: Iterable[str]) -> None:
    if name.casefold() in {other.casefold() for other in taken}:
        raise Invalid("name", _("There is one of this name already."))


def field_of(attribute: BoardAttribute) -> str:
    return f"attribute-{attribute.id}"


def answers(asked: Iterable[BoardAttribute], typed: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """(answers by attribute id, problems by field). What was left empty is not answered."""
    given: dict[str, str] = {}
    problems: dict[str, str] = {}
    for attribute in asked:
        said = typed.get(field_of(attribute), "")
        try:
            if said.strip():
                given[str(attribute.id)] = _answer(attribute, said)
        except Invalid as problem:
            problems[field_of(attribute)] = str(problem)
    return given, problems


def _answer(attribute: BoardAttribute, said: str) -> str:
    told = check_line(said, field_of(attribute), LONGEST_ANSWER)
    if attribute.kind == NUMBER:
        return _number(attribute, told)
    wanted = {CHOICE: attribute.choices, YES_NO: ["yes", "no"]}.get(attribute.kind, [told])
    if told not in wanted:
        raise Invalid(field_of(attribute), _("Choose one of these."))
    return told


def _number(attribute: BoardAttribute, told: str) -> str:
    """Without the noughts that say nothing: 12.50 is 12.5."""
    if not (told.isascii() and NUMBER_TYPED.fullmatch(told)):
        raise Invalid(field_of(attribute), _("Write a number, like 12.5."))
    number = format(Decimal(told.replace(",", ".")).normalize(), "f")
    return "0" if number == "-0" else number


def said(attribute: BoardAttribute, details: Mapping[str, Any]) -> str:
    """The answer as it is read; "" if there is none or it no longer fits."""
    told = details.get(str(attribute.id), "")
    if attribute.kind == YES_NO:
        return {"yes": _("Yes"), "no": _("No")}.get(told, "")
    return f"{told} {attribute.unit}" if told and attribute.unit else str(told)
