"""The embedding model as it is served: a folder of ONNX files and a tokenizer, made once by `export`."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from index.errors import IndexingError

DEFAULT = "multilingual-e5-small"
LAYOUT = 2  # of the folder; a higher number makes old folders be exported again


class ModelError(IndexingError):
    """A model that can't be found, fetched, exported or trusted."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model ready to be served."""

    name: str
    revision: str
    """Hash of the weights and the layout: two models with the same revision give the same vectors."""
    folder: Path
    dimension: int
    most_tokens: int
    prompts: dict[str, str]
    """What is put before a text, for `query` and for `passage`."""


def cache_folder() -> Path:
    """Where models are kept, beside other programs' caches of this user."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "askdesk" / "models"


def opened(name: str, *, cache: Path | None = None) -> Model:
    """The model of that name if it was exported before; `ModelError` where it was not."""
    folder = folder_of(name, cache)
    model = ready(folder)
    if model is None:
        raise ModelError(f"the model {name} is not unpacked yet: run 'askdesk build'")
    return model


def folder_of(name: str, cache: Path | None = None) -> Path:
    """Where the model of that name or path is kept once it is exported."""
    return (cache or cache_folder()) / _folder_name(name)


def ready(folder: Path) -> Model | None:
    """What the folder holds, if it holds everything in the sizes that were written."""
    try:
        card = json.loads((folder / "askdesk.json").read_text(encoding="utf-8"))
        whole = all((folder / name).stat().st_size == size for name, size in card["sizes"].items())
        if card["layout"] != LAYOUT or not whole:
            return None
        return Model(folder=folder, **{key: card[key] for key in Model.__slots__ if key != "folder"})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _folder_name(name: str) -> str:
    path = Path(name)
    if not path.is_dir():
        return name.replace("/", "--")
    resolved = str(path.resolve())
    return f"{path.name}-{hashlib.sha256(resolved.encode()).hexdigest()[:12]}"
