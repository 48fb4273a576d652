"""What tests of sign-in share: an application with users of each role, and browsers that act for them."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from bot.access import attempt
from bot.access.user import ROLES
from bot.application import application
from tests.bot.conftest import fake_assistant

PASSWORD = "three quiet herons"
FAR = ("192.0.2.7", 50000)


@pytest.fixture
def still(monkeypatch):
    """The clock by which attempts are counted stands still: how slowly a test guesses makes no difference."""
    now = datetime.now(UTC)
    monkeypatch.setattr(attempt, "datetime", SimpleNamespace(now=lambda _: now))


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    return fake_assistant(tmp_path_factory.mktemp("access"))


@pytest.fixture(scope="module")
def app(host):
    """With a user of each role, named like it."""
    app = application(host)
    for role in ROLES:
        app.state.porter.accounts.add(role, PASSWORD, "test", role=role, shown=f"The {role}")
    return app


@pytest.fixture(scope="module")
def porter(app):
    return app.state.porter


@pytest.fixture
def come(app):
    """Makes browsers on other machines, signed in under the name given."""

    def come(name=None, client=FAR, **more):
        one = visitor(app, client, **more)
        if name:
            assert sign_in(one, name).status_code == 303
        return one

    return come


def visitor(app, client=FAR, name="desk.example", scheme="http"):
    return TestClient(app, base_url=f"{scheme}://{name}", client=client, follow_redirects=False)


def token(client, path="/sign-in"):
    return re.search(r'name="token" value="([^"]+)"', client.get(path).text)[1]


def sign_in(client, name, password=PASSWORD, onward="/desk/", **headers):
    form = {"token": token(client), "next": onward, "name": name, "password": password}
    return client.post("/sign-in", data=form, headers=headers)
