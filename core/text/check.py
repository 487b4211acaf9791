"""What text is refused, in words, before anything is rendered or kept."""

import re
import unicodedata

from core.errors import Invalid
from core.i18n import _

LONGEST = 100_000  # characters of one post
DEEPEST = 20  # nested quotes; more is an attack on the parser, not a conversation
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
QUOTES = re.compile(r"^(?:[ \t]{0,3}>)+", re.MULTILINE)
BRACKETS = re.compile(r"[\[(*_`~]{200,}")
MOST_BRACKETS = 10_000  # each opening one looks for its other half as far as the text goes
FILLERS = "\u115f\u1160\u3164\uffa0\u2800"  # letters and a sign that show nothing


def check_text(text: str | None, field: str = "body", longest: int = LONGEST) -> str:
    """The text with tidy line ends, or Invalid: empty, too long, control characters, quotes too deep."""
    tidy = (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if not tidy:
        raise Invalid(field, _("Write something first."), "empty")
    if len(tidy) > longest:
        raise Invalid(field, _("This is too long: at most %(most)s characters.", most=longest), "too_long")
    if CONTROL.search(tidy):
        raise Invalid(field, _("This holds control characters that cannot be shown."), "control_characters")
    if any(mark.group().count(">") > DEEPEST for mark in QUOTES.finditer(tidy)):
        raise Invalid(field, _("Quotes are nested too deep: at most %(most)s.", most=DEEPEST), "too_deep")
    if BRACKETS.search(tidy) or tidy.count("[") > MOST_BRACKETS:
        raise Invalid(field, _("This repeats a formatting mark too many times."), "too_deep")
    return tidy


def check_line(text: str | None, field: str, longest: int = 200, shortest: int = 1) -> str:
    """One line (a title, a name): spaces folded, or Invalid. Direction overrides are refused, not hidden."""
    line = " ".join(unicodedata.normalize("NFC", text or "").split())
    if CONTROL.search(line) or BIDI.search(line):
        raise Invalid(field, _("This holds invisible or direction-changing characters."), "control_characters")
    if len(line) < shortest or (line and not any(map(_shows, line))):
        raise Invalid(field, _("Fill this in.") if shortest == 1 or not line else _("This is too short."), "too_short")
    if len(line) > longest:
        raise Invalid(field, _("This is too long: at most %(most)s characters.", most=longest), "too_long")
    return line


def _shows(sign: str) -> bool:
    return sign not in FILLERS and unicodedata.category(sign) not in ("Cf", "Zs", "Mn", "Me")
