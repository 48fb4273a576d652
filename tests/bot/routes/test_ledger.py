import pytest

from bot.database.engine import StateError
from tests.bot.access.conftest import FAR, PASSWORD, sign_in, visitor


@pytest.mark.parametrize(
    "asked",
    [
        {"before": "9" * 40},
        {"before": "٣"},
        {"since": "9999-12-31", "until": "9999-12-31"},
        {"until": "0001-01-01"},
        {"who": "\x00", "what": "\x00", "action": "\ud7ff"},
        {"what": "%_\\"},
    ],
)
def test_the_log_is_shown_whatever_is_asked_of_it(come, asked):
    page = come("admin").get("/audit", params=asked)
    assert page.status_code == 200
    assert "<h1" in page.text


def test_a_log_that_can_t_be_read_is_told_in_a_sentence(app, porter, monkeypatch):
    def fails(*_, **__):
        raise StateError("/srv/askdesk.db: the disk is full")

    admin = visitor(app, FAR)
    sign_in(admin, "admin", PASSWORD)
    with monkeypatch.context() as patched:
        patched.setattr(porter.accounts, "all", fails)
        shown = admin.get("/audit")
    monkeypatch.setattr(porter.store, "record", fails)
    for answer in (shown, admin.get("/audit/export.csv")):
        assert answer.status_code == 503
        assert answer.json()["detail"].startswith("the database can't be used at the moment")
