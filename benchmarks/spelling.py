"""Suggestions for misspelt words: ``python -m benchmarks.spelling [SET[=INDEX] …]``.

Answers two questions with the words of a set's own corpus. How many of the questions as they are get a suggestion, and
for which word? (Some are misspelt.) After one typing error in a word of the corpus, how often is the original question
suggested?
"""

from __future__ import annotations

import random
import string
import time
from typing import TYPE_CHECKING

from benchmarks.common import command_line, open_set
from qa.answering.spelling import Spelling

if TYPE_CHECKING:
    from qa.index.build import Index

SETS = ["../shared/eval/squad", "../shared/eval/mtrag"]
_SHORTEST = 5
"""Letters of the shortest word that gets a typing error."""


def slip(word: str, chance: random.Random) -> str:
    """Return a word with one typing error: a letter omitted, doubled, replaced or inserted, or two exchanged."""
    place = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    other = chance.choice(string.ascii_lowercase.replace(letter, "") or "x")
    return chance.choice(
        [
            before + after,
            before + letter + letter + after,
            before + other + after,
            before + other + letter + after,
            before + after[0] + letter + after[1:] if after[0] != letter else before + after,
        ]
    )


def words_of(question: str, index: Index) -> list[tuple[int, int]]:
    """Return the spans of the words of a question that stand in the corpus and are long enough to be misspelt."""
    terms = index.language.terms(question)
    known = index.engine.statistics({term.term for term in terms}).frequencies
    return [
        (term.start, term.end)
        for term in terms
        if not term.stop
        and term.end - term.start >= _SHORTEST
        and question[term.start : term.end].isalpha()
        and term.term in known
    ]


def measure(argument: str, *, show: int, seed: int) -> None:
    """Measure one set and print the results."""
    bot, asked = open_set(argument)
    index, questions = bot.index, [query.text for query in asked.queries]
    spelling = Spelling(index.engine, index.language, index.encoder.count_tokens)
    suggested = [(question, better) for question in questions if (better := spelling(question))]
    chance = random.Random(seed)  # noqa: S311 - the same errors each time, no secrets
    tried = unseen = right = wrong = 0
    seconds = []
    for question in questions:
        if spelling(question) or not (places := words_of(question, index)):
            continue
        start, end = chance.choice(places)
        typed = question[:start] + slip(question[start:end], chance) + question[end:]
        tried += 1
        unseen += not spelling.suspects(typed)
        began = time.perf_counter()
        better = spelling(typed)
        seconds.append(time.perf_counter() - began)
        right += better is not None and better.lower() == question.lower()
        wrong += better is not None and better.lower() != question.lower()
    print(f"{asked.name}: {len(questions):,} questions, {len(index.engine.vocabulary()):,} words")
    print(f"  as asked: {len(suggested)} suggestions ({100 * len(suggested) / len(questions):.1f} %)")
    for question, better in suggested[:show]:
        before, after = question.split(), better.split()
        print("    " + ", ".join(f"{a} > {b}" for a, b in zip(before, after, strict=False) if a != b))
    print(
        f"  one slip: {tried:,} tried, right {100 * right / tried:.1f} %, another word {100 * wrong / tried:.1f} %, "
        f"none {100 * (tried - right - wrong) / tried:.1f} % (in {100 * unseen / tried:.1f} % for it looks like a word)"
    )
    print(f"  {1000 * sorted(seconds)[len(seconds) // 2]:.1f} ms at the median, {1000 * max(seconds):.1f} at most")


def main() -> None:
    """Measure every set."""
    parser = command_line(__doc__)
    parser.add_argument("sets", nargs="*", metavar="SET[=INDEX]", default=SETS)
    parser.add_argument("--show", type=int, default=20, help="suggestions to list (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for argument in options.sets:
        measure(argument, show=options.show, seed=options.seed)


if __name__ == "__main__":
    main()
