"""What a question takes for granted: ``python -m benchmarks.premises [--index DIR] [--un-index DIR]``.

Asks the questions of ``tests/sets/premises``. A pair is the same question as it should be (``original``) and with one
number, year, date, symbol, country or person made false (``swapped``); the originals beside the pairs say a true thing
otherwise than the passage does. An answer speaks up if its ``premises`` are not empty. Printed are, by part and kind,
the share of swapped questions that were flagged (to be high), and of the true ones of both files (to be low); "passage"
is the share of all of these whose first citation overlaps the quotation: a remark can only be about the passage found.

Questions on the statement are asked of ``--index``, an index of data/documents alone; those on other documents of
``--un-index``, an index of the whole UN corpus. Make rules on the part "tune" and report the part "test".
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import qa
from qa.evaluation.sets import occurrences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qa.answering.bot import Bot
    from qa.types import Answer

SET = Path(__file__).resolve().parent.parent / "tests" / "sets" / "premises"
STATEMENT = "statement-voronkov-moscow-2018.txt"
FORMS = ("swapped", "original", "otherwise")
"""A false question, the true one of the pair, and a true one that says it otherwise than the passage."""


@dataclass(frozen=True, slots=True)
class Item:
    """A question of one form, where it belongs, and what answers it."""

    id: str
    form: str
    text: str
    kind: str
    part: str
    document: str
    quote: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the bot said to an item: its remarks, in words, and whether the first citation is the passage meant."""

    item: Item
    remarks: tuple[str, ...]
    found: bool


def read(folder: Path = SET) -> list[Item]:
    """Return all questions of the set."""
    found = []
    for name, forms in (
        ("pairs", {"original": "original", "swapped": "swapped"}),
        ("originals", {"text": "otherwise"}),
    ):
        for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines():
            entry = json.loads(line)
            own = [entry[key] for key in ("kind", "part", "document", "quote")]
            found += [Item(entry["_id"], form, entry[key], *own) for key, form in forms.items()]
    return found


def ask(bot: Bot, item: Item) -> Asked:
    """Ask one question."""
    answer = bot.ask(item.text)
    return Asked(
        item, tuple(_remark(premise) for premise in getattr(answer, "premises", ())), _meant(bot, item, answer)
    )


def _remark(premise: object) -> str:
    """Return a premise in words: what the question says, and what the passage has."""
    found = ", ".join(map(str, getattr(premise, "found", ()))) or "nothing of the kind"
    return f"{getattr(premise, 'kind', '?')} {getattr(premise, 'text', premise)!r}: {found}"


def _meant(bot: Bot, item: Item, answer: Answer) -> bool:
    """Say whether the first citation overlaps the quotation."""
    if not answer.citations or answer.citations[0].document != item.document:
        return False
    first = answer.citations[0]
    places = occurrences(item.quote, bot.document(item.document).text)
    return any(start < first.end and first.start < end for start, end in places)


def table(answers: Iterable[Asked]) -> str:
    """Return the shares by part and kind."""
    answers = list(answers)
    head = "".join(f"{form:>17}" for form in FORMS)
    lines = [f"{'part':6}{'kind':10}{head}{'passage':>17}"]
    for part in sorted({asked.item.part for asked in answers}):
        own = [asked for asked in answers if asked.item.part == part]
        for kind in [*sorted({asked.item.kind for asked in own}), "all"]:
            rows = [asked for asked in own if kind in {"all", asked.item.kind}]
            cells = [_share([bool(a.remarks) for a in rows if a.item.form == form]) for form in FORMS]
            lines.append(f"{part:6}{kind:10}{''.join(f'{c:>17}' for c in cells)}{_share([a.found for a in rows]):>17}")
    return "\n".join(lines)


def _share(flags: list[bool]) -> str:
    return f"{sum(flags) / len(flags):.3f} ({sum(flags)}/{len(flags)})" if flags else "-"


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", default="embeddings/default", metavar="DIR", help="of data/documents")
    parser.add_argument("--un-index", metavar="DIR", help="of the UN corpus; without it its questions are left out")
    parser.add_argument("--part", choices=("tune", "test"), help="ask this part only")
    parser.add_argument("--wrong", action="store_true", help="list what was flagged or passed over wrongly")
    options = parser.parse_args()
    chosen = [item for item in read() if options.part in {None, item.part}]
    answers = []
    for title, index, own in (
        ("the statement", options.index, [item for item in chosen if item.document == STATEMENT]),
        ("the UN corpus", options.un_index, [item for item in chosen if item.document != STATEMENT]),
    ):
        if index is None:
            print(f"{title}: {len(own)} questions are left out; name its index with --un-index\n")
            continue
        bot = qa.open_bot(index)
        answers += (here := [ask(bot, item) for item in own])
        print(f"{title}: {len(own)} questions; share flagged\n{table(here)}\n", flush=True)
    if options.un_index:
        print(f"both: {len(answers)} questions; share flagged\n{table(answers)}")
    for asked in answers if options.wrong else ():
        if bool(asked.remarks) != (asked.item.form == "swapped"):
            said = "; ".join(asked.remarks) or "nothing said"
            print(f"{asked.item.id} {asked.item.form} {asked.item.kind}: {asked.item.text}\n    {said}")


if __name__ == "__main__":
    main()
