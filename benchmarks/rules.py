"""What each rule of language is worth alone: ``python -m benchmarks.rules [GROUP …] [--un DIR] [--un-index DIR]``.

A rule is switched off by a language that is English without it; nothing in the program knows of that. Printed is the
measure that the rule is for, with it and without it, on sets that it was not made on. Groups are ``premises`` (the
parts "test" and "reporting" of ``tests/sets/premises``), ``words`` (the odd questions of SQuAD and CLAPNQ), ``clues``
(with ``--un-index``: the UN sets), ``conversation`` (MTRAG with its history; its conversations helped choose weights,
not words) and ``identification`` (``tests/sets/languages``, and all English questions). ``--un`` is the folder of the
UN corpus.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import qa
from benchmarks.common import ROOT, SHARED, command_line
from benchmarks.premises import STATEMENT, checker, read_items
from qa.answering.bot import Bot
from qa.errors import QAError
from qa.evaluation.metrics import measure
from qa.evaluation.runner import index_of, qrels_of
from qa.evaluation.runs import DEPTH, item_scores
from qa.evaluation.sets import load_set
from qa.index.build import build_index
from qa.languages.english import English
from qa.languages.english.word_lists import words
from qa.languages.terms import fold, terms_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from qa.evaluation.sets import EvaluationSet, Query
    from qa.protocols import Language
    from qa.types import Entity, Term, Wording


UNSEEN = {("pairs", "test"), ("originals", "test"), ("paraphrases", "reporting")}
"""Files and parts of the set of premises that no rule was made on."""


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
    items = [item for item in read_items() if (item.file, item.part) in UNSEEN and (un or item.document == STATEMENT)]
    check = checker(un)
    yield f"{'premises, share flagged':34}{'false (high)':>18}{'true, otherwise (low)':>24}{'true, as written':>20}"
    for name, language in rules.items():
        total, flagged = Counter[str](), Counter[str]()
        for item in items:
            total[item.form] += 1
            flagged[item.form] += bool(check(item, language))
        cells = [f"{flagged[f] / total[f]:.3f} ({flagged[f]}/{total[f]})" for f in ("swapped", "otherwise", "original")]
        yield f"{name:34}{cells[0]:>18}{cells[1]:>24}{cells[2]:>20}"


def asked(
    place: Path, folder: Path, rules: dict[str, English], most: int, odd: bool = False
) -> Iterable[tuple[str, dict[str, float]]]:
    """Yield, for each rule, the measures of a set's answerable questions, asked of an index without that rule."""
    for name, language in rules.items():
        if isinstance(language, NoEndings):
            with tempfile.TemporaryDirectory() as temporary:
                copy = Path(shutil.copytree(place, Path(temporary) / "index"))
                build_index(folder / "corpus.jsonl", copy, language=language)
                yield name, _measured(qa.open_bot(copy), folder, most, odd)
        else:
            bot = qa.open_bot(place)
            yield name, _measured(Bot(replace(bot.index, language=language)), folder, most, odd)


def _measured(bot: Bot, folder: Path, most: int, odd: bool) -> dict[str, float]:
    questions: EvaluationSet = load_set(folder, lambda document: bot.document(document).text)
    chosen: list[Query] = [query for query in questions.queries if query.answerable][1 if odd else 0 :: 2 if odd else 1]
    chosen = chosen[:: max(1, len(chosen) // most)]
    run, refused = {}, 0
    for query in chosen:
        answer = bot.ask(query.text, history=query.history, k=DEPTH)
        refused += not answer.found
        run[query.id] = item_scores(answer.citations, by_passage=questions.by_passage(query))
    relevant = qrels_of(questions, bot.index.passages())
    values = measure({query.id: relevant[query.id] for query in chosen}, run).values()
    means = {name: sum(one[name] for one in values) / len(chosen) for name in ("Success@1", "nDCG@10")}
    return {"n": len(chosen), **means, "refused": refused / len(chosen)}


def ranking(
    title: str, sets: dict[Path, Path], rules: dict[str, English], most: int, odd: bool = False
) -> Iterable[str]:
    """Yield what rules are worth on sets, each with the index to ask."""
    yield f"{title:34}{'set':18}{'n':>5}{'Success@1':>12}{'nDCG@10':>10}{'refused':>10}"
    for folder, place in sets.items():
        for name, got in asked(place, folder, {"all rules": English(), **rules}, most, odd):
            figures = f"{got['Success@1']:>12.4f}{got['nDCG@10']:>10.4f}{got['refused']:>10.4f}"
            yield f"{name:34}{folder.name:18}{got['n']:>5}{figures}"


def identification() -> Iterable[str]:
    """Yield how many questions in other languages are noticed, and how many English ones are taken for others."""
    foreign = [json.loads(line) for line in _lines(ROOT / "tests" / "sets" / "languages" / "queries.jsonl")]
    english = [
        json.loads(line)["text"]
        for folder in [*(ROOT / "data" / "eval").iterdir(), *(path for path in (SHARED / "eval").glob("*"))]
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
    groups = ("premises", "words", "clues", "conversation", "identification")
    parser.add_argument("groups", nargs="*", choices=(*groups, []), metavar="GROUP", help=f"one of {', '.join(groups)}")
    parser.add_argument("--un", type=Path, metavar="DIR", help="the folder of the UN corpus")
    parser.add_argument("--un-index", type=Path, metavar="DIR", help="an index of the UN corpus")
    parser.add_argument(
        "--index", type=Path, default=Path("embeddings/default"), metavar="DIR", help="of data/documents"
    )
    parser.add_argument(
        "--most", type=int, default=300, metavar="N", help="questions of each set at most, evenly spread"
    )
    options = parser.parse_args()
    own = {ROOT / "data" / "eval" / name: options.index for name in ("statement", "statement-users")}
    un = (
        {ROOT / "tests" / "sets" / name: options.un_index for name in ("un", "un-documents")}
        if options.un_index
        else {}
    )

    no_clues = {"no clues": Worded(clues=())}

    def shared(*names: str) -> dict[Path, Path]:
        return {SHARED / "eval" / name: index_of(SHARED / "eval" / name / "corpus.jsonl") for name in names}

    tables: dict[str, Callable[[], Iterable[str]]] = {
        "premises": lambda: premises(options.un),
        "words": lambda: ranking(
            "words", shared("squad", "clapnq"), {"no stop words": NoStopWords(), "no endings": NoEndings()},
            options.most, odd=True,
        ),
        "clues": lambda: ranking("clues that name documents", {**un, **own}, no_clues, options.most),
        "conversation": lambda: ranking(
            "words of a conversation", shared("mtrag"),
            {
                "nothing refers": Worded(refers=False), "nothing points back": Worded(points_back=False),
                "no names": Worded(has_name=False), "nothing asks for more": Worded(asks_for_more=False),
            },
            options.most,
        ),
        "identification": identification,
    }  # fmt: skip
    for group in options.groups or groups:
        try:
            for line in tables[group]():
                print(line, flush=True)
        except QAError as error:
            parser.error(f"{group}: {error}")
        print()


if __name__ == "__main__":
    main()
