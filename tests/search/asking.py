"""Making documents and asking for them, for the tests of engines."""

from search.engine import Ask
from search.query import parse
from search.schema import Document, Kind

BOARDS = frozenset([1, 2, 3])


def post(number, text, **given):
    return Document(**{"kind": Kind.POST, "id": number, "board_id": 1, "author_id": number, "text": text, **given})


def found(engine, typed, boards=BOARDS, **ask):
    results = engine.search(Ask(parse(typed).node, **{"size": 50, **ask}), boards)
    assert results.total >= len(results.hits)
    return {hit.id for hit in results.hits}
