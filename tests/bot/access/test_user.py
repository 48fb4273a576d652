import gradio as gr
import pytest
from fastapi import FastAPI, Request
from starlette.testclient import TestClient

from bot.access.user import LOCAL, ROLES, NobodyActs, User, user_of, visitor
from bot.state.store import Store
from bot.web.door import Door
from bot.web.porter import Porter
from tests.bot.fakes import settings


def test_each_role_may_do_what_those_before_it_may():
    for rank, role in enumerate(ROLES):
        assert [User("x", "X", role).may(least) for least in ROLES] == [rank >= other for other in range(3)]


def _page() -> gr.Blocks:
    def told(request: gr.Request) -> str:
        return user_of(request).name

    with gr.Blocks(analytics_enabled=False) as page:
        gr.api(told, queue=False)
        gr.api(told, api_name="queued", queue=True)
    return page


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    given = settings(data=tmp_path_factory.mktemp("user"))
    app = FastAPI()

    @app.get("/desk/who")
    async def who(request: Request) -> str:
        return user_of(request).name

    @app.get("/health")
    async def health(request: Request) -> str | None:
        assert visitor(request) is None
        return user_of(request).name

    gr.mount_gradio_app(app, _page(), "/desk")
    app.add_middleware(Door, porter=Porter(Store.open(None, given.data), given), settings=given)
    with TestClient(app, base_url="http://localhost", client=("127.0.0.1", 5000)) as client:
        yield client


def test_a_route_knows_who_acts(client):
    assert client.get("/desk/who").json() == LOCAL.name


def test_a_gradio_endpoint_knows_who_acts(client):
    assert client.post("/desk/gradio_api/run/told", json={"data": []}).json()["data"] == [LOCAL.name]


def test_a_queued_gradio_endpoint_knows_who_acts(client):
    event = client.post("/desk/gradio_api/call/queued", json={"data": []}).json()["event_id"]
    assert f'["{LOCAL.name}"]' in client.get(f"/desk/gradio_api/call/queued/{event}").text


def test_nobody_acts_where_everybody_may_be(client):
    with pytest.raises(NobodyActs, match="path that is for a role"):
        client.get("/health")
