import pytest
from starlette.responses import Response

from bot.access.cookie import Cookies

HTTP, HTTPS = ({"type": "http", "scheme": scheme, "headers": []} for scheme in ("http", "https"))


def sent_back(scope, response):
    """The request of a browser that was given this response."""
    cookie = response.headers["set-cookie"].partition(";")[0]
    return {**scope, "headers": [(b"cookie", b"other=1; " + cookie.encode())]}


def given(cookies, scope=HTTP, kind="session", value="key"):
    response = Response()
    cookies.give(scope, response, kind, value)
    return response


def test_what_was_given_is_read():
    cookies = Cookies("s" * 32, https=False)
    assert cookies.read(sent_back(HTTP, given(cookies)), "session") == "key"
    assert cookies.read(HTTP, "session") is None


def test_a_cookie_of_another_secret_or_kind_is_not_read():
    cookies = Cookies("s" * 32, https=False)
    scope = sent_back(HTTP, given(Cookies("t" * 32, https=False)))
    assert cookies.read(scope, "session") is None
    form = given(cookies, kind="form").headers["set-cookie"].partition(";")[0].replace("form", "session", 1)
    assert cookies.read({**HTTP, "headers": [(b"cookie", form.encode())]}, "session") is None


@pytest.mark.parametrize(("scope", "https"), [(HTTPS, False), (HTTP, True), (HTTPS, True)])
def test_over_https_it_is_secure_and_of_this_host_alone(scope, https):
    cookies = Cookies("s" * 32, https=https)
    response = given(cookies, scope)
    assert response.headers["set-cookie"].startswith("__Host-askdesk-session=")
    assert "; Secure" in response.headers["set-cookie"]
    assert cookies.read(sent_back(scope, response), "session") == "key"


@pytest.mark.parametrize(
    "header", [b"", b"=", b"askdesk-session", b"askdesk-session=.", b"askdesk-session=\xff.\xff"]
)
def test_a_cookie_of_any_kind_is_no_fault(header):
    assert Cookies("s" * 32, https=False).read({**HTTP, "headers": [(b"cookie", header)]}, "session") is None
