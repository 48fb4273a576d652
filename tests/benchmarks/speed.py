"""How fast it is, in one run on one machine: python tests/benchmarks/speed.py

Compare figures of one run with each other only. `--quick` leaves out the full build.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from bot import golden  # noqa: E402
from bot.editions import build_index, find, open_index  # noqa: E402
from bot.settings import Settings  # noqa: E402
from index.encoder import OnnxEncoder  # noqa: E402
from index.evaluate import Expected, read_questions  # noqa: E402
from index.export import prepare  # noqa: E402
from index.index import Index  # noqa: E402
from index.model import DEFAULT, Model  # noqa: E402
from index.progress import silent  # noqa: E402

ARTICLES = ROOT / "articles"
ROUNDS = 5


def main(arguments: Sequence[str]) -> None:
    model = prepare(DEFAULT, silent)
    known = read_questions(ARTICLES / golden.FILE)
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {len(known)} golden questions\n")
    encoding(model, [one.question for one in known])
    with TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder) / "var", articles=Path(folder) / "articles")
        shutil.copytree(ARTICLES, settings.articles)
        if "--quick" in arguments:
            for path in settings.articles.glob("*/[f-z]*.md"):
                path.unlink()
        building(settings)
        index = open_index(settings, print)
        searching(index, settings, known)
        serving(settings)


def encoding(model: Model, questions: Sequence[str]) -> None:
    """Milliseconds of one question, one at a time, in each of the ways it can be encoded."""
    encoder = OnnxEncoder(model)
    from sentence_transformers import SentenceTransformer

    own = SentenceTransformer(str(model.folder / "sentence-transformers"), device="cpu")
    ways: dict[str, Callable[[str], object]] = {
        "int8 (questions)": encoder.question,
        "float32 (passages)": lambda text: encoder.encode([text], "query"),
        "sentence-transformers": lambda text: own.encode(text, prompt_name="query", show_progress_bar=False),
    }
    sample = questions[:: max(1, len(questions) // 20)]
    fastest = {
        name: [min(timed(encode, text) for _ in range(ROUNDS)) for text in sample]
        for name, encode in ways.items()
    }
    quick = float(np.median(fastest["int8 (questions)"]))
    print("one question encoded, median over questions of the best of five")
    for name, milliseconds in fastest.items():
        middle = float(np.median(milliseconds))
        print(f"  {name:<24}{middle:8.1f} ms{middle / quick:8.1f} x")


def building(settings: Settings) -> None:
    """Seconds of a build from nothing, and of one after a single article was changed."""
    seconds: dict[str, float] = {}
    with clock(seconds, "from nothing"):
        built = build_index(settings, silent)
    path = next(settings.articles.glob("en/*.md"))
    path.write_text(path.read_text(encoding="utf-8") + "\nAsk us if anything is unclear.\n", encoding="utf-8")
    with clock(seconds, "one article changed"):
        again = build_index(settings, silent)
    print(f"\nbuild of {built.articles} articles in {built.passages} passages")
    print(f"  {'from nothing':<24}{seconds['from nothing']:8.1f} s   {built.embedded} texts embedded")
    ratio = seconds["from nothing"] / seconds["one article changed"]
    print(
        f"  {'one article changed':<24}{seconds['one article changed']:8.1f} s   "
        f"{again.embedded} texts embedded, {ratio:.1f} x as fast"
    )


def searching(index: Index, settings: Settings, known: Sequence[Expected]) -> None:
    """Milliseconds from a question to its hits."""
    index.warm()
    inside: list[float] = []
    # Each is asked once: what was asked of late is remembered.
    milliseconds = [
        timed(lambda text: inside.append(find(index, settings, text).milliseconds), one.question)
        for one in known
    ]
    print(f"\nsearch over {len(index.vectors)} fields        p50      p95")
    for name, values in (("language and search", milliseconds), ("search alone", inside)):
        middle, most = np.percentile(values, [50, 95])
        print(f"  {name:<24}{middle:8.1f} {most:8.1f} ms")


def serving(settings: Settings) -> None:
    """Memory of a server before and after it answered, and how long it takes to be ready."""
    import psutil

    folders = ["--data", str(settings.data), "--articles", str(settings.articles)]
    command = [sys.executable, "-m", "bot", "serve", "--port", "0", *folders]
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        address = next(word for line in process.stderr for word in line.split() if word.startswith("http"))
        wait_for(f"{address}health")
        ready = time.perf_counter() - started
        memory = [psutil.Process(process.pid).memory_info().rss]
        for number in range(50):
            urlopen(f"{address}api/search?q=return+number+{number}").read()
        memory.append(psutil.Process(process.pid).memory_info().rss)
        process.terminate()
    idle, busy = (size / 1e6 for size in memory)
    print(f"\nserver: ready after {ready:.1f} s, {idle:.0f} MB, after 50 searches {busy:.0f} MB")


def timed(work: Callable[[str], object], text: str) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    work(text)
    return (time.perf_counter() - started) * 1000


@contextmanager
def clock(seconds: dict[str, float], name: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    seconds[name] = time.perf_counter() - started


def wait_for(address: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(OSError):
            urlopen(address).read()
            return
        time.sleep(0.1)
    raise TimeoutError(address)


if __name__ == "__main__":
    main(sys.argv[1:])
