"""The routes by which admins read and export the audit log."""

import re
from collections.abc import Iterator
from dataclasses import replace

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse

from bot.access.audit import Entry, EntryFilter, entries, first_broken
from bot.access.trail import UnclearDay, csv_lines, filter_of
from bot.access.user import User, user_of
from bot.database.engine import reading
from bot.pages import audit
from bot.settings import Settings
from bot.single_line import single_line
from bot.web.porter import Porter
from bot.web.work import worked

ON_A_PAGE = 200
_NUMBER = re.compile(r"[0-9]{1,18}")
"""That a database can count to."""
_ATTACHED = {"Content-Disposition": 'attachment; filename="audit.csv"'}


def router(porter: Porter, settings: Settings) -> APIRouter:
    """The routes, to be included in an application."""
    routes = APIRouter()

    @routes.get("/audit")
    async def show(request: Request) -> Response:
        user, asked = user_of(request), _asked(request)
        return HTMLResponse(await worked(lambda: _page(porter, settings, user, asked)))

    @routes.get("/audit/export.csv")
    async def export(request: Request) -> Response:
        try:
            only = filter_of(_asked(request))
        except UnclearDay as error:
            raise HTTPException(422, str(error)) from error
        await worked(lambda: porter.store.record(user_of(request), "exported", "audit log"))
        lines: Iterator[str] = csv_lines(porter.store.engine, only)
        return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=_ATTACHED)

    return routes


def _asked(request: Request) -> dict[str, str]:
    return {key: single_line(value, 200) for key, value in request.query_params.items()}


def _page(porter: Porter, settings: Settings, user: User, asked: dict[str, str]) -> str:
    names = [account.user.name for account in porter.accounts.all()]
    try:
        only = filter_of(asked)
    except UnclearDay as error:
        return audit.page(user, settings.company, (), asked, names, fault=str(error))
    shown = _shown(porter, only, asked.get("before", ""))
    told, fault = _checked(porter) if "check" in asked else ("", "")
    more = len(shown) > ON_A_PAGE
    return audit.page(
        user, settings.company, shown[:ON_A_PAGE], asked, names, more=more, told=told, fault=fault
    )


def _shown(porter: Porter, only: EntryFilter, before: str) -> list[Entry]:
    older = replace(only, before=int(before)) if _NUMBER.fullmatch(before) else only
    with reading(porter.store.engine) as session:
        return list(entries(session, older, most=ON_A_PAGE + 1))


def _checked(porter: Porter) -> tuple[str, str]:
    with reading(porter.store.engine) as session:
        number = first_broken(session)
    return (audit.INTACT, "") if number is None else ("", audit.broken(number))
