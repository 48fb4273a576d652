"""What the tests of the index share: an index built once without a model, and the model itself."""

from pathlib import Path
from shutil import copytree

import pytest

from index.index import Index
from tests.index.fakes import FOUR, SHOP, Workshop


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file in which the hashed vectors of the sample questions are kept."""
    return tmp_path_factory.mktemp("samples") / "samples.npz"


@pytest.fixture
def workshop(tmp_path: Path, samples: Path) -> Workshop:
    """A place to build in."""
    return Workshop(tmp_path, samples)


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Path:
    folder = tmp_path_factory.mktemp("built")
    Workshop(folder, samples).build(FOUR)
    return folder


@pytest.fixture
def standing(workshop: Workshop, built_once: Path) -> Workshop:
    """A place where `FOUR` was built already."""
    copytree(built_once, workshop.folder, dirs_exist_ok=True)
    return workshop


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Index:
    """The index of `SHOP`."""
    workshop = Workshop(tmp_path_factory.mktemp("shop"), samples)
    workshop.build(SHOP)
    return workshop.open()
