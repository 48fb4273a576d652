"""What training takes as the knowledge grows: python tests/benchmarks/scale.py [--articles 3 100 1000 10000]

Articles are made of invented words, as often used as words of a language are, with five alternate questions
each, half of them in Danish; their vectors are hashed, so that training is measured and no model.
"""

import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from index.catalogue import Catalogue  # noqa: E402
from index.index import Index  # noqa: E402
from index.memory import Memory  # noqa: E402
from index.train import Material, train  # noqa: E402
from kb.article import Article  # noqa: E402
from kb.language import Language  # noqa: E402
from kb.passage import Passage  # noqa: E402
from tests.index.fakes import HashedEncoder  # noqa: E402

QUESTIONS = 5  # of each article
PASSAGES = 2
OWN = 6  # words of its own that an article uses again and again
SEARCHES = 50
SYLLABLES = [first + second for first in "bdfghklmnprstv" for second in ("a", "e", "i", "o", "u", "er", "an")]


def main(arguments: Sequence[str]) -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--articles", nargs="+", type=int, default=[3, 100, 1000, 10_000])
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    heads = ("questions", "words", "rehearse", "calibrate", "in all", "search")
    print("".join([f"{'articles':>10}", *(f"{head:>11}" for head in heads)]))
    for count in parser.parse_args(arguments).articles:
        print(measured(invented(count)), flush=True)


@dataclass
class Clock:
    """Seconds of each part of training, as its progress tells them."""

    seconds: dict[int, float] = field(default_factory=dict)
    _since: float = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.perf_counter()
        if stage == "train" and done:
            self.seconds[done] = now - self._since
        self._since = now


def measured(catalogue: Catalogue) -> str:
    """One line of the table: seconds, and milliseconds of one search."""
    encoder, clock, memory = HashedEncoder(), Clock(), Memory({})
    memory.know_samples(encoder, None)
    memory.embed(encoder, catalogue, clock)
    started = time.perf_counter()
    material = Material.of(catalogue, (), encoder)
    reading = time.perf_counter() - started
    index = train(material, memory, encoder, clock)
    asked = [article.questions[0] for article in catalogue.articles[:SEARCHES]]
    search = sorted(timed(index, text) for text in asked)[len(asked) // 2]
    words, rehearsal, weights, calibration = (clock.seconds[part] for part in (1, 2, 3, 4))
    parts = [reading + words, rehearsal + weights, calibration]
    count = len(catalogue.articles)
    cells = [
        f"{count:>10}",
        f"{count * QUESTIONS:>11}",
        *(f"{part:>9.1f} s" for part in (*parts, sum(parts))),
    ]
    return "".join([*cells, f"{1000 * search:>8.1f} ms"])


def timed(index: Index, question: str) -> float:
    started = time.perf_counter()
    index.search(question, Language("en", 1.0))
    return time.perf_counter() - started


def invented(count: int) -> Catalogue:
    """Articles in two languages whose questions share some of their words."""
    chance = Random(0)
    say = _vocabulary(chance, 3_000 + 5 * count)
    articles, passages = [], []
    for number in range(count):
        own = say(OWN)
        article = Article(
            slug=f"a{number}",
            language="da" if number % 2 else "en",
            title=" ".join(own[:3]),
            body="",
            body_line=1,
            path=f"a{number}.md",
            questions=tuple(" ".join(chance.sample(own, 3) + say(5)) + "?" for _ in range(QUESTIONS)),
        )
        articles.append(article)
        for place in range(PASSAGES):
            text = " ".join(chance.choices(own, k=20) + say(60)) + "."
            passages.append(Passage(article, (), "", text, place + 1, place + 1))
    return Catalogue(tuple(articles), tuple(passages))


def _vocabulary(chance: Random, size: int) -> Callable[[int], list[str]]:
    """As many words as are asked for, the n-th commonest one n times as seldom as the first (Zipf, 1949)."""
    words = list({"".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(size)})
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    return lambda count: chance.choices(words, cum_weights=weights, k=count)


if __name__ == "__main__":
    main(sys.argv[1:])
