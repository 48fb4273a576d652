"""Signing in by OpenID Connect, with a provider that really runs."""

import time
from dataclasses import replace

import pytest
from joserfc.jwk import OctKey, RSAKey
from pydantic import ValidationError
from sqlalchemy import delete
from starlette.testclient import TestClient

from bot.access.openid import OpenId, OpenIdSettings, Visit, visit_in
from bot.access.tables import UserRow
from bot.assistant import Assistant
from bot.state.database import writing
from bot.web.server import application
from tests.bot.access.conftest import FAR, PASSWORD, visitor
from tests.bot.access.provider import CLIENT, SECRET, Provider
from tests.bot.access.test_entrance import trail
from tests.bot.conftest import fake_assistant, serving

MAJA = {
    "sub": "4711",
    "preferred_username": "Maja",
    "name": "Maja Holm",
    "email": "maja@shop.example",
    "email_verified": True,
    "groups": ["support", "other"],
}
ROLES = {"support": "agent", "leads": "editor"}
PEOPLE = {"Boss@shop.example": "admin"}


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


def sent(client: TestClient, onward="/desk/"):
    """To the provider and back, as far as the address that leads back here."""
    import httpx

    gone = client.get("/sign-in/openid", params={"next": onward})
    assert gone.status_code == 303, gone.text
    return httpx.get(gone.headers["location"], timeout=60).headers["location"]


def signed_in(client, onward="/desk/"):
    return client.get(sent(client, onward))


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


def test_at_each_sign_in_the_role_is_what_the_provider_says_then(app, provider, porter):
    signed_in(visitor(app))
    provider.person["groups"] = ["leads", "support"]
    signed_in(visitor(app))
    assert [one.user.role for one in porter.accounts.all()] == ["editor"]


def test_a_confirmed_address_gives_a_role_and_another_does_not(app, provider, porter):
    provider.person |= {"groups": [], "email": "boss@shop.example", "email_verified": False}
    assert signed_in(visitor(app)).status_code == 403
    provider.person["email_verified"] = True
    assert signed_in(visitor(app)).status_code == 303
    assert [one.user.role for one in porter.accounts.all()] == ["admin"]


def test_who_has_no_role_here_is_not_let_in_and_gets_no_account(client, provider, porter, host):
    provider.person["groups"] = "strangers"
    answer = signed_in(client)
    assert answer.status_code == 403
    assert "this account has no role here" in answer.text
    assert porter.accounts.all() == ()
    assert trail(host)[0][:2] == ("nobody", "sign-in refused")


@pytest.mark.parametrize("held", [{"roles": ["support"]}, [{"name": "support"}, ["support"]], 7, None])
def test_a_claim_of_another_shape_gives_no_role(client, provider, held):
    provider.person["groups"] = held
    answer = signed_in(client)
    assert answer.status_code == 403
    assert "this account has no role here" in answer.text


def test_groups_may_come_from_userinfo_but_only_of_the_same_person(app, provider):
    del provider.person["groups"]
    provider.told_by_userinfo = {"sub": "4712", "groups": ["leads"]}
    assert signed_in(visitor(app)).status_code == 403
    provider.told_by_userinfo = {"sub": "4711", "groups": ["leads"]}
    assert signed_in(visitor(app)).status_code == 303


def test_a_confirmed_address_may_come_from_userinfo_where_the_groups_do_not(app, provider, porter):
    for key in ("email", "email_verified"):
        del provider.person[key]
    provider.person["groups"] = ["staff"]
    provider.told_by_userinfo = {"sub": "4712", "email": "boss@shop.example", "email_verified": True}
    assert signed_in(visitor(app)).status_code == 403
    provider.told_by_userinfo["sub"] = "4711"
    assert signed_in(visitor(app)).status_code == 303
    (account,) = porter.accounts.all()
    assert (account.user.role, account.email) == ("admin", "boss@shop.example")


