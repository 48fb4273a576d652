"""Which role the provider's groups and confirmed addresses give."""

import pytest

from bot.access.openid import OpenId
from tests.bot.access.conftest import visitor
from tests.bot.access.openid.visit import signed_in
from tests.bot.routes.test_entrance import trail


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


@pytest.mark.parametrize("told", [["x"], 7, None])
def test_userinfo_of_another_shape_lets_nobody_in(client, provider, porter, told):
    del provider.person["groups"]
    provider.told_by_userinfo = told
    assert signed_in(client).status_code == 403
    assert porter.accounts.all() == ()
