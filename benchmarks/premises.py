"""What a question takes for granted: ``python -m benchmarks.premises [--un DIR]``.

Checks the questions of ``tests/sets/premises`` against the passage that holds their quotation. Printed are, by file,
part and kind, the share that is flagged: of false questions (``swapped``: to be high), and of true ones, worded as the
passage (``original``) or otherwise (``otherwise``: both to be low). Make rules on the parts "tune" and "working" and
report the parts "test" and "reporting": ``--wrong`` lists single questions of the former only.

``--un`` is the folder of the UN corpus; without it, its questions are left out. With ``--index`` (of data/documents)
and ``--un-index`` (of the UN corpus) the bot is asked instead, and the first citation is checked, whatever it is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import qa
from benchmarks.common import OWN_SETS, ROOT, command_line
from qa.answering.verification import unmet_premises
from qa.encoding.sentence_transformers import SentenceEncoder
from qa.evaluation.sets import occurrences
from qa.ingestion.readers import read
from qa.ingestion.segmenter import ParagraphSegmenter
from qa.languages.english import English

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from qa.protocols import Language
    from qa.types import Document, Passage, Premise

SET = ROOT / "tests" / "sets" / "premises"
STATEMENT = "statement-voronkov-moscow-2018.txt"
FILES = {
    "pairs": {"original": "original", "swapped": "swapped"},
    "originals": {"text": "otherwise"},
    "paraphrases": {"text": "otherwise", "swapped": "swapped"},
}
"""The files of the set: which form of question their fields hold."""
UN_SETS = ("un", "un-documents")
FORMS = ("swapped", "original", "otherwise")
VISIBLE = ("tune", "working")
"""The parts whose single questions may be looked at."""


@dataclass(frozen=True, slots=True)
class Item:
    """A question of one form, where it belongs, and what answers it."""

    id: str
    file: str
    form: str
    text: str
    kind: str
    part: str
    document: str
    quote: str


def read_items(folder: Path = SET) -> list[Item]:
    """Return all questions of the set."""
    found = []
    for name, forms in FILES.items():
        for entry in _entries(folder / f"{name}.jsonl"):
            own = [entry[key] for key in ("kind", "part", "document", "quote")]
            found += [Item(entry["_id"], name, form, entry[key], *own) for key, form in forms.items()]
    return found


def true_questions() -> list[Item]:
    """Return the answerable questions of the statement's and the UN sets, which were written for ranking."""
    found = []
    for folder in (*sorted(OWN_SETS.iterdir()), *(ROOT / "tests" / "sets" / name for name in UN_SETS)):
        texts = {entry["_id"]: entry["text"] for entry in _entries(folder / "queries.jsonl")}
        for entry in _entries(folder / "evidence.jsonl"):
            own = (entry["query"], folder.name, "ranking", texts[entry["query"]], "-", "-")
            found.append(Item(*own, entry["document"], entry["quote"]))
    return found


def _entries(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def checker(un: Path | None) -> Callable[[Item, Language], tuple[Premise, ...]]:
    """Return what checks a question against the passage of its quotation."""
    encoder, cut = SentenceEncoder(), ParagraphSegmenter()

    @cache
    def passages(name: str) -> tuple[Document, list[Passage]]:
        folder = ROOT / "data" / "documents" if name == STATEMENT else un
        document = next(iter(read(folder / name, name)))
        return document, cut(document, encoder)

    def check(item: Item, language: Language) -> tuple[Premise, ...]:
        document, cut_up = passages(item.document)
        start, end = occurrences(item.quote, document.text)[0]
        passage = next(one for one in cut_up if one.start < end and start < one.end)
        stated = [passage.title, passage.context.removeprefix(passage.title)]
        return unmet_premises(item.text, passage.text, stated, document.metadata, language)

    return check


def table(flagged: Iterable[tuple[Item, tuple[Premise, ...]]]) -> str:
    """Return the shares by file, part and kind."""
    flagged = list(flagged)
    lines = [f"{'file':13}{'part':11}{'kind':9}" + "".join(f"{form:>16}" for form in FORMS)]
    for name, part in sorted({(item.file, item.part) for item, _ in flagged}):
        own = [(item, premises) for item, premises in flagged if (item.file, item.part) == (name, part)]
        for kind in [*sorted({item.kind for item, _ in own}), "all"]:
            rows = [(item, premises) for item, premises in own if kind in {"all", item.kind}]
            cells = [_share([bool(premises) for item, premises in rows if item.form == form]) for form in FORMS]
            lines.append(f"{name:13}{part:11}{kind:9}" + "".join(f"{cell:>16}" for cell in cells))
    return "\n".join(lines)


def _share(flags: list[bool]) -> str:
    return f"{sum(flags) / len(flags):.3f} ({sum(flags)}/{len(flags)})" if flags else "-"


def main() -> None:
    """Check and print."""
    parser = command_line(__doc__)
    parser.add_argument("--un", type=Path, metavar="DIR", help="the folder of the UN corpus")
    parser.add_argument("--index", metavar="DIR", help="ask the bot: an index of data/documents")
    parser.add_argument("--un-index", metavar="DIR", help="ask the bot: an index of the UN corpus")
    parser.add_argument("--wrong", action="store_true", help="list what was flagged or passed over wrongly")
    options = parser.parse_args()
    items = read_items()
    if options.index or options.un_index:
        bots = {own: qa.open_bot(path) for own, path in ((True, options.index), (False, options.un_index)) if path}
        items = [item for item in items if (item.document == STATEMENT) in bots]
        flagged = [(item, bots[item.document == STATEMENT].ask(item.text).premises) for item in items]
    else:
        items = [item for item in items if options.un or item.document == STATEMENT]
        check = checker(options.un)
        flagged = [(item, check(item, English())) for item in items]
    print(f"{len(items)} questions; share flagged\n{table(flagged)}")
    for item, premises in flagged if options.wrong else ():
        if bool(premises) != (item.form == "swapped") and item.part in VISIBLE:
            said = "; ".join(f"{p.kind} {p.text!r}: {', '.join(p.found) or 'nothing'}" for p in premises)
            print(f"{item.id} {item.form} {item.kind}: {item.text}\n    {said or 'nothing said'} | {item.quote}")


if __name__ == "__main__":
    main()