def test_where_addresses_give_no_role_nothing_depends_on_userinfo(
    client, provider, porter, host, monkeypatch
):
    given = host.settings.openid.model_copy(update={"people": {}})
    monkeypatch.setattr(porter, "openid", OpenId(given))
    del provider.person["email_verified"]
    provider.told_by_userinfo = ["of another shape"]
    assert signed_in(client).status_code == 303


@pytest.mark.parametrize("token", [{"email": "boss@shop.example"}, {"email_verified": True}])
def test_userinfo_confirms_no_address_but_its_own(client, provider, porter, token):
    for key in ("email", "email_verified"):
        del provider.person[key]
    provider.person |= token
    other = {"email": "maja@shop.example", "email_verified": True}
    unconfirmed = {"email": "boss@shop.example"}
    provider.told_by_userinfo = {"sub": "4711", **(other if "email" in token else unconfirmed)}
    assert signed_in(client).status_code == 303
    (account,) = porter.accounts.all()
    assert account.user.role == "agent"
    assert account.email == ("maja@shop.example" if "email" in token else None)


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
    ("email", "kept"),
    [
        ("o'brien@shop.example", "o'brien@shop.example"),
        ('"maja holm"@shop.example', None),
        ("maja@intranet", None),
        ("x" * 300 + "@shop.example", None),
    ],
)
def test_a_confirmed_address_that_is_of_no_use_keeps_nobody_out(client, provider, porter, email, kept):
    provider.person["email"] = email
    assert signed_in(client).status_code == 303
    (account,) = porter.accounts.all()
    assert account.email == kept


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


LIES = {
    "another nonce": lambda claims: {**claims, "nonce": "another"},
    "no nonce": lambda claims: {key: value for key, value in claims.items() if key != "nonce"},
    "another audience": lambda claims: {**claims, "aud": "other"},
    "another issuer": lambda claims: {**claims, "iss": "https://evil.example"},
    "expired": lambda claims: {**claims, "exp": int(time.time()) - 600},
    "not yet": lambda claims: {**claims, "nbf": int(time.time()) + 600},
    "nobody": lambda claims: {key: value for key, value in claims.items() if key != "sub"},
}


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_is_not_for_us_lets_nobody_in(client, provider, porter, lie):
    provider.change = LIES[lie]
    answer = signed_in(client)
    assert answer.status_code == 403
    assert "can&#x27;t be trusted" in answer.text or "did not say who" in answer.text
    assert porter.accounts.all() == ()


@pytest.mark.parametrize("algorithm", ["RS256", "HS256", "none"])
def test_a_signature_that_the_provider_did_not_make_lets_nobody_in(client, provider, porter, algorithm):
    """Another's key, our own secret, and none at all, though the provider lists them."""
    provider.algorithm = algorithm
    provider.signs_with = {
        "RS256": RSAKey.generate_key(2048, {"kid": "one"}),
        "HS256": OctKey.import_key(SECRET, {"kid": "one"}),
        "none": None,
    }[algorithm]
    assert signed_in(client).status_code == 403
    assert porter.accounts.all() == ()


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(app):
    """Else a stranger could sign somebody in as themselves."""
    strangers = sent(visitor(app))
    assert visitor(app).get(strangers).status_code == 403
    victim = visitor(app)
    sent(victim)
    assert victim.get(strangers).status_code == 403
    assert victim.get("/desk/").status_code == 401


def test_an_answer_counts_once(client):
    back = sent(client)
    assert client.get(back).status_code == 303
    client.cookies.delete("askdesk-session")
    assert client.get(back).status_code == 403


def test_a_provider_that_says_no_is_told(client, provider):
    sent(client)
    answer = client.get(f"/sign-in/openid/back?error=access_denied&state={provider.asked['state']}")
    assert answer.status_code == 403
    assert "the provider said: access_denied" in answer.text


def test_what_the_address_says_went_wrong_is_told_in_one_short_line(client, provider, caplog):
    sent(client)
    error = "no%0AWARNING%20a%20line%20of%20mine%E2%80%AE" + "x" * 500
    answer = client.get(f"/sign-in/openid/back?error={error}&state={provider.asked['state']}")
    assert "the provider said: no WARNING a line of mine xxx" in answer.text
    (line,) = [record.getMessage() for record in caplog.records if record.name == "bot.access.entrance"]
    assert line.isprintable()
    assert len(line) < 150


