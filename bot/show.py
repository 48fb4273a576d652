"""What commands show a person: the documents in words, and the progress of long work."""

import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TextIO

from bot.answer.choice import label
from bot.pages.chip import ago
from bot.rebuild import STAGES
from bot.standing import steps

if TYPE_CHECKING:
    from index.build import Built
    from index.generation import Generations

Document = dict[str, Any]
WIDTH_OF_BAR = 28
LONGEST_LINE = 100


class ProgressLine:
    """Progress on standard error: one line redrawn at a terminal, else a line per stage.

    With ASKDESK_PROGRESS=json, every step is a JSON line {"stage", "done", "total"} for a watching program.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._stage = ""
        self._show = self._json if os.environ.get("ASKDESK_PROGRESS") == "json" else self._words

    def __enter__(self) -> Callable[[str, int, int], None]:
        return self._report

    def __exit__(self, *_: object) -> None:
        if self._stage and self._stream.isatty():
            self._stream.write("\n")

    def _report(self, stage: str, done: int, total: int) -> None:
        self._show(stage, done, total)
        self._stage = stage
        self._stream.flush()

    def _json(self, stage: str, done: int, total: int) -> None:
        self._stream.write(json.dumps({"stage": stage, "done": done, "total": total}) + "\n")

    def _words(self, stage: str, done: int, total: int) -> None:
        name = STAGES.get(stage, stage)
        if not self._stream.isatty():
            if stage != self._stage:
                self._stream.write(f"{name} …\n")
            return
        filled = WIDTH_OF_BAR * done // max(total, 1)
        ended = "\n" if self._stage not in ("", stage) else ""
        bar = "█" * filled + "░" * (WIDTH_OF_BAR - filled)
        self._stream.write(f"{ended}\r\x1b[K{bar} {name} {done}/{total}")


def built_document(built: "Built") -> Document:
    return asdict(built) | {"problems": [asdict(problem) for problem in built.problems]}


def generations_document(generations: "Generations") -> Document:
    kept = [
        {
            "generation": info.name,
            "built": info.manifest.built,
            "articles": info.articles,
            "current": info.current,
        }
        for info in generations.list()
    ]
    return {"generation": generations.current(), "kept": kept}


def show_built(document: Document) -> str:
    languages = ", ".join(f"{code} {count}" for code, count in document["languages"].items())
    lines = [f"{problem['where']}: {problem['what']}" for problem in document["problems"]]
    if lines:
        lines.append("")
    lines += [
        f"{document['articles']} articles ({languages}) in {document['passages']} passages",
        f"{document['embedded']} texts embedded, {document['reused']} reused, {document['seconds']:.1f} s",
        f"published as {document['generation']}",
    ]
    return "\n".join(lines)


def show_hits(document: Document) -> str:
    language = document["language"]
    head = f"language {language['code']} ({language['certainty']:.2f}), {document['milliseconds']:.1f} ms"
    return "\n\n".join([head, *map(_hit, document["hits"])] if document["hits"] else [head, "nothing found"])


def show_reply(document: Document) -> str:
    head = f"{document['kind']}, confidence {document['confidence']:.2f}, {document['milliseconds']:.0f} ms"
    offered = [f"- {_offer(one)}" for one in document["suggestions"]]
    return "\n\n".join([head, document["text"], *(["\n".join(offered)] if offered else [])])


def show_evaluation(document: Document) -> str:
    rows = [("all", document), *document["by_language"].items()]
    heads = ("", "questions", "top1", "recall@5", "mrr", "auroc", "ece", "cov 5 %", "answered", "wrong")
    table = [heads, *((name, *map(_number, _cells(figures))) for name, figures in rows)]
    lines = ["".join(f"{cell:>10}" for cell in row) for row in table]
    milliseconds = document["milliseconds"]
    answer = document["thresholds"]["answer"]
    return "\n".join(
        [
            *lines,
            "",
            *_curve(document, answer),
            *_warnings(document),
            "",
            f"answering from confidence {answer:.2f}",
            f"milliseconds: {milliseconds['p50']} (p50), {milliseconds['p95']} (p95)",
        ]
    )


def _curve(document: Document, answer: float) -> Iterable[str]:
    """What other limits would do, and the one in force among them."""
    yield f"{'from':>10}{'answered':>10}{'wrong':>10}"
    for step in steps(document, answer):
        wrong = "-" if step.wrong is None else f"{step.wrong:.1%}"
        bar = "█" * round(WIDTH_OF_BAR * (step.wrong or 0))
        row = f"{step.threshold:>10.2f}{step.answered:>10.1%}{wrong:>10}  {bar}"
        yield f"{row.ljust(32 + WIDTH_OF_BAR)}  ← now" if step.now else row.rstrip()


def _warnings(document: Document) -> Iterable[str]:
    """What can't be promised, for all questions and for each language."""
    parts = [("all", document), *document["by_language"].items()]
    warnings = [f"{name:>10}  {warning}" for name, part in parts for warning in part["warnings"]]
    return ["", *warnings] if warnings else []


