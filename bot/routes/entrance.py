"""The entrance: the routes by which people sign in and out, and change their password."""

import logging
from secrets import token_urlsafe
from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.access.cookie import Kind
from bot.access.openid import OpenId, OpenIdError, Unwelcome, Visit, visit_in
from bot.access.password import WeakPassword
from bot.access.user import LOCAL, User, user_of
from bot.pages import account, sign_in
from bot.settings import Settings
from bot.web.porter import Admitted, NotAdmitted, Porter
from bot.web.rooms import room_of
from bot.web.work import worked

log = logging.getLogger(__name__)

BACK = "/sign-in/openid/back"
HOME = "/desk/"
_OF_A_USER: tuple[Kind, ...] = ("session", "form", "owner")
_NO_STORE = {"Cache-Control": "no-store"}
_UNCHANGED = {
    "again": "The two new passwords are not the same: nothing was changed.",
    "wrong": "The password now is another one: nothing was changed.",
}


def router(porter: Porter, settings: Settings) -> APIRouter:
    """The routes, to be included in an application."""
    routes, entrance = APIRouter(), _Entrance(porter, settings)
    for path, act, method in (
        ("/sign-in", entrance.show, "GET"),
        ("/sign-in", entrance.sign_in, "POST"),
        ("/sign-in/openid", entrance.go_to_provider, "GET"),
        (BACK, entrance.come_back, "GET"),
        ("/sign-out", entrance.sign_out, "POST"),
        ("/account", entrance.account, "GET"),
        ("/account/sign-out", entrance.sign_out_everywhere, "POST"),
        ("/account/password", entrance.change_password, "POST"),
    ):
        routes.add_api_route(path, act, methods=[method], response_model=None)
    return routes


