import json
import time
from pathlib import Path

import pytest

from index.model import LAYOUT, ModelError, opened
from tests.index.fakes import MODEL, unpack_nothing


@pytest.mark.parametrize(
    "card",
    [
        "",
        "{",
        "[]",
        json.dumps({"layout": LAYOUT + 1, "sizes": {}}),
        json.dumps({"layout": LAYOUT, "sizes": {}}),
        json.dumps({"layout": LAYOUT, "sizes": {"questions.onnx": 5}}),
        json.dumps({"layout": LAYOUT, "sizes": []}),
    ],
)
def test_a_folder_with_a_card_that_says_too_little_is_not_served(tmp_path: Path, card: str) -> None:
    (tmp_path / "any").mkdir()
    (tmp_path / "any" / "askdesk.json").write_text(card)
    with pytest.raises(ModelError, match="is not unpacked yet"):
        opened("any", cache=tmp_path)


def test_names_that_look_like_paths_stay_in_the_cache(tmp_path: Path) -> None:
    unpack_nothing(tmp_path, "..--..--elsewhere")
    assert opened("../../elsewhere", cache=tmp_path / "askdesk" / "models").name == "..--..--elsewhere"


def test_opening_a_model_takes_no_time(tmp_path: Path) -> None:
    unpack_nothing(tmp_path)
    started = time.perf_counter()
    opened(MODEL[0], cache=tmp_path / "askdesk" / "models")
    assert time.perf_counter() - started < 0.2
