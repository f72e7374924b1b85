"""Searches limited to one document by ``--document``: ``python -m benchmarks.filtered SET=INDEX …``.

Asks each question of sets with evidence about each document that answers it, one after the other. Prints how many
citations are of another document (there must be none), and how often the evidence is first and among the first five.
The exit status is 1 if a citation is of another document.
"""

from __future__ import annotations

import sys

from benchmarks.common import command_line, open_set

FIRST = 5


def main() -> int:
    """Measure and print."""
    parser = command_line(__doc__)
    parser.add_argument("sets", nargs="+", metavar="SET=INDEX")
    strays = 0
    for named in parser.parse_args().sets:
        bot, questions = open_set(named)
        stray, found = 0, []
        for query in questions.queries:
            for document, spans in query.spans.items():
                cited = bot.ask(query.text, documents=[document], k=FIRST).citations
                stray += sum(citation.document != document for citation in cited)
                found.append([any(a < c.end and c.start < b for a, b in spans) for c in cited])
        first, among = (sum(any(hits[:k]) for hits in found) / len(found) for k in (1, FIRST))
        print(
            f"{questions.name}: {len(found)} pairs of question and document; {stray} citations of another document; "
            f"first {first:.3f}, among the first {FIRST} {among:.3f}"
        )
        strays += stray
    return 1 if strays else 0


if __name__ == "__main__":
    sys.exit(main())
