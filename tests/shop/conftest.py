"""Who buys, who sells and who is paid through, unless a test says otherwise."""

import pytest

from tests import make
from tests.shop import paying
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


@pytest.fixture(scope="module")
def program():
    """The fake provider, a process of its own."""
    provider = paying.Provider()
    yield provider
    provider.stop()


@pytest.fixture
def provider(app, program):
    """It, and the site listening to it; each test finds it as it was at first."""
    program.tell(reset=True)
    with paying.listening(app) as site, paying.configured(app, site, paying.fake_settings(program)):
        yield program
