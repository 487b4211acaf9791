"""What an imported thread is, by its title: people of every forum mark offers and wishes alike."""

import re

WISH = re.compile(
    r"\b(?:wanted|wtb|want(?:ed)? to buy|looking (?:for|to buy)|iso|in search of|need(?:ed)?(?!\s+(?:\w+\s+)?"
    r"(?:help|advice|info\w*|opinions?|suggestions?|recommendations?)\b))\b"
    r"|求购|求租|想买|想收|^[\[【(]?[收求][\]】):：]",
    re.IGNORECASE,
)
SALE = re.compile(
    r"\b(?:for\s?-?sale|4\s?sale|f/?s|wts|selling|sale|must sell|to sell|auction|obo|best offer)\b"
    r"|\$\s?\d|出售|转让|^[\[【(]?出[\]】):：]",
    re.IGNORECASE,
)
QUESTION = re.compile(
    r"[?？]\s*$|^(?:how|what|which|where|why|who|does|is|are|can|help)\b|\bneed(?:ed)?\s+(?:\w+\s+)?(?:help|advice|info)"
    r"|^请问|^求助|求.{0,6}?推荐|求推",
    re.IGNORECASE,
)


def kind_of(title: str) -> str:
    """wish, sale, question or talk. A wish first: "Wanted: bike for sale?" is one."""
    for kind, mark in (("wish", WISH), ("sale", SALE), ("question", QUESTION)):
        if mark.search(title):
            return kind
    return "talk"
