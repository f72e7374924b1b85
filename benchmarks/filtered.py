"""Does ``--document`` hold, and what is it worth? ``python -m benchmarks.filtered SET=INDEX …``.

Asks each question of own sets (evidence quotes) of the documents that answer it alone, one after the other, and prints
how many citations are of another document (there must be none), and how often the quote is first and among the first
five. Exit status 1 if a citation is of another document.
"""

from __future__ import annotations

import argparse
import sys

from benchmarks.ablation import opened

FIRST = 5


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="SET=INDEX")
    strays = 0
    for named in parser.parse_args().sets:
        bot, questions = opened(named)
        outside, found = 0, []
        for query in questions.queries:
            for document, spans in query.spans.items():
                cited = bot.ask(query.text, documents=[document], k=FIRST).citations
                outside += sum(citation.document != document for citation in cited)
                found.append([any(a < c.end and c.start < b for a, b in spans) for c in cited])
        first, among = (sum(any(hits[:k]) for hits in found) / len(found) for k in (1, FIRST))
        print(
            f"{questions.name}: {len(found)} pairs of question and document; {outside} citations of another document; "
            f"first {first:.3f}, among the first {FIRST} {among:.3f}"
        )
        strays += outside
    return 1 if strays else 0


if __name__ == "__main__":
    sys.exit(main())
