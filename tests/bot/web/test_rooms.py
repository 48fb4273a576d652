import pytest

from bot.web.rooms import room_of


@pytest.mark.parametrize(
    ("path", "least"),
    [
        ("/", None),
        ("/api/ask", None),
        ("/articles/en/returns", None),
        ("/gradio_api/run/ask", None),
        ("/desk", "agent"),
        ("/desk/", "agent"),
        ("/desk/gradio_api/run/x", "agent"),
        ("/studio/theme.css", "editor"),
    ],
)
def test_a_path_lies_in_one_room(path, least):
    room = room_of(path)
    assert room is not None
    assert room.least == least


@pytest.mark.parametrize(
    "path",
    [
        "",
        "//",
        "//desk/",
        "/x",
        "/Desk",
        "/desktop",
        "/gradio_api/queue/join",
        "/gradio_api/upload",
        "/login",
    ],
)
def test_what_is_in_no_room_is_not_served(path):
    assert room_of(path) is None
