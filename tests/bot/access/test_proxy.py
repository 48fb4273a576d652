"""Behind a proxy: whose forwarding headers count, and whose do not."""

import pytest

from bot.application import application
from bot.conversation.assistant import Assistant
from tests.bot.access.conftest import PASSWORD, sign_in, visitor
from tests.bot.conftest import fake_assistant

pytestmark = pytest.mark.usefixtures("still")

PROXY, STRANGER = ("10.1.2.3", 4000), ("192.0.2.7", 4000)


def served(folder, **given):
    made = fake_assistant(folder)
    app = application(Assistant(made.live, made.store, made.settings.model_copy(update=given)))
    app.state.porter.accounts.add("maja", PASSWORD, "test")
    return app


@pytest.fixture(scope="module")
def trusting(tmp_path_factory):
    return served(tmp_path_factory.mktemp("proxy"), proxies=("10.1.0.0/16",))


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return served(tmp_path_factory.mktemp("plain"))


def guessed(app, client, forwarded, count=6):
    """The answers to wrong guesses, each with another address in its header."""
    return [
        sign_in(
            visitor(app, client), "maja", "wrong guess", **{"X-Forwarded-For": forwarded(number)}
        ).status_code
        for number in range(count)
    ]


def test_who_guesses_through_a_proxy_is_told_apart_by_what_the_proxy_says(trusting):
    assert guessed(trusting, PROXY, lambda number: f"198.51.100.{number}") == [401] * 6
    assert guessed(trusting, PROXY, lambda _: "203.0.113.1") == [401] * 5 + [429]


def test_nobody_else_can_make_up_an_address(trusting, plain):
    for app in (trusting, plain):
        assert guessed(app, STRANGER, lambda number: f"198.51.100.{100 + number}") == [401] * 5 + [429]


def test_what_a_client_puts_before_the_proxy_s_own_word_does_not_count(trusting):
    told = guessed(trusting, PROXY, lambda number: f"198.51.100.{200 + number}, 203.0.113.9")
    assert told == [401] * 5 + [429]


def test_https_at_the_proxy_makes_the_cookie_secure_and_is_believed_of_the_proxy_only(trusting, plain):
    def cookie(app, client, name):
        answer = visitor(app, client).get("/sign-in", headers={"X-Forwarded-Proto": "https"})
        return answer.headers["set-cookie"].startswith(name)

    assert cookie(trusting, PROXY, "__Host-askdesk-form=")
    assert cookie(trusting, STRANGER, "askdesk-form=")
    assert cookie(plain, PROXY, "askdesk-form=")


def test_a_proxy_on_this_machine_does_not_make_strangers_local(tmp_path):
    made = fake_assistant(tmp_path)
    for proxies in ((), ("127.0.0.1",)):
        settings = made.settings.model_copy(update={"proxies": proxies})
        app = application(Assistant(made.live, made.store, settings))
        client = visitor(app, ("127.0.0.1", 4000), "localhost")
        assert client.get("/desk/").status_code == 200
        for address in ("192.0.2.7", "127.0.0.1"):
            assert client.get("/desk/", headers={"X-Forwarded-For": address}).status_code == 403
