import gradio as gr
import pytest
from fastapi import FastAPI
from gradio.routes import App
from starlette.testclient import TestClient

from bot.application import application
from bot.pages.unserved import unserved
from tests.bot.conftest import fake_assistant


@pytest.fixture
def made(monkeypatch):
    """The pages for which Gradio has made an application."""
    made, create = [], App.create_app

    def counted(page, *given, **more):
        made.append(page.title)
        return create(page, *given, **more)

    monkeypatch.setattr(App, "create_app", counted)
    return made


def test_each_page_is_made_into_an_application_once(made, tmp_path):
    application(fake_assistant(tmp_path))
    assert made == ["Desk · Kestrel", "Studio · Kestrel", "Kestrel: ask us anything"]


def test_a_page_made_so_answers_once_it_is_mounted(made):
    with unserved(), gr.Blocks(title="Doubling", analytics_enabled=False) as page:
        gr.api(_doubled, api_name="double")
    assert made == []
    with TestClient(gr.mount_gradio_app(FastAPI(), page, "/")) as client:
        event = client.post("/gradio_api/call/double", json={"data": [21]}).json()["event_id"]
        assert "data: [42]" in client.get(f"/gradio_api/call/double/{event}").text
    assert made == ["Doubling"]


def test_pages_of_others_are_served_at_once_again_even_after_a_failure(made):
    with pytest.raises(ZeroDivisionError), unserved():
        raise ZeroDivisionError
    gr.Blocks(title="Of others", analytics_enabled=False)
    assert made == ["Of others"]


def _doubled(number: int) -> int:
    return 2 * number
