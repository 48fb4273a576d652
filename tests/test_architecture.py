"""The tree is the architecture: what may import what, and what stays unloaded until it is used."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {"kb": {"kb"}, "index": {"kb", "index"}, "bot": {"kb", "index", "bot"}}
LAYERS = (
    *("fault", "phrase", "single_line", "wrong_setting", "contact", "glossary", "message", "measure"),
    *("waiting", "wishes", "settings", "command", "answer", "database", "access", "state", "golden"),
    *("live", "standing", "editions", "rebuild", "finder", "notify", "conversation", "takeover", "helpdesk"),
    *("pages", "sights", "show", "web", "routes", "application", "server", "commands", "__main__"),
)
"""Packages and modules of `bot`, each above those that it may import."""
UPWARD = {
    "bot/settings.py imports bot.access.openid",
    "bot/settings.py imports bot.notify.channel",
    "bot/settings.py imports bot.takeover.canned",
}
"""What a setting is made of stands with its subject. These modules know no settings."""
AT_HOME = {
    "index": {
        "faiss",
        "onnxruntime",
        "sentence_transformers",
        "tokenizers",
        "torch",
        "transformers",
    },
    "bot": {"alembic", "fastapi", "gradio", "pydantic_settings", "sqlalchemy", "starlette", "uvicorn"},
}
"""Libraries that only one package knows."""
HEAVY = [
    "faiss",
    "gradio",
    "onnxruntime",
    "pydantic",
    "scipy",
    "sentence_transformers",
    "sklearn",
    "sqlalchemy",
    "torch",
    "transformers",
]


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """The first name of every module that a file imports anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield path.relative_to(ROOT).parts[0]
        else:
            yield from (name.split(".")[0] for name in imported(node))


def imported(node: ast.AST) -> Iterator[str]:
    """Each module that a statement imports, or may: what it takes from a package may be one."""
    if isinstance(node, ast.Import):
        yield from (name.name for name in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        yield from (f"{node.module}.{name.name}" for name in node.names)


def after(code: str) -> set[str]:
    """The modules that are loaded after running this in a Python of its own."""
    printing = "import sys; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{printing}"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_one_way(package: str) -> None:
    assert len(modules(package)) > 10
    ours = set(MAY_IMPORT) | {"tests"}
    against = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(package)
        for name in imports(path)
        if name in ours - MAY_IMPORT[package]
    }
    assert against == set()


def test_each_part_of_the_bot_imports_only_those_below_it() -> None:
    """Migrations aside, which name the tables of all."""
    against = {
        f"{path.relative_to(ROOT)} imports {'.'.join(name.split('.')[:3])}"
        for path in modules("bot")
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in imported(node)
        if not stands_below(name, named(path))
    }
    assert against == UPWARD


def stands_below(name: str, importer: str) -> bool:
    """Whether a module is of a lower part than the one that imports it, or of the same."""
    one, other = part_of(name), part_of(importer)
    return one is None or other is None or LAYERS.index(one) <= LAYERS.index(other)


def part_of(name: str) -> str | None:
    """The package or module of `bot` that a dotted name lies in."""
    first, _, rest = name.partition(".")
    part = rest.partition(".")[0]
    return part if first == "bot" and part in LAYERS else None


def test_every_part_of_the_bot_has_its_place_among_the_layers() -> None:
    parts = {named(path).split(".")[1] for path in modules("bot") if named(path) != "bot"}
    assert sorted(LAYERS) == sorted(parts)


@pytest.mark.parametrize("home", AT_HOME)
def test_a_library_is_known_to_one_package_only(home: str) -> None:
    elsewhere = {
        f"{path.relative_to(ROOT)} imports {name}"
        for package in MAY_IMPORT
        if package != home
        for path in modules(package)
        for name in imports(path)
        if name in AT_HOME[home]
    }
    assert elsewhere == set()
    used = {name for path in modules(home) for name in imports(path)}
    assert used >= AT_HOME[home]  # else the list above is out of date


def test_no_module_imports_itself_in_a_circle() -> None:
    """Modules of our own, by what they import when they are loaded."""
    graph = {
        name: set(loaded(path))
        for package in MAY_IMPORT
        for path in modules(package)
        for name in [named(path)]
    }
    while True:
        free = {name for name, wants in graph.items() if not wants & graph.keys()}
        if not free:
            break
        graph = {name: wants for name, wants in graph.items() if name not in free}
    assert set(graph) == set()


def named(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def loaded(path: Path) -> Iterator[str]:
    """What is imported at the top of a module, not within functions or for types alone."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        yield from imported(node)


def test_commands_load_nothing_heavy() -> None:
    assert after("import bot.commands") & {*HEAVY, "numpy"} == set()


@pytest.mark.parametrize(
    "module", ["index.build", "index.open", "index.evaluate", "bot.application", "bot.server", "bot.editions"]
)
def test_a_module_loads_nothing_heavy_before_it_is_used(module: str) -> None:
    own = {"pydantic"} if module in ("bot.application", "bot.server") else set()
    assert after(f"import {module}") & set(HEAVY) - own == set()


def test_help_takes_little_longer_than_what_reads_its_options() -> None:
    """Processor time of the fastest of five, in turns, so that a slow or busy machine does not count."""

    def seconds(*command: str) -> float:
        process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL, cwd=ROOT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        return usage.ru_utime + usage.ru_stime

    taken = [(seconds("-m", "bot", "--help"), seconds("-c", "import click")) for _ in range(5)]
    of_help, of_click = map(min, zip(*taken, strict=True))
    assert of_help < 3 * of_click


@pytest.mark.model
def test_a_question_is_encoded_without_torch_and_transformers(model: object) -> None:
    code = """
import index.open
from index.encoder import OnnxEncoder
from index.model import DEFAULT, opened
assert OnnxEncoder(opened(DEFAULT)).question("Hvor?").shape == (384,)
"""
    loaded = after(code)
    assert "onnxruntime" in loaded
    assert loaded & {"torch", "transformers", "sentence_transformers", "sklearn", "onnx"} == set()
