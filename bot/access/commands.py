"""The commands on users and on the audit log."""

import getpass
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.access.user import ROLES, Role
from bot.command import DONE, Document, commands_of, print_document, readable

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from bot.access.account import Account, Accounts
    from bot.settings import Settings


BY = "ASKDESK_BY"
"""Set for commands that the studio gives: the user who asked for them."""


@click.group()
def user() -> None:
    """Make, change and shut out users.

    \b
    agents   work at the desk
    editors  also write articles in the studio
    admins   also read the audit log

    A password is asked for, or read as one line from standard input; it is never an argument.
    """


command = commands_of(user)
_name = click.argument("name")
_PARTICULARS = (
    click.option("--shown", metavar="NAME", help="What customers know them by. [default: the name]"),
    click.option("--email", help='Where mail about tickets goes; "" for nowhere.'),
    click.option(
        "--language",
        "languages",
        multiple=True,
        help="A language that they write, such as da; may be repeated.",
    ),
    click.option("--product", "products", multiple=True, help="A product that they know; may be repeated."),
    click.option("--skill", "skills", multiple=True, help="Something that they can do; may be repeated."),
)


def _particulars(function: Any) -> Any:
    for option in reversed(_PARTICULARS):
        function = option(function)
    return function


@command
@_name
@click.option("--role", type=click.Choice(ROLES), default=ROLES[0], show_default=True)
@_particulars
def add(settings: "Settings", as_json: bool, name: str, role: Role, **particulars: Any) -> int:
    """Make the user NAME."""
    accounts = _accounts(settings)
    return _tell(
        accounts.add(name, _password(), operator(), role=role, **_given(particulars)), as_json, "was made"
    )


@command
@_name
@click.option("--role", type=click.Choice(ROLES))
@_particulars
def change(settings: "Settings", as_json: bool, name: str, **particulars: Any) -> int:
    """Change what is given about the user NAME, from the next request on."""
    return _tell(_accounts(settings).change(name, operator(), **_given(particulars)), as_json, "was changed")


@command
@_name
def passwd(settings: "Settings", as_json: bool, name: str) -> int:
    """Give the user NAME a new password, and sign them out everywhere."""
    accounts = _accounts(settings)
    return _tell(accounts.set_password(name, _password(), operator()), as_json, "has a new password")


@command
@_name
def disable(settings: "Settings", as_json: bool, name: str) -> int:
    """Shut the user NAME out, at once. What they did stays in the audit log under their name."""
    return _tell(_accounts(settings).disable(name, operator()), as_json, "is disabled and signed out")


@command
@_name
def enable(settings: "Settings", as_json: bool, name: str) -> int:
    """Let the user NAME in again."""
    return _tell(_accounts(settings).enable(name, operator()), as_json, "is enabled")


@command
def list(settings: "Settings", as_json: bool) -> int:
    """List all users."""
    users = [_document(account) for account in _accounts(settings).all()]
    print_document({"users": users}, as_json, _show_users)
    return DONE


@click.option("--who", callback=readable, help="Only what this user did.")
@click.option("--action", callback=readable, help="Only this, such as 'article saved'.")
@click.option("--what", callback=readable, help="Only what was done to something with this in its name.")
@click.option("--since", metavar="DAY", help="From this day on, such as 2026-11-01.")
@click.option("--until", metavar="DAY", help="Up to and with this day.")
@click.option("--csv", "as_csv", type=click.Path(path_type=Path), help="Write a table into this file.")
def audit(settings: "Settings", as_json: bool, as_csv: Path | None, **wished: str | None) -> int:
    """Show the audit log: who did what, when, to what; and whether it is as it was written."""
    from bot.access.audit import record
    from bot.access.trail import csv_lines, document, filter_of, show
    from bot.database.engine import writing

    engine = _engine(settings)
    only = filter_of(wished)
    if as_csv:
        with as_csv.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(csv_lines(engine, only))
    print_document(document(engine, only), as_json, show)
    if as_csv or as_json:
        with writing(engine) as session:
            record(session, operator(), "exported", "audit log")
    return DONE


def operator() -> str:
    """Who gives a command, for the audit log: the studio's user, or the system's."""
    return os.environ.get(BY) or f"command:{_system_user()}"


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _password() -> str:
    """Asked for twice at a terminal; else the first line of standard input."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt="The same again", err=True))
    return sys.stdin.readline().rstrip("\r\n")


def _given(particulars: dict[str, Any]) -> Any:
    """What was said of a user; an option that was not given changes nothing."""
    return {key: value for key, value in particulars.items() if value not in (None, ())}


def _engine(settings: "Settings") -> "Engine":
    from bot.database.engine import open_engine

    return open_engine(settings.database_url, settings.data)


def _accounts(settings: "Settings") -> "Accounts":
    from bot.access.account import Accounts

    return Accounts(_engine(settings))


def _tell(account: "Account", as_json: bool, outcome: str) -> int:
    print_document(_document(account), as_json, lambda told: f"{told['name']} ({told['role']}) {outcome}")
    return DONE


def _document(account: "Account") -> Document:
    moments = {"created": account.created, "disabled": account.disabled}
    return {
        **asdict(account.user),
        "email": account.email,
        "signs_in": "openid" if account.elsewhere else "password",
        **{key: moment and moment.isoformat(timespec="seconds") for key, moment in moments.items()},
    }


def _show_users(document: Document) -> str:
    if not document["users"]:
        return (
            "no users yet, so desk and studio are served to this machine only: 'askdesk user add' makes one"
        )
    return "\n".join(map(_show_user, document["users"]))


def _show_user(told: Document) -> str:
    state = f"  disabled since {told['disabled']}" if told["disabled"] else ""
    return f"{told['name']:<20}  {told['role']:<6}  {told['shown']}{state}"
