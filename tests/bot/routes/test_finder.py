from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from bot.application import application
from bot.database.engine import UNUSABLE, StateError
from bot.finder.kept import Kept
from tests.bot.conftest import fake_assistant

KEY = "a" * 32


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    app = application(fake_assistant(tmp_path_factory.mktemp("finder")))
    with TestClient(app, base_url="http://localhost", client=("127.0.0.1", 1)) as client:
        yield client


def post(client, path, **sent):
    return client.post(f"/desk/finder/{path}", json=sent)


def rows(client, **asked):
    answer = client.get("/desk/finder/search", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["rows"]


def test_what_is_found_comes_with_what_can_be_done_with_it(client):
    row = rows(client, q="price of a return by parcel")[0]
    assert row["title"] == "Returning an item"
    assert row["link"] == "/articles/en/returns"
    assert row["source"].startswith("en/returns.md:")
    assert "costs 49 kroner" in row["plain"]
    assert "(/articles/en/delivery#price)" in row["markdown"]


def test_who_types_on_gets_what_was_typed_last(client):
    """Searches of one agent are made one after the other; those that are still wanted are all answered."""
    with ThreadPoolExecutor(4) as typing:
        found = list(
            typing.map(lambda q: rows(client, q=q), ["price", "price of a", "price of a return"] * 3)
        )
    assert all(found)
    assert found[2] == found[5] == rows(client, q="price of a return")


def test_what_is_for_agents_has_no_link_that_could_go_to_a_customer(client):
    row = rows(client, q="how much goodwill may I give")[0]
    assert (row["audience"], row["link"]) == ("agents", "")


def test_the_whole_article_is_opened_at_the_desk_those_for_agents_too(client):
    answer = client.get("/desk/finder/article/en/goodwill")
    assert "Agents may give 150 kroner" in answer.text
    assert client.get("/articles/en/goodwill").status_code == 404
    assert client.get("/desk/finder/article/en/nothing").status_code == 404


def test_filters_are_offered_and_kept_to(client):
    start = client.get("/desk/finder/start").json()
    assert start["languages"] == [["da", "Dansk"], ["en", "English"]]
    assert {row["audience"] for row in rows(client, q="return goodwill", readers="agents")} == {"agents"}
    assert client.get("/desk/finder/search", params={"q": "x", "readers": "me"}).status_code == 422


def test_a_pinned_passage_and_a_search_are_there_the_next_time(client):
    mark = rows(client, q="frame covered")[0]["mark"]
    assert post(client, "pin", mark=mark, pinned=True).json() == {"pinned": True}
    assert post(client, "recent", words="frame covered").status_code == 200
    start = client.get("/desk/finder/start").json()
    assert start["pinned"] == [mark]
    assert [row["mark"] for row in start["rows"]] == [mark]
    assert 'data-words="frame covered"' in start["html"]
    post(client, "pin", mark=mark, pinned=False)
    client.delete("/desk/finder/recent")
    assert client.get("/desk/finder/start").json()["pinned"] == []


def refusal(answer):
    assert answer.status_code == 409
    return answer.json()["detail"]


def test_why_a_passage_can_t_be_pinned_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.finder.kept.MOST_PINS", 1)
    host = fake_assistant(tmp_path)
    with TestClient(application(host), base_url="http://localhost", client=("127.0.0.1", 1)) as client:
        gone = refusal(post(client, "pin", mark="en/nothing#~0", pinned=True))
        assert gone == "this passage is no longer there: search for it again"
        marks = [rows(client, q=words)[0]["mark"] for words in ("frame covered", "parcel takes")]
        assert post(client, "pin", mark=marks[0], pinned=True).status_code == 200
        full = refusal(post(client, "pin", mark=marks[1], pinned=True))
        assert full == "40 passages are pinned: let one go first"
        host.live.index, host.live.problem = None, "the index is damaged; run 'askdesk build'"
        assert refusal(post(client, "pin", mark=marks[0], pinned=True)) == host.live.problem
        host.live.problem = None
        assert "no index yet" in refusal(post(client, "pin", mark=marks[0], pinned=True))
        assert post(client, "pin", mark=marks[0], pinned=False).status_code == 200


def test_a_missing_answer_is_stored_once_for_each_press(client):
    assert post(client, "missing", words=" ski  bags ", key=KEY).json() == {"new": True, "words": "ski bags"}
    assert post(client, "missing", words="ski bags", key=KEY).json()["new"] is False


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("missing", {"words": "", "key": KEY}),
        ("missing", {"words": "x", "key": "<script>"}),
        ("missing", {"words": "x" * 501, "key": KEY}),
        ("missing", {"words": " \n", "key": KEY}),
        ("recent", {"words": "  "}),
        ("recent", {"words": 7}),
        ("recent", {"words": "x", "agent": "ole"}),
        ("pin", {"mark": "x", "pinned": "yes"}),
    ],
)
def test_what_no_page_of_ours_sends_is_refused(client, path, sent):
    assert post(client, path, **sent).status_code == 422


def test_where_the_database_is_stays_unsaid_when_it_fails(tmp_path, monkeypatch):
    def fails(*_):
        raise StateError("postgresql+psycopg://askdesk:***@db.internal/askdesk: no connection")

    monkeypatch.setattr(Kept, "forget", fails)
    app = application(fake_assistant(tmp_path))
    with TestClient(app, base_url="http://localhost", client=("127.0.0.1", 1)) as client:
        answer = client.delete("/desk/finder/recent")
    assert (answer.status_code, answer.json()["detail"]) == (503, UNUSABLE)


def test_a_form_of_another_site_changes_nothing(client):
    sent = client.post("/desk/finder/recent", data={"words": "x"}, headers={"Origin": "https://evil.example"})
    assert sent.status_code == 403
    assert client.post("/desk/finder/recent", data={"words": "x"}).status_code == 415


def test_nobody_from_elsewhere_searches_at_the_desk(client):
    far = TestClient(client.app, base_url="http://localhost", client=("10.0.0.9", 1))
    for path in ("search?q=goodwill", "start", "article/en/goodwill"):
        assert far.get(f"/desk/finder/{path}").status_code == 403
