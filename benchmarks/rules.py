"""What each rule of language is worth alone: ``python -m benchmarks.rules [GROUP …] [--un DIR]``.

A rule is switched off by a language that is English without it; nothing in the program knows of that. Printed is the
measure that the rule is for, with it and without it, on questions that it was not made on. Groups are ``premises`` (the
parts "test" and "reporting" of ``tests/sets/premises``, and the questions of the other sets), ``words``, ``clues`` and
``conversation`` (the slices of ``benchmarks.gates``) and ``identification`` (``tests/sets/languages``, and all English
questions). ``--un`` is the folder of the UN corpus; without it, the questions on it are left out of ``premises``.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from benchmarks.common import OWN_SETS, ROOT, SHARED, command_line
from benchmarks.gates import Slices, missing, questions_of, ranks, read_gate
from benchmarks.premises import STATEMENT, checker, read_items, true_questions
from qa.answering.bot import Bot
from qa.encoding.sentence_transformers import SentenceEncoder
from qa.evaluation.runs import DEPTH
from qa.index.build import build_index, open_index
from qa.languages.english import English
from qa.languages.english.entities import entities
from qa.languages.english.word_lists import words
from qa.languages.terms import fold, terms_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from qa.evaluation.sets import Query
    from qa.protocols import Language
    from qa.types import Answer, Entity, Term, Wording

WORDS = ("squad", "clapnq", "covid", "statement-users")
CLUES = ("un", "un-documents", "statement", "statement-users")
UNSEEN = {("pairs", "test"), ("originals", "test"), ("paraphrases", "reporting"), ("paraphrases", "later")}
"""Files and parts of the set of premises that no rule was made on."""


NEVER = re.compile(r"(?!)")


class Worded(English):
    """English in which a question's wording says less: ``changes`` are fields of ``Wording``."""

    def __init__(self, **changes: Any) -> None:  # noqa: ANN401 - as in dataclasses.replace
        self._changes = changes

    def wording(self, question: str) -> Wording:
        """Return how a question is worded, less what is switched off."""
        return replace(super().wording(question), **self._changes)


class NoStopWords(English):
    """English in which every word counts."""

    def terms(self, text: str) -> list[Term]:
        """Return all terms as content."""
        return [replace(term, stop=False) for term in super().terms(text)]


class NoEndings(English):
    """English in which a plural is another word than its singular."""

    name = "words/1, English without stems"

    def terms(self, text: str) -> list[Term]:
        """Return the words without case and diacritics."""
        return terms_of(text, fold, words("stop"), endings=("s", "t"))


class Entities(English):
    """English whose entities are changed one by one; None leaves one out."""

    def __init__(self, change: Callable[[Entity], Entity | None]) -> None:
        self._change = change

    def entities(self, text: str) -> Sequence[Entity]:
        """Return what is left of a text's entities."""
        return [changed for one in super().entities(text) if (changed := self._change(one))]


def premises(un: Path | None) -> Iterable[str]:
    """Yield what each kind of entity, rounding and doubt is worth."""
    kinds = ("number", "year", "date", "symbol", "country", "person")
    rules: dict[str, Language] = {
        "all rules": English(),
        **{f"without {kind}": Entities(lambda one, kind=kind: one if one.kind != kind else None) for kind in kinds},
        "without rounding and limits": Entities(lambda one: replace(one, bounds=None)),
        "without doubt: all is certain": Entities(lambda one: replace(one, certain=True)),
        "without what is in doubt": Entities(lambda one: one if one.certain else None),
    }
    items = [item for item in read_items() if (item.file, item.part) in UNSEEN] + true_questions()
    items = [item for item in items if un or item.document == STATEMENT]
    check = checker(un)
    heads = ("false (high)", "true, otherwise (low)", "true, as written", "true, other sets")
    forms = ("swapped", "otherwise", "original", "ranking")
    yield f"{'premises, share flagged':34}" + "".join(f"{head:>24}" for head in heads)

    def row(name: str, language: Language) -> str:
        total, flagged = Counter[str](), Counter[str]()
        for item in items:
            total[item.form] += 1
            flagged[item.form] += bool(check(item, language))
        cells = [f"{flagged[form] / max(1, total[form]):.3f} ({flagged[form]}/{total[form]})" for form in forms]
        return f"{name:34}" + "".join(f"{cell:>24}" for cell in cells)

    yield from (row(name, language) for name, language in rules.items())
    for name, where, change in (
        ("without where a person is from", "answering.verification._tells_of_person", _no),
        ("without how long ago", "languages.english.numbers._AGO", NEVER),
        ("without limits of dates", "languages.english.dates.before", lambda _: NEVER),
    ):
        with patch(f"qa.{where}", change):
            entities.cache_clear()
            yield row(name, English())
    entities.cache_clear()


