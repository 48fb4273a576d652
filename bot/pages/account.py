"""The page of one's own account: who I am here, another password, and the ways out."""

from bot.access.password import SHORTEST
from bot.access.user import LOCAL, User
from bot.pages.element import Html, element, notice
from bot.pages.sheet import navigation, sheet
from bot.pages.sign_in import FIRST_USER, NO_USERS, field, hidden

_HINT = f"At least {SHORTEST} characters. Every other browser is signed out."


def account(
    user: User, company: str, token: str, sessions: int, *, elsewhere: bool, told: str = "", fault: str = ""
) -> str:
    """`sessions` counts the browsers that they are signed in from; `elsewhere`: by OpenID Connect."""
    if user is LOCAL:
        ways_on = navigation(user, without="Account")
        return sheet("Account", company, ways_on, element("p", NO_USERS), element("pre", FIRST_USER))
    return sheet(
        "Account",
        company,
        navigation(user, without="Account"),
        notice(told, tone="good") if told else Html(),
        element("p", fault, class_="notice bad", role="alert") if fault else Html(),
        element("p", element("strong", user.shown), f", signed in as {user.name}. Role: {user.role}."),
        _form("/sign-out", token, element("button", "Sign out", type="submit", class_="quiet")),
        _everywhere(token, sessions),
        Html() if elsewhere else _password(token, user.name),
    )


def _everywhere(token: str, sessions: int) -> Html:
    browsers = "this browser only" if sessions == 1 else f"{sessions} browsers"
    return element(
        "section",
        element("h2", "Sign out everywhere"),
        element("p", f"You are signed in from {browsers}."),
        _form(
            "/account/sign-out",
            token,
            element("button", "Sign out everywhere", type="submit", class_="quiet"),
        ),
    )


def _password(token: str, name: str) -> Html:
    return element(
        "section",
        element("h2", "Change password"),
        _form(
            "/account/password",
            token,
            # Tells a password manager whose password this is.
            element("input", name="name", value=name, autocomplete="username", hidden="", readonly=""),
            field("Password now", "password", secret=True, autocomplete="current-password"),
            field("New password", "new", secret=True, autocomplete="new-password"),
            field("New password again", "again", secret=True, autocomplete="new-password"),
            element("p", _HINT, class_="hint"),
            element("button", "Change password", type="submit"),
        ),
    )


def _form(action: str, token: str, *children: str) -> Html:
    return element("form", hidden("token", token), *children, method="post", action=action)
