"""Who buys and who sells, unless a test says otherwise."""

import pytest

from tests import make
from tests.shop.buying import rich


@pytest.fixture
def seller(app):
    return make.member()


@pytest.fixture
def buyer(app):
    return rich(10_000)


@pytest.fixture
def offer(seller):
    return make.offer(by=seller, price=2000, stock=3, shipping=500, product={"picks_up": True})
