"""What a part of a question finds, before anybody asks who may see it."""

from typing import NamedTuple

import numpy

from search.whoosh_codec import Array


class Matches(NamedTuple):
    """Documents ascending, and a score above zero for each."""

    documents: Array
    scores: Array

    @property
    def size(self) -> int:
        return int(self.documents.nbytes + self.scores.nbytes)

    def where(self, keep: Array) -> "Matches":
        return Matches(self.documents[keep], self.scores[keep])


NONE = Matches(numpy.empty(0, numpy.int64), numpy.empty(0, numpy.float32))
