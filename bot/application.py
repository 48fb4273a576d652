"""The application: every part wired together, and what each request passes on its way to one of them."""

import os
from typing import TYPE_CHECKING

from bot.access.user import visitor
from bot.settings import Settings
from bot.web.headers import SecurityHeaders

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI, Request

    from bot.conversation.assistant import Assistant
    from bot.web.porter import Porter

_QUIET = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    # Each queued event sums up all that are kept: 9.8 ms at 1,500 of them, 5 ms flat with these two.
    "GRADIO_ANALYTICS_MAX_EVENTS": "1",
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",
    "GRADIO_RUN_HISTORY": "False",
    "GRADIO_SSR_MODE": "False",
}


def create_app(settings: Settings) -> "FastAPI":
    """The whole application, ready to be served; raises StateError, ChannelError where something is amiss."""
    from bot.conversation.assistant import Assistant
    from bot.editions import generations
    from bot.live import LiveIndex
    from bot.state.store import Store

    live = LiveIndex(generations(settings), settings.model)
    return application(Assistant(live, Store.open(settings.database_url, settings.data), settings))


def application(assistant: "Assistant") -> "FastAPI":
    """The application around an assistant."""
    os.environ.update(_QUIET)
    from fastapi import FastAPI

    from bot.notify.office import Office
    from bot.pages import theme
    from bot.routes import api, back, chatwoot, entrance, finder, ledger
    from bot.sights.lookup import Lookup
    from bot.takeover.keeper import Keeper
    from bot.web.porter import Porter

    app = FastAPI(title=assistant.settings.company, openapi_url=None)
    app.state.live = assistant.live
    app.state.office = office = Office(assistant.store, assistant.settings)
    app.state.keeper = Keeper(assistant.store, office.outbox, assistant.settings)
    app.state.porter = porter = Porter(assistant.store, assistant.settings)
    pages = _pages(assistant)
    _guard(app, assistant, porter, pages)
    app.include_router(api.router(assistant))
    app.include_router(back.router(office.back, assistant.settings))
    app.include_router(entrance.router(porter, assistant.settings))
    app.include_router(ledger.router(porter, assistant.settings))
    _serve_takeover(app, assistant, porter)
    app.include_router(finder.router(Lookup(assistant.live, assistant.store.engine, assistant.settings)))
    app.include_router(chatwoot.router(assistant, office.outbox, office.secret))
    theme.serve(app)
    for path, page in pages.items():
        mount(app, path, page)
    return app


def _serve_takeover(app: "FastAPI", assistant: "Assistant", porter: "Porter") -> None:
    """What agents and customers do in a live conversation, and see of each other."""
    from bot.routes import desk, live
    from bot.sights.workplace import Workplace
    from bot.takeover.agent import Agents
    from bot.takeover.bookmarks import Bookmarks
    from bot.takeover.discretion import Discretion
    from bot.takeover.pulse import Pulse
    from bot.takeover.stream import Streams

    store, settings = assistant.store, assistant.settings
    app.state.streams = streams = Streams()
    bookmarks = Bookmarks(store)
    app.include_router(live.router(store, Pulse(store), bookmarks, streams, settings))
    agents = Agents(
        store, porter.accounts, Discretion(assistant.live), settings, app.state.office.courier.wake
    )
    workplace = Workplace(assistant.live, store, porter.accounts, settings)
    app.include_router(desk.router(workplace, agents, bookmarks))


def mount(app: "FastAPI", path: str, page: "gr.Blocks") -> None:
    """Serves a page below `path`; `bot.web.rooms` says to whom, and how much of it."""
    import gradio as gr
    from starlette.responses import RedirectResponse

    from bot.pages import theme

    if path != "/":
        app.add_route(path, lambda _: RedirectResponse(f"{path}/"))
    gr.mount_gradio_app(
        app,
        page,
        path,
        app_kwargs={"openapi_url": None, "docs_url": None, "redoc_url": None},
        theme=theme.gradio_theme(),
        head=theme.head(path.strip("/") or "chat"),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        max_file_size=1,
        auth_dependency=_second_lock if path != "/" else None,
    )


def _second_lock(request: "Request") -> str | None:
    """Gradio's own check, should a request ever come past the door."""
    user = visitor(request)
    return user.name if user else None


def _pages(assistant: "Assistant") -> dict[str, "gr.Blocks"]:
    """Each page by its path; the one at the root comes last, since it takes all that is left."""
    from bot.pages import chat, desk, studio
    from bot.pages.unserved import unserved
    from bot.rebuild import Rebuild, command

    live, store, settings = assistant.live, assistant.store, assistant.settings
    with unserved():
        return {
            "/desk": desk.build(store, settings),
            "/studio": studio.build(live, live.generations, store, settings, Rebuild(command(settings))),
            "/": chat.build(assistant, settings),
        }


def _acts(page: "gr.Blocks") -> dict[int, str]:
    """A page's functions by the numbers that Gradio gave them."""
    return {number: str(function.api_name) for number, function in page.fns.items()}


def _guard(app: "FastAPI", assistant: "Assistant", porter: "Porter", pages: "dict[str, gr.Blocks]") -> None:
    """What every request passes, the last one first."""
    from starlette.middleware.cors import CORSMiddleware
    from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

    from bot.web.body import BodyLimit
    from bot.web.door import Door
    from bot.web.gate import Gate
    from bot.web.signpost import Signpost

    settings = assistant.settings
    app.add_middleware(Gate, settings=settings, measures=assistant.measures, acts=_acts(pages["/"]))
    # Gradio would let every site in; it leaves that to us where we have a policy of our own.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.embed_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["Content-Type"],
        expose_headers=["Retry-After"],
    )
    app.add_middleware(Door, porter=porter, settings=settings)
    app.add_middleware(BodyLimit)
    app.add_middleware(Signpost, settings=settings)
    served = [f"{path.rstrip('/')}/" for path in pages]
    app.add_middleware(SecurityHeaders, pages=served, frames=settings.embed_origins)
    if settings.proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.proxies))
