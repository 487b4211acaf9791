"""What the headers of an old message mean: who, when, which id, answering what. Pure.

Nothing here trusts a header to be well formed; every function has an answer for rubbish.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import parsedate_tz

from forum.imports.charsets import decoded

FIRST_YEAR = 1979  # Usenet began; an earlier date is a clock that was never set
LONGEST_SUBJECT = 200
LONGEST_NAME = 80
MOST_REFERENCES = 100

ZONES = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 1, "WEST": 1, "MET": 1, "CET": 1, "MEST": 2, "MESZ": 2,
    "CEST": 2, "MEZ": 1, "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9, "AEST": 10, "NZST": 12, "NZDT": 13,
    "HST": -10, "AKST": -9, "AKDT": -8, "PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "CST": -6, "CDT": -5,
    "EST": -5, "EDT": -4, "AST": -4, "ADT": -3,
}  # fmt: skip

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c]+")
_ADDRESS = re.compile(r"[^\s<>(),;:\"]+@[^\s<>(),;\"]+")
_COMMENT = re.compile(r"[^\s(]*\s*\((.*?)\)?", re.DOTALL)
_ID = re.compile(r"<([^<>]+@[^<>]+)>")
_REPLY = re.compile(
    r"^[\s>]*(?:\[\d+\]\s*)?(?:re|aw|sv|antw|fwd?|回复|答复|转发)\s*(?:\^?\d+|[\[(]\d+[\])])?\s*[:：]\s*", re.IGNORECASE
)
_REPLY_DASH = re.compile(r"^\s*re-(?=re\s*:)", re.IGNORECASE)
_WAS = re.compile(r"\s*[\[(]\s*was\s*:?\s.*[\])]\s*$", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})[-/](\d\d?)[-/](\d\d?)(?:[T\s]+(\d\d?):(\d\d)(?::(\d\d))?)?\s*(Z|[+-]\d\d:?\d\d)?")


def clean(text: str) -> str:
    """One line without control characters, its white space collapsed."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def unfold(raw: bytes) -> str:
    """A header's text from its raw bytes: encoded words decoded, stray 8-bit bytes guessed."""
    text = decoded(raw, None)
    if "=?" not in text:
        return clean(text)
    try:
        parts = decode_header(text.replace("\n", " "))
    except (HeaderParseError, ValueError):
        return clean(text)
    return clean("".join(_word(part, charset) for part, charset in parts))


def _word(part: str | bytes, charset: str | None) -> str:
    return part if isinstance(part, str) else decoded(part, charset)


def author(value: str) -> tuple[str, str]:
    """(display name, address in lower case) of a From header in any of its odd forms.

    The address is a key to know the same writer again, never somewhere to write to. One of the two may be empty.
    """
    found = _ADDRESS.search(value)
    address = found.group().strip(".<>'") if found else ""
    rest = value.replace(found.group(), " ").replace("<", " ").replace(">", " ") if found else value
    comment = _COMMENT.fullmatch(rest.strip())
    name = clean((comment[1] if comment else rest).replace("\\", "").replace('"', " ")).strip(" ,;")
    if not re.search(r"\w", name) or "@" in name:
        name = address.partition("@")[0]
    return unicodedata.normalize("NFC", name)[:LONGEST_NAME], address.lower()


def subject(value: str) -> tuple[str, bool]:
    """(the subject without its reply marks, whether it had any): "Re^2: re: [3] Boots" is ("Boots", True)."""
    rest, before = value, None
    while rest != before:
        before = rest
        rest = _REPLY.sub("", _REPLY_DASH.sub("", rest))
    return clean(rest)[:LONGEST_SUBJECT], rest != value


def subject_key(value: str) -> str:
    """What two subjects of one conversation have in common: no marks, no "(was: ...)", no case, no punctuation."""
    bare = unicodedata.normalize("NFKC", _WAS.sub("", subject(value)[0])).casefold()
    return re.sub(r"[\W_]+", " ", bare).strip()


def message_id(value: str) -> str | None:
    """The id without brackets, or None where there is none to speak of."""
    found = _ID.search(re.sub(r"\s+", "", value))
    return _key(found.group(1)) if found else None


def references(value: str, in_reply_to: str = "") -> list[str]:
    """Ids of the ancestors, oldest first; cut-off ones and prose are passed over, each kept once."""
    found = list(map(_key, _ID.findall(_joined(value))))
    found += [key for key in map(_key, _ID.findall(_joined(in_reply_to))[:1]) if key not in found]
    return list(dict.fromkeys(found))[-MOST_REFERENCES:]


def _key(found: str) -> str:
    return found.strip()[:250]


def _joined(value: str) -> str:
    """White space inside an id's brackets taken out: "<x@ lists.example>" is one id."""
    return re.sub(r"<[^<>]{1,250}>", lambda bracketed: re.sub(r"\s+", "", bracketed.group()), value)


def date(value: str, *, latest: datetime) -> datetime | None:
    """The moment in UTC, or None when it is missing, impossible or after `latest`. Without a zone: UTC."""
    moment = _from_mail(value) or _from_iso(value)
    if moment is None or moment > latest or moment.year < FIRST_YEAR:
        return None
    return moment


def _from_mail(value: str) -> datetime | None:
    words = _zone_last(value).split()
    zone = words[-1].strip("()").upper() if words else ""
    given = ZONES.get(zone)
    parsed = parsedate_tz(" ".join(words[:-1] if given is not None else words))
    if parsed is None:
        return None
    seconds = given * 3600 if given is not None else parsed[9] or 0
    return _moment(parsed[:6], seconds)


def _zone_last(value: str) -> str:
    """ "Wed Apr 21 11:08:28 EDT 1993" with the zone at the end, where the parser looks for it; comments dropped."""
    bare = re.sub(r"\([^)]*\)", " ", value).strip() or value
    bare = re.sub(r"(\d{1,2})-([A-Za-z]{3})-(\d{2,4})", r"\1 \2 \3", bare)
    return re.sub(r"^(.*\d:\d\d(?::\d\d)?)\s+([A-Za-z]{2,5})\s+(\d{4})$", r"\1 \3 \2", bare)


def _from_iso(value: str) -> datetime | None:
    found = _ISO.search(value)
    if not found:
        return None
    zone = (found[7] or "Z").replace(":", "")
    seconds = 0 if zone == "Z" else int(zone[0] + "1") * (int(zone[1:3]) * 3600 + int(zone[3:5]) * 60)
    return _moment(tuple(int(part or 0) for part in found.groups()[:6]), seconds)


def _moment(parts: Sequence[int], offset: int) -> datetime | None:
    try:
        year, month, day, hour, minute, second = parts
        zone = timezone(timedelta(seconds=offset))
        return datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
