"""The sign-in page: a form that needs no script; the one that is there forgets what was left unsent."""

from urllib.parse import quote

from bot.pages.element import Html, element
from bot.pages.sheet import sheet

NO_USERS = "Nobody can sign in yet. On the machine that Askdesk runs on, make the first user:"
FIRST_USER = "askdesk user add NAME --role admin"
WRONG = "Name or password is wrong. Is Caps Lock on?"
DISABLED = "This account is disabled here: ask who runs this desk."
STALE = "This page was open for too long, or came from elsewhere. Please try once more."


def sign_in(
    company: str, token: str, onward: str, *, name: str = "", fault: str = "", elsewhere: str | None = None
) -> str:
    """The form; `onward` is the path to go on to, `elsewhere` what the other way to sign in is called."""
    return sheet(
        "Sign in",
        company,
        _fault(fault),
        element(
            "form",
            hidden("token", token),
            hidden("next", onward),
            field("Name", "name", value=name, autocomplete="username", focused=not name),
            field("Password", "password", secret=True, autocomplete="current-password", focused=bool(name)),
            element("button", "Sign in", type="submit"),
            method="post",
            action="/sign-in",
        ),
        _elsewhere(elsewhere, onward),
        element("script", type="module", src="/askdesk/left.js"),
    )


def no_users(company: str) -> str:
    return sheet("Sign in", company, element("p", NO_USERS), element("pre", FIRST_USER))


def wait(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    told = f"{minutes + bool(rest)} minutes" if minutes else f"{rest} second{'s' if rest > 1 else ''}"
    return f"There were too many attempts. Please wait {told}, then try again."


def hidden(name: str, value: str) -> Html:
    return element("input", type="hidden", name=name, value=value)


def field(
    label: str, name: str, *, value: str = "", secret: bool = False, autocomplete: str, focused: bool = False
) -> Html:
    """A field under its label."""
    return element(
        "label",
        element("span", label),
        element(
            "input",
            name=name,
            value=value or None,
            type="password" if secret else "text",
            autocomplete=autocomplete,
            autocapitalize="none",
            spellcheck="false",
            required="",
            maxlength="200",
            autofocus="" if focused else None,
        ),
    )


def _fault(sentence: str) -> Html:
    return element("p", sentence, class_="notice bad", role="alert") if sentence else Html()


def _elsewhere(name: str | None, onward: str) -> Html:
    if name is None:
        return Html()
    address = f"/sign-in/openid?next={quote(onward, safe='/')}"
    return element("p", element("a", f"Sign in with {name}", href=address, class_="button"), class_="or")
