"""The export: a sentence-transformers model made into what is served without it.

Serving needs neither torch nor sentence-transformers, whose import alone costs seconds and about 1 GB.
So a model is exported once: `passages.onnx` in float32, and `questions.onnx` in int8 per channel, which
answers a question in about a third of the time. Per channel matters: per tensor, questions in Chinese and
Arabic lost several points of first hits. Weights have seven of the eight bits, since processors without
VNNI add up products of eight in sixteen and cut off what overflows: there centred vectors of questions in
seven languages agreed with the float32 ones to 0.979 in the median with eight bits, to 0.985 with seven.
"""

import hashlib
import json
import logging
import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import unpack
from index.encoder import OnnxEncoder
from index.model import DEFAULT, LAYOUT, Model, ModelError, folder_of, ready
from index.progress import Report

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

AGREEMENT = 0.98  # least cosine of an exported vector with the model's own; int8 gave 0.997 on twelve scripts
NOT_FETCHED = "nothing is fetched unless 'allow_download = true' is set, then from the Hugging Face hub"
PROBES = (
    "How do I return a gift?",
    "退货需要多长时间？",
    "متى ستصل الدراجة؟",
    "Gdzie jest moja paczka z Łodzi?",
)


def prepare(name: str, report: Report, *, cache: Path | None = None, allow_download: bool = False) -> Model:
    """The model of that name or path, exported at its first use.

    Only one process exports at a time; the others wait for it and then use what it made.
    """
    from filelock import FileLock

    folder = folder_of(name, cache)
    if found := ready(folder):
        return found
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_suffix(".lock")):
            model = ready(folder)
            if model is None:
                _export(name, folder, report, allow_download)
                model = ready(folder)
    except OSError as error:
        raise ModelError(
            f"{folder}: the model can't be stored here ({error.strerror or error}); make room, or set "
            "XDG_CACHE_HOME to a folder that can be written (about 1.1 GB)"
        ) from error
    if model is None:
        raise ModelError(f"{folder}: the exported model is incomplete; delete this folder and try again")
    return model


def _export(name: str, folder: Path, report: Report, allow_download: bool) -> None:
    """Everything is written beside `folder` first and renamed when whole."""
    work = folder.with_name(f".export-{folder.name}")
    shutil.rmtree(work, ignore_errors=True)  # of an export that was killed
    work.mkdir()
    try:
        source = _source(name, work, report, allow_download)
        report("model", 60, 100)
        card = _write_served(source, name, work, report)
        (work / "askdesk.json").write_text(json.dumps(card, indent=2), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        work.rename(folder)
        report("model", 100, 100)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _source(name: str, work: Path, report: Report, allow_download: bool) -> "SentenceTransformer":
    if name == DEFAULT:
        folder = work / "sentence-transformers"
        unpack.unpack(folder, lambda done, total: report("model", 30 * done // total, 100))
        return _load(str(folder), allow_download=False)
    return _load(name, allow_download)


def _load(name: str, allow_download: bool) -> "SentenceTransformer":
    _quiet()
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(name, device="cpu", local_files_only=not allow_download)
    except (OSError, ValueError) as error:
        remedy = "" if allow_download else f"; {NOT_FETCHED}"
        raise ModelError(f"the model {name} is not on this machine{remedy} ({_first_line(error)})") from error


def _write_served(source: "SentenceTransformer", name: str, work: Path, report: Report) -> dict[str, Any]:
    _check_tokenizer(source, name)
    source.tokenizer.backend_tokenizer.save(str(work / "tokenizer.json"))
    with _without_advice():
        _write_onnx(source, work)
        report("model", 80, 100)
        _write_int8(work)
    prompts = {kind: _prompt(source, kind) for kind in ("query", "passage")}
    card = {
        "layout": LAYOUT,
        "name": name,
        "revision": _revision(work, prompts),
        "dimension": source.get_embedding_dimension(),
        "most_tokens": source.max_seq_length or 512,
        "prompts": prompts,
        "sizes": {path.name: path.stat().st_size for path in sorted(work.iterdir()) if path.is_file()},
    }
    _check_agreement(source, work, card)
    return card


def _check_tokenizer(source: "SentenceTransformer", name: str) -> None:
    if getattr(source.tokenizer, "backend_tokenizer", None) is None:
        raise ModelError(
            f"the model {name} has no fast tokenizer (tokenizer.json), which serving needs; choose another"
        )


def _write_onnx(source: "SentenceTransformer", work: Path) -> None:
    """The whole pipeline, pooling included, as one graph from tokens to a vector."""
    import torch

    class Pipeline(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stages = source

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            output: torch.Tensor = self.stages({"input_ids": input_ids, "attention_mask": attention_mask})[
                "sentence_embedding"
            ]
            return output

    example = source.tokenizer(
        ["one text", "another, somewhat longer text"], padding=True, return_tensors="pt"
    )
    texts = torch.export.Dim("texts", min=1, max=65_536)
    tokens = torch.export.Dim("tokens", min=2, max=source.max_seq_length or 512)
    torch.onnx.export(
        Pipeline().eval(),
        (example["input_ids"], example["attention_mask"]),
        str(work / "passages.onnx"),
        input_names=["input_ids", "attention_mask"],
        output_names=["vectors"],
        dynamic_shapes={name: {0: texts, 1: tokens} for name in ("input_ids", "attention_mask")},
        dynamo=True,
        external_data=False,
        verbose=False,
    )


def _write_int8(work: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        work / "passages.onnx",
        work / "questions.onnx",
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
    )


def _prompt(source: "SentenceTransformer", kind: str) -> str:
    """sentence-transformers calls the second prompt `document` in newer models, `passage` in e5."""
    names = ("query",) if kind == "query" else ("passage", "document")
    return next((prompt for name in names if (prompt := source.prompts.get(name))), "")


def _revision(work: Path, prompts: dict[str, str]) -> str:
    digest = hashlib.sha256(json.dumps([LAYOUT, prompts], sort_keys=True).encode())
    for name in ("tokenizer.json", "passages.onnx", "questions.onnx"):
        with (work / name).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


def _check_agreement(source: "SentenceTransformer", work: Path, card: dict[str, Any]) -> None:
    model = Model(folder=work, **{key: card[key] for key in Model.__slots__ if key != "folder"})
    encoder = OnnxEncoder(model)
    expected = source.encode([model.prompts["query"] + text for text in PROBES], normalize_embeddings=True)
    exact = encoder.encode(PROBES, "query")
    for text, own, precise in zip(PROBES, expected, exact, strict=True):
        worst = min(float(own @ precise), float(own @ encoder.question(text)))
        if worst < AGREEMENT:
            raise ModelError(
                f"the model {model.name} does not survive its export ('{text}' came out at cosine "
                f"{worst:.3f} of the original): choose another model"
            )


def _quiet() -> None:
    """No progress bars, advice or network from the libraries while they load."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()


@contextmanager
def _without_advice() -> Iterator[None]:
    """The exporters warn of what has no bearing here; that the export is right is checked by its vectors."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200]
