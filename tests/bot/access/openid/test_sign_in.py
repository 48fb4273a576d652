"""Who signs in by the provider, and under which name."""

import time
from dataclasses import replace

import pytest
from pydantic import ValidationError

from bot.access.openid import OpenIdSettings, Visit, visit_in
from bot.application import application
from bot.conversation.assistant import Assistant
from tests.bot.access.conftest import FAR, PASSWORD, visitor
from tests.bot.access.openid.visit import sent, signed_in
from tests.bot.conftest import fake_assistant
from tests.bot.routes.test_entrance import trail


def test_the_sign_in_page_offers_it_and_the_desk_asks_for_it(client):
    asked = client.get("/studio/", headers={"Accept": "text/html"})
    assert asked.headers["location"] == "/sign-in?next=/studio/"
    page = client.get("/sign-in?next=/studio/").text
    assert 'href="/sign-in/openid?next=/studio/"' in page
    assert "Sign in with Shop" in page


def test_whoever_the_provider_knows_is_signed_in_with_the_role_of_their_group(client, porter, host):
    answer = signed_in(client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/")
    assert client.get("/desk/").status_code == 200
    assert client.get("/studio/").status_code == 403
    (account,) = porter.accounts.all()
    assert (account.user.name, account.user.shown, account.user.role) == ("maja", "Maja Holm", "agent")
    assert (account.email, account.elsewhere) == ("maja@shop.example", True)
    who = [entry[:2] for entry in trail(host)[:2]]
    assert who == [("maja", "signed in"), ("maja", "user added")]


def test_the_provider_is_asked_with_state_nonce_and_a_challenge(client, provider):
    sent(client)
    assert provider.asked["code_challenge_method"] == "S256"
    assert min(len(provider.asked[key]) for key in ("state", "nonce", "code_challenge")) >= 20
    assert provider.asked["redirect_uri"] == "http://desk.example/sign-in/openid/back"
    assert "openid" in provider.asked["scope"].split()


def test_the_public_address_is_the_one_to_come_back_to(host, provider):
    given = host.settings.model_copy(update={"public_url": "https://help.shop.example/desk"})
    client = visitor(application(Assistant(host.live, host.store, given)), scheme="https")
    sent(client)
    assert provider.asked["redirect_uri"] == "https://help.shop.example/desk/sign-in/openid/back"


def test_nobody_takes_over_an_account_by_its_name(client, porter):
    porter.accounts.add("maja", PASSWORD, "test", role="admin")
    assert signed_in(client).status_code == 303
    own, other = porter.accounts.all()
    assert (own.user.name, own.elsewhere, own.user.role) == ("maja", False, "admin")
    assert other.user.name.startswith("maja-")
    assert (other.elsewhere, other.user.role) == (True, "agent")


OURS = ("local", "chatwoot", "assistant", "customer", "nobody")


@pytest.mark.parametrize("name", [*OURS, "Chatwoot", "", "../x", "มาจา", 7, "x" * 200])
def test_a_name_that_can_t_be_becomes_another(client, provider, porter, name):
    provider.person["preferred_username"] = name
    assert signed_in(client).status_code == 303
    (account,) = porter.accounts.all()
    assert account.user.name not in OURS


@pytest.mark.parametrize(
    ("name", "username", "shown"),
    [
        ("\u200b", "Maja", "Maja"),
        (" Maja\n\u202eHolm ", "Maja", "Maja Holm"),
        ("\u202e", "\u200b", "Staff"),
        ("x" * 200, "Maja", "x" * 80),
        (None, None, "maja@shop.example"),
    ],
)
def test_customers_see_a_name_whatever_the_provider_calls_somebody(
    client, provider, porter, name, username, shown
):
    provider.person |= {"name": name, "preferred_username": username}
    assert signed_in(client).status_code == 303
    (account,) = porter.accounts.all()
    assert account.user.shown == shown


def test_who_is_disabled_here_is_not_let_in(app, porter):
    signed_in(visitor(app))
    porter.accounts.disable("maja", "test")
    client = visitor(app)
    answer = signed_in(client)
    assert answer.status_code == 403
    assert "disabled here" in answer.text
    assert client.get("/desk/").status_code == 401


def test_no_password_opens_an_account_of_the_provider(client, porter):
    signed_in(client)
    assert porter.accounts.check("maja", "") is None
    assert porter.accounts.check("maja", "None") is None


def test_the_way_onward_is_never_another_site(client):
    assert signed_in(client, "https://evil.example").headers["location"] == "/desk/"


def test_a_visit_ends_after_ten_minutes():
    visit = Visit("s", "n", "v", "/desk/", int(time.time()))
    assert visit_in(visit.text()) == visit
    assert visit_in(replace(visit, begun=visit.begun - 601).text()) is None
    for nothing in (None, "", "[]", "{}", "x", "[1, 2, 3, 4, 5]", '["a", "b", "c", "d", "e"]'):
        assert visit_in(nothing) is None, nothing


@pytest.mark.parametrize(
    "issuer", ["http://login.example", "login.example", "https://x.example?y", "ftp://x"]
)
def test_a_provider_is_asked_over_https_only(issuer):
    with pytest.raises(ValidationError):
        OpenIdSettings(issuer=issuer, client_id="x")


def test_without_a_provider_there_is_no_such_way(tmp_path):
    client = visitor(application(fake_assistant(tmp_path)), FAR)
    assert client.get("/sign-in/openid").status_code == 404
    assert client.get("/sign-in/openid/back?code=x&state=y").status_code == 404
