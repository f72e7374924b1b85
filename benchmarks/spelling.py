"""Measure the suggestions for misspelt words: ``python -m benchmarks.spelling [SET…]``.

Against the words of a set's own corpus, two questions: of questions as they were asked, how many get a suggestion, and
for which word (some are misspelt); and after one slip of the keyboard in a word that the corpus holds, how often is the
question as it was the one that is suggested.
"""

from __future__ import annotations

import argparse
import json
import random
import string
import tempfile
import time
from pathlib import Path

from qa.answering.spelling import Spelling
from qa.encoding.sentence_transformers import SentenceEncoder
from qa.index.local.bm25 import Bm25Index, build_terms
from qa.languages.analysis import analyse

SETS = [Path("../shared/eval/squad"), Path("../shared/eval/mtrag")]
_SHORTEST = 5
"""Letters of the shortest word that is misspelt on purpose."""


def slip(word: str, chance: random.Random) -> str:
    """Return a word with one letter left out, doubled, struck wrong, put in, or two of them exchanged."""
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


def words_of(question: str, terms: Bm25Index) -> list[tuple[int, int]]:
    """Return where in a question the words stand that the corpus holds and that are long enough to be misspelt."""
    return [
        (term.start, term.end)
        for term in analyse(question)
        if not term.stop
        and term.end - term.start >= _SHORTEST
        and question[term.start : term.end].isalpha()
        and terms.holds(term.term)
    ]


def measure(folder: Path, encoder: SentenceEncoder, *, show: int, seed: int) -> None:
    """Measure one set and print what was found."""
    texts = [json.loads(line) for line in (folder / "corpus.jsonl").open(encoding="utf-8")]
    questions = [json.loads(line)["text"] for line in (folder / "queries.jsonl").open(encoding="utf-8")]
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "terms.sqlite"
        build_terms(path, ((text.get("title", ""), text["text"]) for text in texts))
        terms = Bm25Index(path, len(texts))
        spelling = Spelling(terms, encoder.count_tokens)
        suggested = [(question, better) for question in questions if (better := spelling(question))]
        chance = random.Random(seed)  # noqa: S311 - for the same slips each time, not for secrets
        tried = unseen = right = wrong = 0
        seconds = []
        for question in questions:
            if spelling(question) or not (places := words_of(question, terms)):
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
    print(f"{folder.name}: {len(questions):,} questions, {len(terms.words()):,} words")
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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, default=SETS, help="folders with corpus.jsonl and queries.jsonl")
    parser.add_argument("--show", type=int, default=20, help="suggestions to list (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    encoder = SentenceEncoder()
    for folder in options.sets:
        measure(folder, encoder, show=options.show, seed=options.seed)


if __name__ == "__main__":
    main()
