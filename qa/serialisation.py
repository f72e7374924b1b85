"""The nouns as JSON and back: one pair of functions for each, used by files, pipes and databases alike.

An answer, a citation and a report of indexing become JSON by their own ``to_dict`` or ``to_report``, which the contract
names; their inverses are here. A document and a passage have no JSON form in the contract. Theirs is compact: blocks
and doubts are lists of values in the order of the fields.

Functions that read raise ``KeyError``, ``TypeError`` or ``ValueError`` where a field is missing or of the wrong shape.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from qa.types import (
    Answer,
    Block,
    Citation,
    Document,
    Doubt,
    Doubtful,
    Explanation,
    IndexReport,
    MentioningDocument,
    Mentions,
    Passage,
    Premise,
    Skipped,
    SourceAsked,
    TokenMatch,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qa.types import Span


def document_to_json(document: Document) -> dict[str, Any]:
    """Return a document as a JSON object."""
    return {
        "id": document.id,
        "title": document.title,
        "text": document.text,
        "blocks": [_values(block) for block in document.blocks],
        "metadata": dict(document.metadata),
        "digest": document.digest,
        "pages": document.pages,
        "doubts": [_values(doubt) for doubt in document.doubts],
    }


def document_from_json(json: Mapping[str, Any]) -> Document:
    """Return the document of a JSON object that ``document_to_json`` made."""
    return Document(
        **{
            **json,
            "blocks": tuple(Block(*values) for values in json["blocks"]),
            "pages": _pairs(json["pages"]),
            "doubts": tuple(Doubt(*values) for values in json["doubts"]),
        }
    )


def passage_to_json(passage: Passage) -> dict[str, Any]:
    """Return a passage as a JSON object."""
    return dict(zip(_PASSAGE, _values(passage), strict=True))


def passage_from_json(json: Mapping[str, Any]) -> Passage:
    """Return the passage of a JSON object that ``passage_to_json`` made."""
    return Passage(**{**json, "sentences": _pairs(json["sentences"]), "pages": _pairs(json["pages"])})


def answer_from_dict(json: Mapping[str, Any]) -> Answer:
    """Return the answer of the contract's JSON object, made by ``Answer.to_dict``."""
    premises = tuple(Premise(**{**premise, "found": tuple(premise["found"])}) for premise in json["premises"])
    citations = tuple(citation_from_dict(citation) for citation in json["citations"])
    mentions = _mentions_from_dict(json["mentions"]) if json["mentions"] else None
    asked = None if json["sources_asked"] is None else tuple(SourceAsked(**source) for source in json["sources_asked"])
    read = {"citations": citations, "premises": premises, "mentions": mentions, "sources_asked": asked}
    return Answer(**{**{name: value for name, value in json.items() if name != "index"}, **json["index"], **read})


def _mentions_from_dict(json: Mapping[str, Any]) -> Mentions:
    """Return the list of a JSON object made by ``Mentions.to_dict``; whether it is complete is worked out again."""
    entries = (MentioningDocument(**{**entry, "citations": tuple(entry["citations"])}) for entry in json["entries"])
    own = {name: value for name, value in json.items() if name != "complete"}
    return Mentions(**{**own, "words": tuple(json["words"]), "entries": tuple(entries)})


def citation_from_dict(json: Mapping[str, Any]) -> Citation:
    """Return the citation of a JSON object made by ``Citation.to_dict``."""
    words = tuple(
        TokenMatch(_span(word["query"]), _span(word["passage"]) if word["passage"] else None, word["share"])
        for word in json["why"]["words"]
    )
    why = Explanation(json["why"]["parts"], words)
    answer = _span(json["answer"]) if json["answer"] else None
    return Citation(**{**json, "highlights": _pairs(json["highlights"]), "why": why, "answer": answer})


def report_from_dict(json: Mapping[str, Any]) -> IndexReport:
    """Return the report of a JSON object made by ``IndexReport.to_report``."""
    skipped = tuple(Skipped(**file) for file in json["skipped"])
    doubtful = tuple(Doubtful(**{**file, "pages": tuple(file["pages"])}) for file in json["doubtful"])
    return IndexReport(**{**json, "skipped": skipped, "doubtful": doubtful})


_PASSAGE = tuple(field.name for field in fields(Passage))


def _values(value: Any) -> list[Any]:  # noqa: ANN401 - any dataclass
    """Return the values of a dataclass in the order of its fields."""
    return [getattr(value, field.name) for field in fields(value)]


def _span(pair: Sequence[int]) -> Span:
    start, end = pair
    return start, end


def _pairs(pairs: Iterable[Sequence[int]]) -> tuple[Span, ...]:
    return tuple(_span(pair) for pair in pairs)
