"""A conversation as a file: Markdown, Word or JSON, with full citations. Text from documents never becomes markup."""

from __future__ import annotations

import io
import json as standard_json
import re
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Final

from qa.answering.quotation import reference
from qa.web.views.answers import folded, is_list, reason, said_first
from qa.web.views.lists import shown_list
from qa.web.views.marks import Piece, pieces
from qa.web.views.notices import how_asked, notices
from qa.web.views.scope import described

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.service.history import Exchange
    from qa.types import Answer, Citation
    from qa.web.i18n.words import Words

_MARKS: Final = re.compile(r"[\\`*_\[\]<>&|~$]")
"""Characters that have a meaning in Markdown, or in a common extension of it, anywhere in a line."""
_STARTS: Final = re.compile(r"^(\s*)([#+\-=:]|\d+(?=[.)]))", re.MULTILINE)
"""What has a meaning at the beginning of a line only."""
_CLOSES: Final = re.compile(r"(?<=\s)(?=#+$)")
"""What ends a heading and is not shown: number signs at its end."""
_SPACES: Final = re.compile("[^\\S\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]+")
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML, and so Word, cannot hold."""


def markdown(title: str, exchanges: Sequence[Exchange], words: Words, *, further: bool = False) -> bytes:
    """Return a conversation as Markdown (CommonMark): quoted blocks in which the answering sentences are strong.

    Only what answers is exported, or with ``further`` all passages that were found.
    """
    lines = [f"# {_plain(title)}", "", _plain(_exported(words)), ""]
    for exchange in exchanges:
        lines += [f"## {_plain(exchange.answer.question)}", ""]
        lines += [_plain(sentence) + "\n" for sentence in _said(exchange, words)]
        for citation in _exported_citations(exchange.answer, further=further):
            quote = "\n".join(f"> {line}" for line in _block(citation))
            lines += [f"{quote}\n>\n> [{citation.number}] {_plain(_reference(citation, words))}", ""]
    return "\n".join(lines).encode()


def docx(title: str, exchanges: Sequence[Exchange], words: Words, *, further: bool = False) -> bytes:
    """Return a conversation as a Word document in which the answering sentences are marked; ``further`` as above."""
    from docx import Document
    from docx.enum.text import WD_COLOR_INDEX

    document = Document()
    document.core_properties.title = _printable(title)
    properties, now = document.core_properties, datetime.now(UTC)
    properties.author = properties.comments = ""  # where the library names itself
    properties.created = properties.modified = now
    document.add_heading(_printable(title), 0)
    document.add_paragraph(_printable(_exported(words)))
    for exchange in exchanges:
        document.add_heading(_printable(exchange.answer.question), 1)
        for sentence in _said(exchange, words):
            document.add_paragraph(_printable(sentence))
        for citation in _exported_citations(exchange.answer, further=further):
            paragraph = document.add_paragraph(style="Quote")
            for text, kind in _marked(citation):
                run = paragraph.add_run(_printable(text))
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW if kind != "text" else None
                run.font.bold = kind == "exact"
            document.add_paragraph(_printable(f"[{citation.number}] {_reference(citation, words)}"))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def json(title: str, exchanges: Sequence[Exchange], words: Words, *, further: bool = False) -> bytes:
    """Return a conversation as JSON: its title and its exchanges, which hold the answer objects of the contract."""
    del words, further
    content = {"title": title, "exchanges": [exchange.to_dict() for exchange in exchanges]}
    return standard_json.dumps(content, ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n"


def _exported(words: Words) -> str:
    return words.exported_at.format(time=words.date(datetime.now().astimezone().date().isoformat()))


def _exported_citations(answer: Answer, *, further: bool) -> Sequence[Citation]:
    """Return the citation that answers, all of a list, or for a refusal the nearest; with ``further`` all."""
    if answer.remark:
        return ()
    return answer.citations if further or is_list(answer) else [one.first for one in folded(answer)[:1]]


def _said(exchange: Exchange, words: Words) -> Iterator[str]:
    """Yield the sentences between a question and its quotations."""
    answer = exchange.answer
    if exchange.scope:
        yield f"{words.only_in} {described(exchange.scope, words)}."
    yield from how_asked(answer, words, alone=exchange.alone, meant=None)
    yield from said_first(answer, words)
    yield from notices(answer, words)
    if shown_list(answer, words):
        return
    if answer.found:
        yield f"{words.clarity[answer.clarity]}."
        return
    yield f"{words.not_answered} {reason(answer, words)}".strip()
    if answer.citations:
        yield f"{words.by_others if answer.by_others else words.closest}:"


def _reference(citation: Citation, words: Words) -> str:
    characters = words.character_range.format(start=words.number(citation.start + 1), end=words.number(citation.end))
    return f"{reference(citation)}, {characters}"


def _plain(text: str) -> str:
    """Return the Markdown of a text, in one line."""
    return _CLOSES.sub(r"\\", _escaped(_SPACES.sub(" ", text).strip()))


def _block(citation: Citation) -> list[str]:
    """Return the Markdown of a quotation, line by line; blank lines stay within it.

    The sentences that answer are strong, the very words emphasised in them.
    """
    lines: list[list[Piece]] = [[]]
    for text, kind in _marked(citation):
        first, *following = text.splitlines() or [""]
        lines[-1].append((first, kind))
        for line in following:
            lines += [[], [(line, kind)]]
        if text.endswith("\n"):
            lines.append([])
    shown = ["".join(_shown(line)).strip() for line in lines]
    return [_guard_start(line) + ("  " if line else "") for line in shown]


def _shown(line: Sequence[Piece]) -> Iterator[str]:
    """Yield the Markdown of the pieces of a line; what begins or ends with a sign cannot be strong, and stays plain."""
    for is_marked, group in groupby(line, key=lambda piece: piece[1] != "text"):
        marked = list(group)
        text = "".join(text for text, _ in marked)
        written = "".join(_emphasised(text) if kind == "exact" else _literal(text) for text, kind in marked)
        if is_marked and text.strip()[:1].isalnum():
            written = written.replace(written.strip(), f"**{written.strip()}**", 1)
        yield written


def _emphasised(text: str) -> str:
    return f"*{_literal(text)}*" if text[0].isalnum() and text[-1].isalnum() else _literal(text)


def _marked(citation: Citation) -> list[Piece]:
    return pieces(citation.quote, citation.start, citation.highlights, exact=citation.answer)


def _literal(text: str) -> str:
    return _MARKS.sub(lambda mark: "\\" + mark.group(), text)


def _escaped(line: str) -> str:
    return _guard_start(_literal(line))


def _guard_start(line: str) -> str:
    return _STARTS.sub(lambda start: f"{start[1]}{_guarded(start[2])}", line)


def _guarded(start: str) -> str:
    """Return the sign or number at the beginning of a line, escaped: a number would begin a list."""
    return f"&#{ord(start[0])};{start[1:]}" if start[0].isdigit() else "\\" + start


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)
