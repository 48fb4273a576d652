"""Opening what is served: the current generation, or the newest one before it that is whole."""

from dataclasses import dataclass
from pathlib import Path

from index.encoder import Encoder, OnnxEncoder
from index.generation import Foreign, GenerationError, Generations, Manifest, Missing
from index.index import Index
from index.model import Model, opened


@dataclass(frozen=True, slots=True)
class Opened:
    """An index, and what was wrong with the one that should be served, if anything."""

    index: Index
    warning: str | None


def open_current(generations: Generations, model_name: str, encoder: Encoder | None = None) -> Opened:
    """Open the current generation; where it is refused, the one before it, with a warning.

    An encoder that is given is used as it is. Raises `GenerationError` where none can be served, and
    `ModelError` where the model was never unpacked.
    """
    name = generations.current()
    if name is None:
        raise Missing(generations.folder, "there is no index yet")
    model = opened(model_name)
    encoder = encoder or OnnxEncoder(model)
    try:
        return Opened(_open(generations, name, model, encoder), None)
    except GenerationError as error:
        for older in generations.before(name):
            try:
                index = _open(generations, older, model, encoder)
            except GenerationError:
                continue
            return Opened(index, f"{error} (until then {older} answers)")
        raise


def _open(generations: Generations, name: str, model: Model, encoder: Encoder) -> Index:
    manifest = generations.verify(name)
    folder = generations.folder / name
    _check_model(folder, manifest, model)
    return Index.load(folder, manifest, encoder)


def _check_model(folder: Path, manifest: Manifest, model: Model) -> None:
    if manifest.revision != model.revision:
        built_with = manifest.model if manifest.model != model.name else f"another revision of {model.name}"
        raise Foreign(folder, f"the index was built with {built_with}, settings ask for {model.name}")
