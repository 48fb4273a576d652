"""What a provider, or whoever poses as one, may not get away with."""

import time

import pytest
from joserfc.jwk import OctKey, RSAKey

from bot.access.openid import OpenId
from tests.bot.access.conftest import visitor
from tests.bot.access.openid.visit import sent, signed_in
from tests.bot.access.provider import SECRET
from tests.bot.routes.test_entrance import trail

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
    (line,) = [record.getMessage() for record in caplog.records if record.name == "bot.routes.entrance"]
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


def test_a_provider_that_lists_no_signatures_signs_by_the_usual_one(
    host, provider, porter, client, monkeypatch
):
    monkeypatch.setattr(porter, "openid", OpenId(host.settings.openid))
    provider.says = {"parts": {"id_token_signing_alg_values_supported": 7}}
    assert signed_in(client).status_code == 303
