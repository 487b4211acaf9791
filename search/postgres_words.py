"""Words that the index knows: near misses of one, and those that begin so. None that the asker could not read."""

from itertools import takewhile

from sqlalchemy import Connection

from search.analysis import STEM, is_cjk
from search.engine import Readable
from search.postgres_questions import Binds, gate
from search.postgres_scores import LAST
from search.postgres_tables import Generation, run
from search.postgres_vectors import term_query

LOOKED_AT = 2_000  # words that share half of the one asked about
AT_ONCE, ROUNDS = 40, 5  # candidates that are counted together; how often more are taken
COUNTED = 1_000  # documents of a word; more make no difference


def similar(connection: Connection, generation: Generation, word: str, boards: Readable) -> tuple[str, ...]:
    """One edit leaves one half of a word as it was: candidates share its beginning or its end."""
    if len(word) < 2 or (is_cjk(word) and len(word) > 2):
        return ()
    half = len(word) // 2
    end = word[half:] if is_cjk(word) else word[half + 1 :]
    values = {"start": word[:half], "start_end": word[:half] + LAST, "end": end[::-1], "end_end": end[::-1] + LAST}
    statement = (
        f"SELECT term FROM {generation.term} WHERE text > 0 AND char_length(term) BETWEEN :shortest AND :longest "
        "AND (term >= :start AND term < :start_end OR reverse(term) >= :end AND reverse(term) < :end_end) "
        f"ORDER BY text DESC LIMIT {LOOKED_AT}"
    )
    found = run(connection, statement, shortest=len(word) - 1, longest=len(word) + 1, **values).scalars()
    near = [term for term in found if not term.startswith(STEM) and _is_near(word, term)]
    counts = _readable(connection, generation, near[: AT_ONCE * ROUNDS], boards)
    return _most_first(counts)


def _is_near(word: str, other: str) -> bool:
    if is_cjk(word):
        return is_cjk(other) and len(word) == len(other) and is_one_edit(word, other)
    return not is_cjk(other) and is_one_edit(word, other)


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
    if not start or start.startswith(STEM):
        return ()
    found: dict[str, int] = {}
    statement = (
        f"SELECT term FROM {generation.term} WHERE term >= :start AND term < :end AND text + tag > 0 "
        "ORDER BY text + tag DESC, term LIMIT :many"
    )
    candidates = list(run(connection, statement, start=start, end=start + LAST, many=AT_ONCE * ROUNDS).scalars())
    for at in range(0, len(candidates), AT_ONCE):
        found |= _readable(connection, generation, candidates[at : at + AT_ONCE], boards)
        if len(found) >= most:
            break
    return _most_first(found)[:most]


def _readable(connection: Connection, generation: Generation, terms: list[str], boards: Readable) -> dict[str, int]:
    """In how many documents on these boards each stands (up to COUNTED), those that stand in any."""
    binds = Binds()
    said = binds([term_query(term, "AB") for term in terms])
    documents = (
        f"SELECT 1 FROM {generation.document} WHERE {gate(boards, binds)} "
        f"AND (words @@ CAST(asked.said AS tsquery) OR tags @> ARRAY[asked.term]) LIMIT {COUNTED}"
    )
    asked = f"unnest(CAST({binds(terms)} AS text[]), CAST({said} AS text[])) AS asked(term, said)"
    statement = f"SELECT term, (SELECT count(*) FROM ({documents}) AS documents) FROM {asked}"
    return {term: count for term, count in run(connection, statement, **binds.values) if count}


def _most_first(counts: dict[str, int]) -> tuple[str, ...]:
    return tuple(sorted(counts, key=lambda term: (-counts[term], term)))
