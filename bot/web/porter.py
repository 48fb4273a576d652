"""The porter: knows the users, lets in who has shown to be one of them, and knows them again."""

from dataclasses import dataclass
from datetime import timedelta
from threading import BoundedSemaphore, Semaphore

from starlette.types import Scope

from bot.access.account import Accounts
from bot.access.attempt import Attempts
from bot.access.cookie import Cookies
from bot.access.form import Forms
from bot.access.guard import is_local
from bot.access.openid import Known, OpenId
from bot.access.secret import secret
from bot.access.session import Sessions
from bot.access.user import LOCAL, User
from bot.settings import Settings
from bot.state.presence import Presence
from bot.state.store import Store

AT_ONCE = 2
"""Each check of a password takes a core and 64 MiB."""
MOST_WAITING = 30


@dataclass(frozen=True, slots=True)
class Admitted:
    user: User
    key: str
    """Of the new session."""


@dataclass(frozen=True, slots=True)
class NotAdmitted:
    seconds: int = 0
    """To wait before the next attempt; 0: name or password is wrong."""


class Porter:
    """What the door and the sign-in page ask; its methods may be called from any thread."""

    def __init__(self, store: Store, settings: Settings) -> None:
        own = secret(settings)
        self.store = store
        self.accounts = Accounts(store.engine)
        self.sessions = Sessions(
            store.engine, timedelta(minutes=settings.session_idle), timedelta(hours=settings.session_longest)
        )
        self.cookies = Cookies(own, https=(settings.public_url or "").startswith("https:"))
        self.forms = Forms(own, self.cookies)
        self.openid = OpenId(settings.openid) if settings.openid else None
        self._attempts = Attempts(store.engine)
        self._checking = Semaphore(AT_ONCE)
        self._waiting = BoundedSemaphore(MOST_WAITING)

    def expects_sign_in(self) -> bool:
        """Whether anybody can sign in; until then whoever sits at the machine acts."""
        return self.openid is not None or self.accounts.some()

    def user(self, scope: Scope) -> User | None:
        """Who acts in a request: by the session, or while nobody can sign in who sits at the machine."""
        if not self.expects_sign_in():
            return LOCAL if is_local(scope) else None
        key = self.cookies.read(scope, "session")
        return self.sessions.user(key) if key else None

    def sign_in(self, name: str, password: str, address: str, scope: Scope) -> Admitted | NotAdmitted:
        """A new session in place of the browser's old one, for whom the name and password belong to."""
        checked = self.check(name, password, address)
        if isinstance(checked, NotAdmitted):
            if not checked.seconds:  # else a guesser could fill the log, which nothing is removed from
                self._tell_refused(name, address)
            return checked
        return self.admit(checked, address, scope)

    def check(self, name: str, password: str, address: str) -> User | NotAdmitted:
        """Who a name and password belong to; every attempt counts until one succeeds."""
        if not self._waiting.acquire(blocking=False):
            return NotAdmitted(seconds=2)
        try:
            seconds = self._attempts.wait(name, address)
            if seconds:
                return NotAdmitted(seconds)
            with self._checking:
                user = self.accounts.check(name, password)
        finally:
            self._waiting.release()
        if user is None:
            return NotAdmitted()
        self._attempts.succeeded(name, address)
        return user

    def admit(self, user: User, address: str, scope: Scope, how: str = "password") -> Admitted:
        """Begins a session for a user who has shown who they are."""
        key = self.sessions.begin(user.name, self.cookies.read(scope, "session"))
        self.store.record(user, "signed in", user.name, address=address, by=how)
        return Admitted(user, key)

    def welcome(self, known: Known, address: str, scope: Scope) -> Admitted | NotAdmitted:
        """A new session for whom a provider has told who they are."""
        user = self.accounts.welcome(
            known.subject, known.name, shown=known.shown, email=known.email, role=known.role
        )
        if user is None:
            self.refuse("an account that is disabled", address)
            return NotAdmitted()
        return self.admit(user, address, scope, how="OpenID Connect")

    def refuse(self, why: str, address: str) -> None:
        """Records that somebody unknown was not let in."""
        self.store.record("nobody", "sign-in refused", why, address=address)

    def sign_out(self, user: User, scope: Scope) -> None:
        key = self.cookies.read(scope, "session")
        if key:
            self.sessions.end(key)
        if not self.sessions.count(user.name):  # a page may be open in another browser
            Presence(self.store.engine).left(user)
        self.store.record(user, "signed out", user.name)

    def sign_out_everywhere(self, user: User) -> None:
        ended = self.sessions.end_all(user.name)
        Presence(self.store.engine).left(user)
        self.store.record(user, "signed out everywhere", user.name, sessions=str(ended))

    def _tell_refused(self, name: str, address: str) -> None:
        """Records a failed attempt; a name that nobody has is not kept: it may be a password, mistyped."""
        known = self.accounts.find(name)
        who = known.user if known else "nobody"
        self.store.record(who, "sign-in refused", "name or password wrong", address=address)