class _Entrance:
    def __init__(self, porter: Porter, settings: Settings) -> None:
        self._porter = porter
        self._settings = settings

    async def show(self, request: Request) -> Response:
        """The sign-in page; whoever has signed in already goes on."""
        if not await worked(self._porter.expects_sign_in):
            return HTMLResponse(sign_in.no_users(self._settings.company), headers=_NO_STORE)
        onward = _onward(request.query_params.get("next", ""))
        if await worked(lambda: self._porter.user(request.scope)):
            return RedirectResponse(onward, 303)
        return self._form(request, onward)

    async def sign_in(self, request: Request) -> Response:
        form = await _read(request)
        onward, name = _onward(form.get("next", "")), form.get("name", "")
        if not self._porter.forms.genuine(request.scope, form.get("token", "")):
            return self._form(request, onward, name=name, fault=sign_in.STALE, status=403)
        address, password = _address(request), form.get("password", "")
        admitted = await worked(lambda: self._porter.sign_in(name, password, address, request.scope))
        if isinstance(admitted, NotAdmitted):
            return self._refused(request, onward, name, admitted)
        return self._onward(request, onward, admitted)

    async def go_to_provider(self, request: Request) -> Response:
        """On to the server that says who somebody is."""
        openid, onward = self._openid(), _onward(request.query_params.get("next", ""))
        try:
            address, visit = await openid.begin(self._back(request), onward)
        except OpenIdError as error:
            log.error("OpenID Connect: %s", error)
            return self._form(request, onward, fault=f"Not signed in: {error}.", status=502)
        response = RedirectResponse(address, 303, headers=_NO_STORE)
        self._porter.cookies.give(request.scope, response, "openid", visit.text())
        return response

    async def come_back(self, request: Request) -> Response:
        """Back from there with an answer, which counts once."""
        openid, cookies = self._openid(), self._porter.cookies
        visit = visit_in(cookies.read(request.scope, "openid"))
        response = await self._answered(request, openid, visit)
        cookies.take(request.scope, response, "openid")
        return response

    async def _answered(self, request: Request, openid: OpenId, visit: Visit | None) -> Response:
        if visit is None:
            return self._form(request, HOME, fault=sign_in.STALE, status=403)
        address = _address(request)
        try:
            known = await openid.end(visit, request.query_params, self._back(request))
        except OpenIdError as error:
            log.warning("OpenID Connect: %s", error)
            why = str(error)
            if isinstance(error, Unwelcome):  # else anybody could fill the log, which nothing is removed from
                await worked(lambda: self._porter.refuse(f"OpenID Connect: {why}", address))
            return self._form(request, visit.onward, fault=f"Not signed in: {why}.", status=403)
        admitted = await worked(lambda: self._porter.welcome(known, address, request.scope))
        if isinstance(admitted, NotAdmitted):
            return self._form(request, visit.onward, fault=sign_in.DISABLED, status=403)
        return self._onward(request, visit.onward, admitted)

    def _openid(self) -> OpenId:
        if self._porter.openid is None:
            raise HTTPException(404, "people sign in with name and password here")
        return self._porter.openid

    def _back(self, request: Request) -> str:
        """Our own address that the provider sends the browser back to."""
        return (self._settings.public_url or str(request.base_url)).rstrip("/") + BACK

    async def sign_out(self, request: Request) -> Response:
        await self._genuine(request)
        user = user_of(request)
        await worked(lambda: self._porter.sign_out(user, request.scope))
        return self._outside(request)

    async def sign_out_everywhere(self, request: Request) -> Response:
        await self._genuine(request)
        user = user_of(request)
        await worked(lambda: self._porter.sign_out_everywhere(user))
        return self._outside(request)

    async def account(self, request: Request) -> Response:
        return await self._account(request)

    async def change_password(self, request: Request) -> Response:
        """A new password, for who knows the old one; this browser stays signed in under a new key."""
        form, user, porter = await self._genuine(request), user_of(request), self._porter
        if form.get("new") != form.get("again"):
            return await self._account(request, fault=_UNCHANGED["again"])
        checked = await worked(lambda: porter.check(user.name, form.get("password", ""), _address(request)))
        if isinstance(checked, NotAdmitted):
            fault = sign_in.wait(checked.seconds) if checked.seconds else _UNCHANGED["wrong"]
            return await self._account(request, fault=fault)
        try:
            await worked(lambda: porter.accounts.set_password(user.name, form.get("new", ""), by=user))
        except WeakPassword as error:
            return await self._account(request, fault=f"Nothing was changed: {error}.")
        admitted = await worked(lambda: porter.admit(user, _address(request), request.scope))
        return self._onward(request, "/account?changed", admitted)

    def _form(
        self, request: Request, onward: str, *, name: str = "", fault: str = "", status: int = 200
    ) -> Response:
        nonce = self._porter.forms.nonce(request.scope)
        page = sign_in.sign_in(
            self._settings.company,
            self._porter.forms.token(request.scope, nonce),
            onward,
            name=name[:64],
            fault=fault,
            elsewhere=self._settings.openid.name if self._settings.openid else None,
        )
        response = HTMLResponse(page, status, headers=_NO_STORE)
        self._porter.forms.give(request.scope, response, nonce)
        return response

    def _refused(self, request: Request, onward: str, name: str, refused: NotAdmitted) -> Response:
        if not refused.seconds:
            return self._form(request, onward, name=name, fault=sign_in.WRONG, status=401)
        response = self._form(request, onward, name=name, fault=sign_in.wait(refused.seconds), status=429)
        response.headers["Retry-After"] = str(refused.seconds)
        return response

    def _onward(self, request: Request, path: str, admitted: Admitted) -> Response:
        response = RedirectResponse(path, 303, headers=_NO_STORE)
        self._porter.cookies.give(request.scope, response, "session", admitted.key)
        self._porter.cookies.give(request.scope, response, "owner", self._owner(request, admitted.user))
        return response

    def _owner(self, request: Request, user: User) -> str:
        """Whose drafts the browser keeps: the same until this user signs out or another one signs in."""
        before = self._porter.cookies.read(request.scope, "owner") or ""
        return before if before.rpartition(" ")[0] == user.name else f"{user.name} {token_urlsafe(16)}"

    def _outside(self, request: Request) -> Response:
        response = RedirectResponse("/sign-in", 303, headers=_NO_STORE)
        for kind in _OF_A_USER:
            self._porter.cookies.take(request.scope, response, kind)
        return response

    async def _account(self, request: Request, fault: str = "") -> Response:
        user, porter = user_of(request), self._porter
        own = await worked(lambda: porter.accounts.find(user.name))
        sessions = await worked(lambda: porter.sessions.count(user.name))
        nonce = porter.forms.nonce(request.scope)
        page = account.account(
            user,
            self._settings.company,
            porter.forms.token(request.scope, nonce),
            sessions,
            elsewhere=own is not None and own.elsewhere,
            told="Your password was changed." if "changed" in request.query_params else "",
            fault=fault,
        )
        response = HTMLResponse(page, 400 if fault else 200, headers=_NO_STORE)
        porter.forms.give(request.scope, response, nonce)
        return response

    async def _genuine(self, request: Request) -> dict[str, str]:
        """A form's fields; raises a 403 for one that did not come from our page."""
        form = await _read(request)
        if not self._porter.forms.genuine(request.scope, form.get("token", "")):
            raise HTTPException(403, "this form is too old, or came from elsewhere: open the page again")
        if user_of(request) is LOCAL:
            raise HTTPException(409, "there are no users yet: make one with 'askdesk user add'")
        return form


async def _read(request: Request) -> dict[str, str]:
    """The fields of a form; of those given twice the first."""
    content = (await request.body()).decode("utf-8", "replace")
    try:
        pairs = parse_qsl(content, keep_blank_values=True, max_num_fields=20)
    except ValueError as error:
        raise HTTPException(422, "the form can't be read: open the page again") from error
    return dict(reversed(pairs))


def _onward(path: str) -> str:
    """The path to go on to, with its query, if it is one of the staff's; never another site."""
    room = room_of(path.partition("?")[0])
    known = room is not None and room.least is not None and path.isprintable() and "\\" not in path
    return path if known and room != room_of("/sign-out") else HOME


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
