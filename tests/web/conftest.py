"""Fixtures: a browser without scripts, signed out and signed in."""

import pytest
from flask.testing import FlaskClient

from tests.support.cast import Cast
from tests.support.web import client_for, sign_in


@pytest.fixture
def client(embedded_cast: Cast) -> FlaskClient:
    """Somebody who is not signed in and reads English."""
    return client_for(embedded_cast.registry)


@pytest.fixture
def amina_client(embedded_cast: Cast) -> FlaskClient:
    """Amina of the ginger cooperative, signed in."""
    return _as(embedded_cast, "amina")


@pytest.fixture
def ben_client(embedded_cast: Cast) -> FlaskClient:
    """Ben of the inspection body, signed in."""
    return _as(embedded_cast, "ben")


@pytest.fixture
def chloe_client(embedded_cast: Cast) -> FlaskClient:
    """Chloe of the certification body, signed in."""
    return _as(embedded_cast, "chloe")


def _as(cast: Cast, name: str) -> FlaskClient:
    client = client_for(cast.registry)
    sign_in(client, cast, name)
    return client
