"""A user: somebody of the staff, and how a request tells which of them acts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, get_args

from bot.fault import BotError

Role = Literal["agent", "editor", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
"""Each may do what those before it may."""

LONGEST_SHOWN = 80
"""Of a name that customers see."""
SCOPE = "askdesk.user"
"""Where the door leaves the user who acts in a request's scope."""


class NobodyActs(BotError):
    """A request without a user came where only users may be: its path is for everybody."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who has signed in."""

    name: str
    """To sign in with, and in the record of what was done."""
    shown: str
    """What customers know them by."""
    role: Role
    languages: tuple[str, ...] = ()
    """That they write; empty: any."""
    products: tuple[str, ...] = ()
    """That they know; empty: any."""
    skills: tuple[str, ...] = ()

    def may(self, least: Role) -> bool:
        """Whether they may do what is for this role."""
        return ROLES.index(self.role) >= ROLES.index(least)


LOCAL = User("local", "Local", "admin")
"""Acts while there are no users: whoever sits at the machine."""


class _Scoped(Protocol):
    """A request of Starlette's."""

    @property
    def scope(self) -> Mapping[str, Any]: ...


class _Wrapped(Protocol):
    """A `gr.Request`, which carries Starlette's."""

    request: Any


def user_of(request: _Scoped | _Wrapped) -> User:
    """Who acts in a request to a page or a Gradio endpoint; raises NobodyActs on public paths."""
    user = visitor(request)
    if user is None:
        raise NobodyActs("nobody has signed in here: ask below a path that is for a role")
    return user


def visitor(request: _Scoped | _Wrapped) -> User | None:
    """Who acts in a request, None on the paths that are for everybody."""
    inner: Any = getattr(request, "request", None) or request
    user = inner.scope.get(SCOPE)
    return user if isinstance(user, User) else None
