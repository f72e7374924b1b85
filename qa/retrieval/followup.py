"""Questions that lean on what was said before: "How does it work?", "and in 2018?".

No language model rewrites them. What was *asked of* is carried as words: those by which earlier questions named the
document that answered last ("Finland", "2018") complete the question. What was *said* steers the ranking: that document
is preferred, and others as far as they are near the last answer. A question that another document fits much better is a
new topic, and is asked alone.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qa.retrieval.query import content_terms

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from qa.index.build import Index
    from qa.protocols import Language, Vectors
    from qa.retrieval.features import Candidates
    from qa.types import Clue, Fact, Turn

PREFERENCE, NEARNESS = 0.1, 0.3
"""What a passage has more if its document answered last, and for the cosine of its document with the last answer."""
NEW_TOPIC = 0.25
"""A question is a new topic where the best passage scores so much more than the best where the last answer stands."""
_WORDS = 160
"""So many words of a turn are read: about what a passage holds."""
_DEPTH = 20
"""Passages that each list of the last answer adds to the candidates."""
_ALIKE = {"session": "year"}
"""Kinds of facts of which one tells the other."""
_AUTHORS = frozenset({"country", "person", "organisation", "symbol"})
"""Kinds of facts that say whose words a document holds."""
_OPEN_END = re.compile(r"['\u2019]\w?$")


class History(NamedTuple):
    """What was said before a question.

    ``document`` is the id of the document that answered last, empty where none did, ``facts`` are what it states.
    ``answer`` is the vector of the last answer, ``nearest`` the document of the passage nearest to it, ``alike`` the
    ids of passages like it.
    """

    questions: Sequence[str]
    document: str = ""
    facts: frozenset[Fact] = frozenset()
    answer: Vectors | None = None
    nearest: str = ""
    alike: frozenset[str] = frozenset()

    @property
    def last(self) -> str:
        """The last question, empty where there was none."""
        return self.questions[-1] if self.questions else ""


def read_history(
    index: Index,
    history: Sequence[Turn],
    documents: Mapping[str, Mapping[str, str]],
    within: Collection[str] | None = None,
) -> History | None:
    """Read what was said; None where nothing was. ``documents`` are the metadata of all documents, by id.

    An answer quotes the document whose passage holds most of its words, by BM25.
    """
    questions, answers = (
        [" ".join(turn.text.split()[:_WORDS]) for turn in history if turn.role == role and turn.text.strip()]
        for role in ("user", "assistant")
    )
    if not answers:
        return History(questions) if questions else None
    vector = index.encoder.encode_query(answers[-1]).vector
    terms = content_terms(index.language.terms(answers[-1]))
    lists = index.engine.matching(terms, _DEPTH, within), index.engine.nearest(vector, _DEPTH, within)
    document, nearest = (found[0][0].rpartition("#")[0] if found else "" for found in lists)
    facts = index.language.facts(documents.get(document, {}))
    return History(questions, document, facts, vector, nearest, frozenset(name for found in lists for name, _ in found))


def complete(language: Language, said: History, question: str) -> str:
    """Return a question with what it leaves out.

    One that only names another year or source ("and in 2018?") is the question before it, of that year or source. Words
    by which earlier questions named the document that answered last follow in brackets, if the question names nothing
    of their kind. No author is added to one that says itself whose words it asks for, nothing to one that asks for all.
    """
    base, added = question, list[str]()
    if said.questions and language.wording(question).repeats:
        base, added = _repeated(language, _last_whole(language, said.questions), question, said.facts or None)
    wording = language.wording(question)
    if wording.listing:
        return _with(base, added)
    named = {_kind(fact) for clue in _clues(language, question) for fact in clue.facts}
    named |= _AUTHORS if any(source.facts for source in wording.sources) else set()
    named |= {_kind(fact) for clue in _clues(language, base) for fact in clue.facts & said.facts}
    carried: list[str] = []
    for earlier in reversed(said.questions):
        words = []
        for clue in language.wording(earlier).clues:
            kinds = {_kind(fact) for fact in clue.facts & said.facts}
            if kinds and not named & kinds:
                words.append(_OPEN_END.sub("", earlier[clue.start : clue.end]))
                named |= kinds
        carried = words + carried
    return _with(base, added + carried)


def _with(question: str, words: Sequence[str]) -> str:
    """Return a question with words in brackets after it."""
    return f"{question} ({', '.join(words)})".replace(") (", ", ") if words else question


def _last_whole(language: Language, questions: Sequence[str]) -> str:
    """Return the last question, completed by those before it as far as it repeats them."""
    whole = questions[0]
    for question in questions[1:]:
        repeats = language.wording(question).repeats
        whole = _with(*_repeated(language, whole, question, None)) if repeats else question
    return whole


def _repeated(language: Language, earlier: str, question: str, facts: frozenset[Fact] | None) -> tuple[str, list[str]]:
    """Return an earlier question with what a later one names in place of what it named, and what found no place.

    Only words that state one of ``facts`` give way, any word of the same kind where these are unknown.
    """
    added = []
    for clue in _clues(language, question):
        words, kinds = question[clue.start : clue.end], {_kind(fact) for fact in clue.facts}
        old = [one for one in _clues(language, earlier) if kinds & {_kind(fact) for fact in one.facts}]
        old = [one for one in old if one.facts & facts] if facts is not None else old if len(old) == 1 else []
        if old:
            earlier = earlier[: old[0].start] + words + earlier[old[0].end :]
        else:
            added.append(words)
    return earlier, added


def _clues(language: Language, text: str) -> list[Clue]:
    """Return what in a text surely names something; any capitalised word may be a person's name."""
    return [clue for clue in language.wording(text).clues if any(kind != "person" for kind, _ in clue.facts)]


def _kind(fact: Fact) -> str:
    return _ALIKE.get(fact[0], fact[0])


def of_another_year(language: Language, said: History, question: str) -> bool:
    """Say whether a question names another year or session than the document that answered last states."""
    named = {fact for clue in language.wording(question).clues for fact in clue.facts if _kind(fact) == "year"}
    stated = {fact for fact in said.facts if _kind(fact) == "year"}
    return bool(named and stated) and not named & stated


def is_new_topic(candidates: Candidates, said: History) -> bool:
    """Say whether a question fits other documents much better than those in which the last answer may stand."""
    scores, places = candidates.scores(), {said.document, said.nearest}
    there = [score for score, one in zip(scores, candidates.stored, strict=True) if one.document.id in places]
    return float(scores.max(initial=0.0)) - max(there, default=0.0) > NEW_TOPIC


def in_conversation(candidates: Candidates, said: History) -> Candidates:
    """Return the candidates with one part more: how far each one's document is the one spoken of."""
    near: dict[str, float] = {}
    for one in candidates.stored:
        cosine = 0.0 if said.answer is None else float(one.vector @ said.answer)
        near[one.document.id] = max(cosine, near.get(one.document.id, 0.0))
    part = np.array(
        [
            PREFERENCE * (one.document.id == said.document) + NEARNESS * near[one.document.id]
            for one in candidates.stored
        ],
        dtype=np.float32,
    )
    return replace(candidates, parts={**candidates.parts, "conversation": part})
