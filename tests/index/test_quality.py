"""How well the real model answers the example articles; the figures are kept from falling, not tuned to."""

import json
from statistics import median
from typing import Any

import numpy as np
import pytest

from bot.editions import find
from bot.settings import Settings
from index.evaluate import read_questions
from index.index import Index
from index.memory import FILE
from index.view import PROMPT_OF, joined
from kb.language import Language
from tests.conftest import ARTICLES

LOOKALIKES = ARTICLES.parent / "tests" / "benchmarks" / "data" / "lookalikes.jsonl"

pytestmark = pytest.mark.model

NONSENSE = {
    "en": ["the purple clock swims under a quiet idea", "my uncle's opinion of medieval poetry"],
    "da": ["den lilla tanke svømmer baglæns i suppen", "hvilken farve har onsdag i bjergene"],
    "pl": ["zielony sen śpiewa pod cichym mostem", "ile waży myśl o średniowiecznej poezji"],
    "ar": ["الفكرة البنفسجية تسبح في صمت الجبال", "ما لون يوم الأربعاء عند الشعراء"],
    "zh": ["紫色的想法在安静的山里游泳", "星期三在诗人眼里是什么颜色"],
    "de": ["der lila Gedanke schwimmt rückwärts durch den Berg", "welche Farbe hat der Mittwoch"],
    "fr": ["l'idée violette nage sous le silence des montagnes", "de quelle couleur est le mercredi"],
    "es": ["la idea morada nada en el silencio del monte", "de qué color es el miércoles"],
    "ru": ["фиолетовая мысль плывёт под тихим мостом", "какого цвета среда в горах"],
    "el": ["η μωβ ιδέα κολυμπά κάτω από τη σιωπή", "τι χρώμα έχει η Τετάρτη στα βουνά"],
    "ja": ["紫色の考えが静かな山で泳いでいる", "水曜日は詩人にとって何色ですか"],
    "hi": ["बैंगनी विचार शांत पहाड़ में तैरता है", "कवियों के लिए बुधवार का रंग क्या है"],
}
KEYS = [
    "asdf jkl qwerty",
    "fghjkdfg",
    "xqzt vwpf brrl",
    "лорпавыф",
    "ضصثقفغ",
    "的的的的的",
    "?!?!",
    "12345 67890",
    "🎉🎉🎉",
]


@pytest.fixture(scope="module")
def index(example_index: Index) -> Index:
    return example_index


@pytest.fixture
def evaluation(index: Index) -> dict[str, Any]:
    """What the build itself measured on the golden questions."""
    assert index.manifest.evaluation is not None
    return dict(index.manifest.evaluation)


def test_the_golden_questions_find_their_articles(evaluation: dict[str, Any]) -> None:
    golden = (ARTICLES / "golden.jsonl").read_text(encoding="utf-8").splitlines()
    assert evaluation["questions"] == len(golden) >= 200
    assert evaluation["top1"] >= 0.70
    assert evaluation["recall_at_5"] >= 0.90
    for language in ("en", "da", "pl", "ar", "zh"):
        assert evaluation["by_language"][language]["recall_at_5"] >= 0.80, language


def test_confidence_tells_right_from_wrong_on_the_golden_questions(evaluation: dict[str, Any]) -> None:
    assert evaluation["auroc_correct"] >= 0.80
    assert evaluation["ece"] <= 0.15
    assert evaluation["answered"] >= 0.05
    assert evaluation["answered_wrong"] <= 0.10


def test_questions_that_share_only_a_name_or_a_number_are_not_answered(index: Index) -> None:
    """A hundred that name the shop's products or hold its numbers, twenty in each language."""
    lookalikes = read_questions(LOOKALIKES)
    assert len(lookalikes) == 100
    answering = index.thresholds(0.05).answer
    confidences = [
        index.search(one.question, Language(one.language or "", 1.0)).confidence for one in lookalikes
    ]
    assert sum(confidence >= answering for confidence in confidences) <= 2
    assert sum(confidence >= 0.8 for confidence in confidences) <= 8


def test_nonsense_in_twelve_languages_is_not_answered(index: Index) -> None:
    assert len(NONSENSE) == 12
    answering = index.thresholds(0.05).answer
    confidences = {
        text: index.search(text, Language(language, 1.0)).confidence
        for language, texts in NONSENSE.items()
        for text in texts
    }
    assert {text for text, confidence in confidences.items() if confidence >= answering} == set()


def test_mashed_keys_are_not_answered_in_whatever_language_they_are_taken_for(
    index: Index, example_settings: Settings
) -> None:
    answering = index.thresholds(0.05).answer
    for text in KEYS:
        assert find(index, example_settings, text).confidence < answering, text
        for language in index.languages:
            assert index.search(text, Language(language, 1.0)).confidence < answering, (text, language)


def test_an_alternate_question_asked_word_for_word_finds_its_article(index: Index) -> None:
    """Every third of them, in all five languages, on the quick path that customers take."""
    asked = [
        (article, question)
        for article in index.articles
        if article.audience == "public"
        for question in article.questions
    ][::3]
    assert {article.language for article, _ in asked} == {"en", "da", "pl", "ar", "zh"}
    assert len(asked) > 200
    answering = index.thresholds(0.05).answer
    similarities: dict[str, list[float]] = {}
    for article, question in asked:
        hit = index.search(question, Language(article.language, 1.0), k=1).hits[0]
        assert hit.passage.article == article, question
        assert hit.confidence >= answering, question
        similarities.setdefault(article.language, []).append(hit.similarity)
    for language, found in similarities.items():
        assert median(found) >= 0.98, language
        assert min(found) >= 0.95, language


def test_on_the_precise_path_a_text_is_the_same_as_itself(index: Index) -> None:
    places = np.arange(0, len(index.catalogue.fields), 97)
    fields = [index.catalogue.fields[place] for place in places]
    languages = [index.articles[field.article].language for field in fields]
    seen = []
    for field, code in zip(fields, languages, strict=True):
        raw = [index.encoder.encode([field.embedded], PROMPT_OF[view]) for view in field.views]
        halves = [
            index.means.centred(view, [code], one)[0] for view, one in zip(field.views, raw, strict=True)
        ]
        seen.append(joined(*halves))
    similarities = (np.array(seen) * index.vectors.at(places)).sum(axis=1)
    assert len(places) > 20
    assert similarities.min() >= 0.9999


def test_no_agents_article_is_found_by_its_own_questions(index: Index) -> None:
    agents = [article for article in index.articles if article.audience == "agents"]
    assert agents
    for article in agents:
        for question in (article.title, *article.questions):
            public = index.search(question, Language(article.language, 1.0), k=100).hits
            assert {hit.passage.article.audience for hit in public} == {"public"}
            inside = index.search(question, Language(article.language, 1.0), audience="agents", k=5).hits
            assert article.slug in [hit.passage.article.slug for hit in inside]


def test_the_index_of_the_example_articles_is_small(index: Index, example_settings: Settings) -> None:
    """About 4 KB a text, which is seen twice; the model's own vectors are most of it."""
    folder = example_settings.data / "index" / index.generation
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    with_vectors = (folder / FILE).stat().st_size
    assert with_vectors < size < 28_000_000
    assert json.loads((folder / "manifest.json").read_text())["counts"]["articles"] == len(index.articles)
