"""Words that the index knows: near misses of one, and those that begin so. None that the asker could not read."""

from itertools import islice, takewhile

from sqlalchemy import Connection

from search.analysis import STEM, is_cjk, pairs
from search.engine import LONGEST, LONGEST_RUN, SHORTEST, Readable
from search.nodes import Phrase
from search.postgres_questions import Binds, gate
from search.postgres_scores import LAST
from search.postgres_tables import Generation, run
from search.postgres_vectors import query, term_query

LOOKED_AT = 2_000  # words that share half of the one asked about
SIGNS = 200  # characters that may stand at one place of a run
AT_ONCE, MOST_COUNTED = 8, 64  # candidates that are counted together, and at all when a word is mended
LIKELY = 24  # of them, when enough stand on the asker's boards
BEGINNINGS = 200  # candidates when a word is completed
COUNTED = 1_000  # documents of a word; more make no difference
LARGE = 1 << 31
Counts = dict[str, int]


def similar(connection: Connection, generation: Generation, word: str, boards: Readable, most: int) -> tuple[str, ...]:
    if not is_storable(word):
        return ()
    find = _runs if is_cjk(word) else _edited
    likeliest = dict(islice(find(connection, generation, word).items(), MOST_COUNTED))
    return _visible(connection, generation, likeliest, boards, most)


def is_storable(word: str) -> bool:
    """Whether PostgreSQL takes it: no NUL, and nothing that UTF-8 cannot say."""
    return "\0" not in word and word.isprintable()


def _edited(connection: Connection, generation: Generation, word: str) -> Counts:
    """One edit leaves one half of a word as it was: candidates share its beginning or its end."""
    if not SHORTEST <= len(word) <= LONGEST:
        return {}
    half = len(word) // 2
    values = _range("start", word[:half]) | _range("end", word[half + 1 :][::-1])
    statement = (
        f"SELECT term, text FROM {generation.term} WHERE text > 0 AND char_length(term) BETWEEN :shortest AND :longest "
        "AND (term >= :start AND term < :start_end OR reverse(term) >= :end AND reverse(term) < :end_end) "
        f"ORDER BY text DESC LIMIT {LOOKED_AT}"
    )
    found = run(connection, statement, shortest=len(word) - 1, longest=len(word) + 1, **values)
    return {term: n for term, n in found if term[0] != STEM and not is_cjk(term) and is_one_edit(word, term)}


def _runs(connection: Connection, generation: Generation, whole: str) -> Counts:
    """Runs of Chinese with one other character all of whose pairs exist, and the number of documents of the rarest
    pair: the likeliest of each place in turn, as every character may be the wrong one."""
    if not 2 <= len(whole) <= LONGEST_RUN:
        return {}
    known = run(connection, f"SELECT term, text FROM {generation.term} WHERE term = ANY(:pairs)", pairs=pairs(whole))
    kept: Counts = {pair: count for pair, count in known}
    likely: list[tuple[int, int, str]] = []
    for at in range(len(whole)):
        left_alone = [pair for place, pair in enumerate(pairs(whole)) if place not in (at - 1, at)]
        bound = min((kept.get(pair, 0) for pair in left_alone), default=LARGE)
        signs = _signs(connection, generation, whole, at) if bound else {}
        signs.pop(whole[at], None)
        for rank, (sign, count) in enumerate(signs.items()):
            likely.append((rank, -min(bound, count), whole[:at] + sign + whole[at + 1 :]))
    return {other: -bound for _, bound, other in sorted(likely)}


def _signs(connection: Connection, generation: Generation, whole: str, at: int) -> Counts:
    """Characters that may stand at this place, by the rarer of the pairs which they make with their neighbours."""
    before, after = whole[at - 1 : at], whole[at + 1 : at + 2]
    if before:
        sign, found = "right(pair.term, 1)", "pair.term >= :start AND pair.term < :end"
    else:
        sign, found = "left(pair.term, 1)", "reverse(pair.term) >= :start AND reverse(pair.term) < :end"
    values = {"start": before or after, "end": (before or after) + LAST}
    count, joined = "pair.text", ""
    if before and after:
        values["after"] = after
        count = "least(pair.text, next.text)"
        joined = f"JOIN {generation.term} AS next ON next.term = {sign} || :after"
    statement = (
        f"SELECT {sign}, {count} FROM {generation.term} AS pair {joined} WHERE {found} "
        f"AND char_length(pair.term) = 2 AND {count} > 0 ORDER BY 2 DESC, 1 LIMIT {SIGNS}"
    )
    return {sign: count for sign, count in run(connection, statement, **values) if is_cjk(sign)}


def _range(name: str, start: str) -> dict[str, str]:
    return {name: start, f"{name}_end": start + LAST}


