"""Two who write to each other."""

import pytest

from tests import make


@pytest.fixture
def anna(app):
    return make.member(username="anna", messages_from="everyone")


@pytest.fixture
def paul(app):
    return make.member(username="paul", messages_from="everyone")
