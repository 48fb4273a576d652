"""What tests of signing in by OpenID Connect share: a provider that really runs."""

import pytest
from sqlalchemy import delete

from bot.access.openid import OpenIdSettings
from bot.access.tables import UserRow
from bot.application import application
from bot.conversation.assistant import Assistant
from bot.database.engine import writing
from tests.bot.access.conftest import visitor
from tests.bot.access.openid.visit import MAJA, PEOPLE, ROLES
from tests.bot.access.provider import CLIENT, SECRET, Provider
from tests.bot.conftest import fake_assistant, serving


@pytest.fixture(scope="module")
def running():
    provider = Provider()
    with serving(provider.app) as address:
        provider.address = address
        yield provider


@pytest.fixture(scope="module")
def host(running, tmp_path_factory):
    made = fake_assistant(tmp_path_factory.mktemp("openid"))
    openid = OpenIdSettings(
        issuer=running.address,
        client_id=CLIENT,
        client_secret=SECRET,
        name="Shop",
        roles=ROLES,
        people=PEOPLE,
    )
    return Assistant(made.live, made.store, made.settings.model_copy(update={"openid": openid}))


@pytest.fixture(scope="module")
def app(host):
    return application(host)


@pytest.fixture(scope="module")
def porter(app):
    return app.state.porter


@pytest.fixture(autouse=True)
def provider(running, host):
    """As good as new, and known to nobody here."""
    fresh = Provider(address=running.address, person=dict(MAJA), key=running.key)
    vars(running).update(vars(fresh))
    with writing(host.store.engine) as session:
        session.execute(delete(UserRow))
    return running


@pytest.fixture
def client(app):
    return visitor(app)