def test_what_is_no_answer_to_this_browser_is_not_repeated(client):
    sent(client)
    answer = client.get("/sign-in/openid/back?error=call+555-0100&state=other")
    assert answer.status_code == 403
    assert "555" not in answer.text
    assert "no answer to what this browser asked" in answer.text


def test_who_is_nobody_to_the_provider_adds_nothing_to_the_audit_log(client, provider, host):
    """A visit's cookie is anybody's, and a browser need not forget it."""
    sent(client)
    before, cookie = trail(host), client.cookies["askdesk-openid"]
    for ending in ("state=x", "error=no&state={}", "code=made-up&state={}", ""):
        client.cookies.set("askdesk-openid", cookie)
        asked = ending.format(provider.asked["state"])
        assert client.get(f"/sign-in/openid/back?{asked}").status_code == 403
    assert trail(host) == before


def test_a_provider_that_is_down_leaves_the_other_way_in(host, porter, app, monkeypatch):
    gone = host.settings.openid.model_copy(update={"issuer": "http://127.0.0.1:9"})
    monkeypatch.setattr(porter, "openid", OpenId(gone))
    client = visitor(app)
    answer = client.get("/sign-in/openid")
    assert answer.status_code == 502
    assert "can&#x27;t be reached at the moment" in answer.text
    assert "Password" in answer.text


def test_a_provider_of_another_name_is_not_taken(host, provider, porter, client, monkeypatch):
    monkeypatch.setattr(porter, "openid", OpenId(host.settings.openid))
    monkeypatch.setattr(provider, "address", "https://evil.example")
    answer = client.get("/sign-in/openid")
    assert answer.status_code == 502
    assert "calls itself" in answer.text


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        ({"about": ["x"]}, "can&#x27;t be reached"),
        ({"parts": {"authorization_endpoint": None}}, "does not tell its authorization_endpoint"),
        ({"parts": {"token_endpoint": 7}}, "does not tell its token_endpoint"),
        ({"parts": {"jwks_uri": ["x"]}}, "does not tell its jwks_uri"),
    ],
)
def test_a_provider_that_does_not_tell_where_things_are_is_not_asked(
    host, provider, porter, client, monkeypatch, says, sentence
):
    monkeypatch.setattr(porter, "openid", OpenId(host.settings.openid))
    provider.says = says
    answer = client.get("/sign-in/openid")
    assert answer.status_code == 502
    assert sentence in answer.text


@pytest.mark.parametrize(
    "says",
    [
        {"token": {"access_token": "x", "token_type": "Bearer", "id_token": None}},
        {"token": ["x"]},
        {"keys": ["x"]},
        {"keys": {"keys": 7}},
        {"keys": None},
    ],
)
def test_an_answer_of_another_shape_lets_nobody_in(host, provider, porter, client, monkeypatch, says):
    monkeypatch.setattr(porter, "openid", OpenId(host.settings.openid))
    provider.says = says
    answer = signed_in(client)
    assert answer.status_code == 403
    assert "can&#x27;t be trusted" in answer.text
    assert porter.accounts.all() == ()


@pytest.mark.parametrize("told", [["x"], 7, None])
def test_userinfo_of_another_shape_lets_nobody_in(client, provider, porter, told):
    del provider.person["groups"]
    provider.told_by_userinfo = told
    assert signed_in(client).status_code == 403
    assert porter.accounts.all() == ()


def test_a_provider_that_lists_no_signatures_signs_by_the_usual_one(
    host, provider, porter, client, monkeypatch
):
    monkeypatch.setattr(porter, "openid", OpenId(host.settings.openid))
    provider.says = {"parts": {"id_token_signing_alg_values_supported": 7}}
    assert signed_in(client).status_code == 303


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
