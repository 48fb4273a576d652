"""What the studio is shown with: articles, figures and generations."""

from dataclasses import replace
from datetime import date

from bot.access import audit
from bot.database.engine import open_engine, reading
from index.evaluate import Expected, evaluate
from index.generation import Manifest
from index.hit import Found, Hit, Thresholds
from kb.language import Language
from kb.passage import Passage
from tests.bot.fakes import FakeLive, article, knowledge

TODAY = date(2026, 6, 1)
RETURNS = "---\ntitle: Returns\nquestions: [How do I?]\nreviewed: 2026-03-01\n---\n\nWithin **30 days**.\n"
RETURNS_AR = "---\ntitle: إرجاع منتج\nreviewed: 2026-03-01\n---\n\nخلال **30 يومًا**.\n"
OLD = "---\ntitle: Old matters\nreviewed: 2020-03-01\ntags: [dust]\n---\n\nText.\n"


def measured(**evaluation):
    manifest = replace(knowledge().manifest, evaluation=evaluation or None)
    return FakeLive(replace(knowledge(), manifest=manifest))


def evaluation():
    """Sixty English questions answered right at 0.8 and more; three Arabic ones wrong, one of them sure."""
    found = {"sure": 0.9, "less": 0.8, "wrong": 0.7, "unsure": 0.2}
    asked = [Expected("sure", ("right",), "en")] * 30 + [Expected("less", ("right",), "en")] * 30
    asked += [Expected("wrong", ("right",), "ar"), *[Expected("unsure", (), "ar")] * 2]

    def search(one):
        slug = "right" if one.language == "en" else "other"
        hit = Hit(
            Passage(article(slug, slug, "x"), (), "", "x", 1, 1),
            "title",
            slug,
            0.5,
            found[one.question],
            {},
            0,
        )
        return Found(one.question, Language(one.language, 1.0), (hit,), 1.0)

    return evaluate(asked, search, Thresholds(0.6, 0.3))


def recorded(data):
    """Who did what to what, as the audit log has it."""
    with reading(open_engine(None, data)) as session:
        return [
            (entry.who, entry.action, entry.what) for entry in audit.entries(session, audit.EntryFilter())
        ]


def publish(generations, name, articles):
    counts = {"articles": articles, "passages": 2 * articles}
    manifest = Manifest(name, "2026-03-01T12:00:00+00:00", "model", "1", {}, counts, {"en": articles})
    with generations.building():
        generations.publish(manifest, lambda folder: (folder / "x").write_text("x"))


OLDER = "20260301-120000-aaaaaa"