def _no(*_: object) -> None:
    """Stand in for a rule that never applies."""


def ranking(title: str, names: Iterable[str], rules: dict[str, English]) -> Iterable[str]:
    """Yield what rules are worth on the slices of some sets."""
    yield f"{title:34}{'set':18}{'n':>5}{'first':>8}{'MRR':>8}{'refused':>9}"
    with tempfile.TemporaryDirectory() as temporary:
        slices = Slices(Path(temporary), SentenceEncoder())
        for gate in (read_gate(name) for name in names if not missing(name)):
            index = slices.open(gate).index
            for name, language in {"all rules": English(), **rules}.items():
                if isinstance(language, NoEndings):
                    home = Path(temporary) / gate.name
                    sources = home / "corpus.jsonl" if (home / "corpus.jsonl").is_file() else home / "documents"
                    build_index(sources, home / "index", encoder=index.encoder, language=language)
                    index = open_index(home / "index", encoder=index.encoder)
                refused = 0
                bot = Bot(replace(index, language=language))
                questions = questions_of(gate, bot)

                def ask(query: Query, bot: Bot = bot) -> Answer:
                    nonlocal refused
                    answer = bot.ask(query.text, history=query.history, k=DEPTH)
                    refused += not answer.found
                    return answer

                found = list(ranks(bot, questions, ask).values())
                first, reciprocal = found.count(1), sum(1 / rank for rank in found if rank)
                shares = "".join(f"{value / len(found):>8.3f}" for value in (first, reciprocal, refused))
                yield f"{name:34}{gate.name:18}{len(found):>5}{shares}"


def identification() -> Iterable[str]:
    """Yield how many questions in other languages are noticed, and how many English ones are taken for others."""
    foreign = [json.loads(line) for line in _lines(ROOT / "tests" / "sets" / "languages" / "queries.jsonl")]
    english = [
        json.loads(line)["text"]
        for folder in [*OWN_SETS.iterdir(), *(SHARED / "eval").glob("*")]
        for line in _lines(folder / "queries.jsonl")
    ]
    noticed = sum(English().other_language(one["text"]) == one["language"] for one in foreign)
    taken = sum(English().other_language(text) is not None for text in english)
    yield f"identification: {noticed} of {len(foreign)} questions in other languages noticed, without it none;"
    yield f"{taken} of {len(english)} English questions taken for another language"


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines() if path.is_file() else []


def main() -> None:
    """Measure and print."""
    parser = command_line(__doc__)
    groups: dict[str, Callable[[Path | None], Iterable[str]]] = {
        "premises": premises,
        "words": lambda _: ranking("words", WORDS, {"no stop words": NoStopWords(), "no endings": NoEndings()}),
        "clues": lambda _: ranking("clues that name documents", CLUES, {"no clues": Worded(clues=())}),
        "conversation": lambda _: ranking(
            "words of a conversation", ("mtrag", "conversations-report"), {"without repeats": Worded(repeats=False)}
        ),
        "identification": lambda _: identification(),
    }
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(groups)}; by default all")
    parser.add_argument("--un", type=Path, metavar="DIR", help="the folder of the UN corpus")
    options = parser.parse_args()
    for group in options.groups or groups:
        for line in groups[group](options.un):
            print(line, flush=True)
        print()


if __name__ == "__main__":
    main()