def show_generations(document: Document) -> str:
    if not document["kept"]:
        return "no index yet: run 'askdesk build'"
    return "\n".join(
        f"{'→' if kept['current'] else ' '} {kept['generation']}  {kept['articles']} articles"
        for kept in document["kept"]
    )


def _hit(hit: Document) -> str:
    place = f"[{hit['language']}/{hit['article']}]  {hit['section']}".rstrip()
    head = f"{hit['confidence']:.2f}  {hit['title']}  {place}"
    lines = [head, f"      {' '.join(hit['passage'].split())[:300]}"]
    if "explanation" in hit:
        lines += [f"      {line}" for line in _explanation(hit["explanation"])]
    return "\n".join(lines)


def _offer(suggestion: Document) -> str:
    opening = f": {suggestion['sentence']}" if suggestion.get("sentence") else ""
    return f"{label(suggestion)} ({suggestion['language']}/{suggestion['article']}){opening}"


def _explanation(explanation: Document) -> Iterable[str]:
    field = explanation["field"]
    yield f"read as     {explanation['read_as']}"
    yield f"nearest     {field['similarity']:.2f}  {field['kind']}: {' '.join(field['text'].split())[:80]}"
    yield f"words       {', '.join(map(_word, explanation['words'])) or 'none'}"
    if rest := explanation["rest"]:
        said = f"{rest['similarity']:.2f}  {rest['covered']:.0%} said"
        yield f"rest        {said}: {rest['text']}"
    for name in ("order", "confidence"):
        parts = explanation[name]
        told = ", ".join(f"{part['name']} {part['counted']:+.2f}" for part in parts)
        yield f"{name:<11} {sum(part['counted'] for part in parts):+.2f} = {told}"


def _word(word: Document) -> str:
    told = f"{word['counted']:.0%} of {word['most']:.0%}" if word["known"] else "unknown in this language"
    return f"{word['word']} ({told})"


def _cells(figures: Document) -> Iterable[float | None]:
    names = ("questions", "top1", "recall_at_5", "mrr", "auroc_correct", "ece")
    return (
        *(figures[name] for name in names),
        figures["coverage"]["0.05"],
        figures["answered"],
        figures["answered_wrong"],
    )


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def show_shift(document: Document) -> str:
    """What is owed, the most pressing first."""
    counts = f"{len(document['open'])} open, {document['overdue']} overdue"
    return "\n".join([counts, *map(_show_owed, document["open"])])


def _show_owed(one: Document) -> str:
    who = f"held by {one['agent']}" if one["agent"] else "held by nobody"
    times = [f"open {_length(one['open_seconds'])}"]
    if one["waiting_seconds"] is not None:
        times.append(f"waiting {_length(one['waiting_seconds'])}")
    return f"{_show_ticket(one)}\n    {one['status']}, {who}, {', '.join(times)}\n    {_show_promise(one)}"


def _show_ticket(one: Document) -> str:
    about = ", ".join(part for part in (one["queue"], one["language"], one["reason"]) if part)
    return f"#{one['ticket']}  {about}: {_one_line(one['question'] or '(nothing asked)')}"


def _show_promise(one: Document) -> str:
    if one["promised_until"] is None:
        return "nothing promised that is not kept"
    until = datetime.fromisoformat(one["promised_until"]).astimezone()
    late = one["overdue_seconds"]
    overdue = f"OVERDUE by {_length(late)}, " if late is not None else ""
    return f"{overdue}promised by {until:%d %b, %H:%M}: {one['promised']}"


def _length(seconds: int) -> str:
    return ago(timedelta(seconds=seconds))


def _one_line(text: str) -> str:
    return " ".join(text.split())[:LONGEST_LINE]
