import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from index.encoder import OnnxEncoder
from index.export import prepare
from index.model import DEFAULT, Model, ModelError, cache_folder, opened
from index.progress import silent
from tests.index.fakes import MODEL, unpack_nothing
from tests.index.scripts import PASSAGES, QUESTIONS
from tests.index.test_unpack import sentence_transformer

TEXTS = [*QUESTIONS.values(), *PASSAGES]
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789?.,'"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model as others make them: a BERT of two small layers that spells words."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(0)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces = [*special, *LETTERS, *(f"##{letter}" for letter in LETTERS)]
    tokenizer = Tokenizer(
        models.WordPiece({piece: place for place, piece in enumerate(pieces)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    names = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=48, **dict(zip(names, special, strict=True))
    )
    shape = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=48,
    )
    BertModel(shape).save_pretrained(folder / "bert")
    fast.save_pretrained(folder / "bert")
    modules = [Transformer(str(folder / "bert")), Pooling(32, "mean"), Normalize()]
    prompts = {"query": "ask: ", "document": "text: "}
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder / "model"))
    return folder / "model"


@pytest.fixture(scope="module")
def exported(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Model:
    cache = tmp_path_factory.mktemp("cache")
    killed = cache / f".export-{tiny.name}-of-a-killed-export"
    killed.mkdir()
    return prepare(str(tiny), silent, cache=cache)


@contextmanager
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Every way out is closed; gives the list of what was tried."""
    tried: list[object] = []

    def refuse(*arguments: object, **_: object) -> None:
        tried.append(arguments)
        raise OSError("there is no network here")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    yield tried


@pytest.mark.model
def test_the_served_passages_are_those_of_sentence_transformers(model: Model, encoder: OnnxEncoder) -> None:
    loaded = sentence_transformer(str(model.folder / "sentence-transformers"))
    for prompt in ("query", "passage"):
        exact = encoder.encode(TEXTS, prompt)
        cosines = (exact * loaded.encode(TEXTS, prompt_name=prompt)).sum(axis=1)
        assert cosines.min() >= 0.9999


@pytest.mark.model
def test_the_served_questions_are_near_those_of_sentence_transformers(
    model: Model, encoder: OnnxEncoder
) -> None:
    loaded = sentence_transformer(str(model.folder / "sentence-transformers"))
    quick = np.stack([encoder.question(text) for text in QUESTIONS.values()])
    cosines = (quick * loaded.encode(list(QUESTIONS.values()), prompt_name="query")).sum(axis=1)
    assert cosines.min() >= 0.99


@pytest.mark.model
def test_the_default_model_says_what_it_is(model: Model) -> None:
    assert (model.name, model.dimension, model.most_tokens) == (DEFAULT, 384, 512)
    assert model.prompts == {"query": "query: ", "passage": "passage: "}
    assert model.folder == cache_folder() / DEFAULT
    assert opened(DEFAULT) == model


@pytest.mark.model
def test_another_model_by_its_path_is_served_with_its_own_vectors_and_prompts(
    tiny: Path, exported: Model
) -> None:
    assert (exported.name, exported.dimension, exported.most_tokens) == (str(tiny), 32, 48)
    assert exported.prompts == {"query": "ask: ", "passage": "text: "}
    loaded, texts = (
        sentence_transformer(str(tiny)),
        ["how do i return a gift?", "a parcel takes two days. " * 9],
    )
    exact = OnnxEncoder(exported).encode(texts, "passage")
    assert (exact * loaded.encode(texts, prompt_name="document")).sum(axis=1).min() >= 0.9999
    quick = OnnxEncoder(exported).question(texts[0])
    assert float(quick @ loaded.encode(texts[0], prompt_name="query")) >= 0.98
    assert float(exact[0] @ exact[1]) < 0.999  # its vectors do differ


@pytest.mark.model
def test_a_model_is_exported_once(tiny: Path, exported: Model) -> None:
    cache = exported.folder.parent
    told: list[object] = []
    assert prepare(str(tiny), lambda *step: told.append(step), cache=cache) == exported
    assert told == []
    assert opened(str(tiny), cache=cache) == exported
    assert opened(f"{tiny}/../{tiny.name}", cache=cache) == exported


@pytest.mark.model
def test_an_export_hands_on_no_advice_of_its_libraries(
    tiny: Path, tmp_path: Path, recwarn: pytest.WarningsRecorder, caplog: pytest.LogCaptureFixture
) -> None:
    prepare(str(tiny), silent, cache=tmp_path)
    assert [str(warning.message) for warning in recwarn] == []
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.model
def test_an_export_that_was_cut_off_is_not_served(tiny: Path, exported: Model) -> None:
    path = exported.folder / "questions.onnx"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    with pytest.raises(ModelError, match=rf"the model {tiny} is not unpacked yet: run 'askdesk build'"):
        opened(str(tiny), cache=exported.folder.parent)
    path.write_bytes(whole)
    assert opened(str(tiny), cache=exported.folder.parent) == exported


@pytest.mark.model
def test_a_name_that_is_not_on_this_machine_is_refused_without_a_try_to_fetch_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with no_network(monkeypatch) as tried, pytest.raises(ModelError) as refusal:
        prepare("nobody/no-such-model", silent, cache=tmp_path)
    assert tried == []
    assert "the model nobody/no-such-model is not on this machine" in str(refusal.value)
    assert "nothing is fetched unless 'allow_download = true' is set" in str(refusal.value)
    assert "from the Hugging Face hub" in str(refusal.value)
    assert [path.name for path in tmp_path.iterdir()] in ([], ["nobody--no-such-model.lock"])


@pytest.mark.model
def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="empty"):
        prepare(str(tmp_path / "empty"), silent, cache=tmp_path / "cache")


@pytest.mark.model
def test_a_prepared_model_needs_no_network(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    with no_network(monkeypatch) as tried:
        assert prepare(DEFAULT, silent) == model
        assert OnnxEncoder(model).question("Hvor?").shape == (384,)
    assert tried == []


def test_a_cache_that_can_not_be_written_is_said_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the place of the folder")
    with pytest.raises(ModelError, match="can't be stored here .*set XDG_CACHE_HOME to a folder that can be"):
        prepare("any", silent, cache=tmp_path / "cache")


def test_a_prepared_model_is_used_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    unpack_nothing(tmp_path)
    assert prepare(MODEL[0], silent).revision == MODEL[1]
    assert not list(cache_folder().glob("*.lock"))
