"""An imported thread is marked by what its title says."""

import pytest

from forum.imports.kinds import kind_of


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("BOAT for SALE", "sale"),
        ("FS: amber monitor", "sale"),
        ("Forsale: two amps, $40", "sale"),
        ("[出] 厨房秤", "sale"),
        ("转让一台磨豆机", "sale"),
        ("Motorcycle wanted.", "wish"),
        ("WTB: old keyboard", "wish"),
        ("求购二手单车", "wish"),
        ("Looking for a used helmet for sale", "wish"),
        ("Which helmet should I buy?", "question"),
        ("请问哪里有卖", "question"),
        ("Saturn's Pricing Policy", "talk"),
        ("出门在外的一天", "talk"),
        ("Sales of CDs are down", "talk"),
    ],
)
def test_a_title_says_what_a_thread_is(title, kind):
    assert kind_of(title) == kind
