"""What authors mean to do with the thing they write about: wish for it, offer it, or say that they do not want it.

Text is taken apart into sentences and clauses. A clause with a marker (求购, WTB, 转让, for sale, 不想买 …) has an
aim. The clauses after it in the same sentence share the aim (`求购: 头盔, 手套`) until one of them begins anew (`but`,
因为, `I` …); so does a clause just before a bare marker (`Shoei helmet, for sale`). What an opening's title or its
thread's kind aims at holds for all its clauses without an aim of their own. "Sold" and "found" end an offer or a wish:
said alone, the post's; said with a thing (`头盔已出`), that thing's.

After Gupta and others, "Identifying purchase intent from social posts" (ICWSM 2014), with rules in the place of a
trained classifier. Pure.
"""

import re
from collections.abc import Iterable, Iterator
from operator import add
from typing import NamedTuple

from search import intent_words as words
from search.analysis import normalize

WANTS, SELLS, DECLINES, SOLD, FOUND = "wants", "sells", "declines", "sold", "found"
READ = 6_000  # characters of a text that are looked at
SHORT = 40  # characters of a line that may belong to the list above it
_ENDS = {SOLD: SELLS, FOUND: WANTS}
_OF_KIND = {"wish": WANTS, "sale": SELLS}
_SENTENCE = re.compile(r"([。！？!?；;…]+|\.(?=\s|$)|\n(?!\s*[a-z]))")
_CLAUSE = re.compile(
    r"[，、]|,(?!\d)|[:：](?!\d)|\s[-–—|]+\s|[】\])）]|(?=但|不过|因为|因為|可是|然而|所以)"
    r"|\s(?=(?:but|because|since|although|however|if|so)\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z']+")
_CJK = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile("[a-z]")


class Said(NamedTuple):
    """Those parts of a post in which its author wishes to buy, offers, or declines; "" where they do not."""

    wants: str = ""
    sells: str = ""
    declines: str = ""


def read(title: str, text: str, thread_kind: str = "", over: frozenset[str] = frozenset()) -> Said:
    """For an opening, give its title and its thread's kind; for other posts neither. `over` names what has ended by
    other news ("wants", "sells"): the product was closed, the author said later that it is sold."""
    heads = list(_aimed(title, whole=True))
    stance = next((aim for aim, _ in heads if aim in (WANTS, SELLS)), _OF_KIND.get(thread_kind, ""))
    parts: dict[str, list[str]] = {aim: [] for aim in (WANTS, SELLS, DECLINES, SOLD, FOUND)}
    over = over | {_ENDS[aim] for aim, _ in heads if aim in _ENDS}
    for aim, clause in [*heads, *_aimed(text[:READ], whole=bool(stance))]:
        if aim or stance:
            parts[aim or stance].append(clause)
        if aim in _ENDS and _is_bare(aim, clause):
            over |= {_ENDS[aim]}
    for ended, aim in _ENDS.items():
        if aim in over:
            parts[aim] = []
        elif parts[aim]:
            parts[DECLINES] += parts[ended]
    return Said(*("\n".join(parts[aim]) for aim in Said._fields))


def ended(remarks: Iterable[str]) -> frozenset[str]:
    """What an author's later remarks in their own thread, in order, have put an end to."""
    over: set[str] = set()
    for remark in remarks:
        aims = {aim for aim, _ in _aimed(remark[:READ], whole=False)}
        over |= {_ENDS[aim] for aim in aims & _ENDS.keys()}
        if words.AGAIN.search(normalize(remark)):
            over.clear()
    return frozenset(over)


def _stirring(text: str) -> frozenset[str]:
    """The words, characters and pairs of characters that may be part of a marker: the one look that most text gets."""
    lowered = text.lower()
    found = words.STIRRING.intersection(_WORD.findall(lowered))
    if "$" in text or not text.isascii():
        found |= words.STIRRING.intersection(lowered) | words.STIRRING.intersection(map(add, lowered, lowered[1:]))
    return found


def _aimed(text: str, *, whole: bool) -> Iterator[tuple[str, str]]:
    """(aim or "", clause) in order: of the whole text, or of those sentences that may have an aim."""
    pieces = _SENTENCE.split(text)
    listing = ""
    for sentence, mark in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        stirring = _stirring(sentence)
        if not (whole or listing or stirring) or not sentence.strip():
            continue
        if "?" in mark or "？" in mark:
            stirring |= {"?"}
        found = _clauses(sentence, stirring, listing if len(sentence) <= SHORT else "")
        yield from found
        aim, last = found[-1]
        opens = bool(aim) and (sentence.rstrip().endswith((":", "：")) or _is_bare(aim, last))
        listing = aim if opens or (listing and aim == listing) else ""


def _clauses(sentence: str, stirring: frozenset[str], listing: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    carried = listing
    for clause in _CLAUSE.split(sentence):
        if not clause.strip():
            continue
        aim = _aim(clause, stirring) if stirring else ""
        if aim and not carried and _is_bare(aim, clause):
            found = [(before or aim, text) for before, text in found]
        elif not aim and words.ANEW.match(clause.strip().lower()):
            carried = ""
        carried = aim or carried
        found.append((carried, clause.strip()))
    return found or [("", sentence)]


def _aim(clause: str, stirring: frozenset[str]) -> str:
    lowered = clause.lower()
    here = [hint for hint in stirring if hint in lowered]
    hinted = [aim for aim, hints in words.HINTS.items() if not hints.isdisjoint(here)] if here else []
    folded = normalize(clause) if hinted else ""
    for aim in hinted:
        marker = words.MARKERS[aim].search(folded)
        if (
            marker
            and not ("?" in stirring and aim in (SOLD, FOUND, SELLS))
            and not words.OTHERS.search(folded[: marker.start()])
        ):
            return aim
    return next((aim for aim in hinted if aim in words.CAPITALS and words.CAPITALS[aim].search(clause)), "")


def _is_bare(aim: str, clause: str) -> bool:
    """Whether a clause says little but its marker."""
    folded = normalize(clause)
    rest = words.FILLERS.sub(" ", words.MARKERS[aim].sub(" ", folded, count=1))
    if aim in words.CAPITALS:
        rest = rest if rest != folded else words.CAPITALS[aim].sub(" ", clause).lower()
    return len(_CJK.findall(rest)) < 2 and len(_LATIN.findall(rest)) < 5