def is_one_edit(word: str, other: str) -> bool:
    """An insertion, deletion, replacement, or a swap of neighbours apart."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False)))
    mine, theirs = word[same:], other[same:]
    swapped = len(mine) > 1 and mine[:2] == theirs[1::-1] and mine[2:] == theirs[2:]
    one = mine[1:] == theirs[1:] or mine == theirs[1:] or mine[1:] == theirs
    return word != other and (swapped or one)


def completions(
    connection: Connection, generation: Generation, start: str, boards: Readable, most: int = 5
) -> tuple[str, ...]:
    if not start or start.startswith(STEM) or not is_storable(start):
        return ()
    statement = (
        f"SELECT term, text + tag FROM {generation.term} WHERE term >= :start AND term < :end AND text + tag > 0 "
        f"ORDER BY text + tag DESC, term LIMIT {BEGINNINGS}"
    )
    candidates: Counts = {term: n for term, n in run(connection, statement, start=start, end=start + LAST)}
    best = _visible(connection, generation, candidates, boards, 2 * most)
    joined = _joined(connection, generation, best)
    return tuple(term for term in best if term not in joined)[:most]


def _joined(connection: Connection, generation: Generation, terms: tuple[str, ...]) -> set[str]:
    """Those that only stand for a compound that is written apart: `halfshell`, made of `half-shell`, beside `half`."""
    parted = [(whole, whole.removeprefix(first)) for whole in terms for first in terms if whole.startswith(first)]
    parted = [(whole, rest) for whole, rest in parted if rest and not is_cjk(whole)]
    if not parted:
        return set()
    binds = Binds()
    columns = [
        [whole for whole, _ in parted],
        [rest for _, rest in parted],
        [_written_together(*pair) for pair in parted],
    ]
    asked = ", ".join(f"CAST({binds(column)} AS text[])" for column in columns)
    statement = (
        f"SELECT asked.whole FROM unnest({asked}) AS asked(whole, rest, said) "
        f"JOIN {generation.term} AS whole ON whole.term = asked.whole AND whole.text > 0 "
        f"JOIN {generation.term} AS rest ON rest.term = asked.rest AND rest.text >= whole.text "
        f"WHERE NOT EXISTS (SELECT FROM {generation.document} WHERE words @@ CAST(asked.said AS tsquery))"
    )
    return set(run(connection, statement, **binds.values).scalars())


def _written_together(whole: str, rest: str) -> str:
    """What finds the word where it is no compound."""
    apart = query(Phrase(((0, whole.removesuffix(rest)), (1, rest))), "AB")
    return f"{term_query(whole, 'AB')} & !{apart}"


def _visible(
    connection: Connection, generation: Generation, candidates: Counts, boards: Readable, most: int
) -> tuple[str, ...]:
    """Those that most documents on these boards hold, out of candidates with as many as they can have at the most, the
    likeliest first. Who cannot be better is not counted, nor who is less likely than LIKELY that are."""
    found: Counts = {}
    terms, worst = list(candidates), 0
    for at in range(0, len(terms), AT_ONCE):
        near = [term for term in terms[at : at + AT_ONCE] if min(candidates[term], COUNTED) > worst]
        found |= _readable(connection, generation, near, boards) if near else {}
        if len(found) >= most:
            worst = found[_most_first(found)[most - 1]]
            if at + AT_ONCE >= LIKELY:
                break
    return _most_first(found)[:most]


def _readable(connection: Connection, generation: Generation, terms: list[str], boards: Readable) -> Counts:
    """In how many documents on these boards each stands (up to COUNTED, quoted or not), those that stand in the own
    words or the tags of any."""
    binds = Binds()
    columns = [terms, [_said(term, "") for term in terms], [_said(term, "AB") for term in terms]]
    asked = ", ".join(f"CAST({binds(column)} AS text[])" for column in columns)
    rows = f"SELECT 1 FROM {generation.document} WHERE {gate(boards, binds, hidden=True)} AND "
    tagged = "tags @> ARRAY[asked.term]"
    count = f"{rows} (words @@ CAST(asked.said AS tsquery) OR {tagged}) LIMIT {COUNTED}"
    own = f"{rows} (words @@ CAST(asked.own AS tsquery) OR {tagged})"
    statement = (
        f"SELECT term, (SELECT count(*) FROM ({count}) AS documents) FROM unnest({asked}) AS asked(term, said, own)"
    )
    return {term: count for term, count in run(connection, f"{statement} WHERE EXISTS ({own})", **binds.values)}


def _said(term: str, label: str) -> str:
    """A word, or a run of Chinese as its pairs stand one after the other."""
    steps = tuple(enumerate(pairs(term))) if is_cjk(term) else ()
    return query(Phrase(steps), label) or "" if len(steps) > 1 else term_query(term, label)


def _most_first(counts: Counts) -> tuple[str, ...]:
    return tuple(sorted(counts, key=lambda term: (-counts[term], term)))
