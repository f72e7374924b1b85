"""Styles and numbering of Word documents: which paragraphs are headings, and the number of each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qa.ingestion.readers.common.numbering import write

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W = f"{{{NAMESPACE}}}"
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_BODY_LEVEL = 9
_MAX_ANCESTORS = 20
_FORMATS = {
    "decimal": "digit",
    "decimalZero": "digit",
    "lowerLetter": "lower letter",
    "upperLetter": "upper letter",
    "lowerRoman": "lower roman",
    "upperRoman": "upper roman",
}


def attribute(element: _Element, name: str) -> str | None:
    """Return an attribute of Word's namespace."""
    value = element.get(f"{_W}{name}")
    return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Style:
    """Style of a paragraph: its level if it is a heading, its list and level there, whether it is in a contents."""

    level: int | None = None
    list_id: str | None = None
    list_level: int = 0
    is_contents: bool = False


class Styles:
    """The styles of a document, each with the properties it inherits."""

    def __init__(self, root: _Element | None) -> None:
        found = [] if root is None else root.iter(f"{_W}style")
        self._elements = {attribute(style, "styleId"): style for style in found}

    def of(self, paragraph: _Element) -> Style:
        """Return the style of a paragraph; its own properties go before those of its named style."""
        properties = paragraph.find(f"{_W}pPr")
        named = None if properties is None else properties.find(f"{_W}pStyle")
        chain = self._chain(None if named is None else attribute(named, "val"))
        names = [_value(style, "name") or "" for style in chain]
        sources = [] if properties is None else [properties]
        sources += [own for style in chain if (own := style.find(f"{_W}pPr")) is not None]
        return Style(
            level=_level(names, sources),
            list_id=next((found for source in sources if (found := _value(source, "numPr", "numId"))), None),
            list_level=next((int(found) for source in sources if (found := _value(source, "numPr", "ilvl"))), 0),
            is_contents=any(name.lower().startswith(("toc ", "table of figures")) for name in names),
        )

    def _chain(self, identity: str | None) -> list[_Element]:
        """Return a style and its ancestors."""
        chain: list[_Element] = []
        while identity is not None and len(chain) < _MAX_ANCESTORS:
            style = self._elements.get(identity)
            if style is None:
                break
            chain.append(style)
            identity = _value(style, "basedOn")
        return chain


def _value(element: _Element, *path: str) -> str | None:
    """Return the value of the descendant at a path, None if there is none."""
    found = element.find("/".join(f"{_W}{name}" for name in path))
    return None if found is None else attribute(found, "val")


def _level(names: list[str], sources: list[_Element]) -> int | None:
    """Return the level of a heading, None for body text."""
    for source in sources:
        outline = _value(source, "outlineLvl")
        if outline is not None and outline.isdigit():
            return int(outline) + 1 if int(outline) < _BODY_LEVEL else None
    for name in names:
        if match := _HEADING.fullmatch(name):
            return int(match[1])
        if name.lower() == "title":
            return 1
    return None


@dataclass(slots=True)
class _List:
    """A list: format, text and first number of each level, and its counts so far."""

    levels: dict[int, tuple[str, str, int]]
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of a document. ``label`` counts, so it must be called for each paragraph, in order."""

    def __init__(self, root: _Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._of: dict[str, str] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        for element in [] if root is None else root.iter(f"{_W}abstractNum"):
            levels = {int(attribute(lvl, "ilvl") or 0): _format_of(lvl) for lvl in element.iter(f"{_W}lvl")}
            self._lists[attribute(element, "abstractNumId") or ""] = _List(levels)
        for element in [] if root is None else root.iter(f"{_W}num"):
            identity = attribute(element, "numId") or ""
            self._of[identity] = _value(element, "abstractNumId") or ""
            self._restarts[identity] = {
                int(attribute(override, "ilvl") or 0): int(start)
                for override in element.iter(f"{_W}lvlOverride")
                if (start := _value(override, "startOverride"))
            }

    def label(self, paragraph: _Element, style: Style) -> str:
        """Count a paragraph and return its printed number: "5.", "(a)", "•", or "" outside lists."""
        own = paragraph.find(f"{_W}pPr/{_W}numPr")
        found = self._lists.get(self._of.get(style.list_id or "", ""))
        if found is None or (own is not None and _value(own, "numId") == "0"):
            return ""
        level = style.list_level
        restarts = self._restarts.get(style.list_id or "", {})
        if level in restarts:
            found.counts[level] = restarts.pop(level) - 1
        format_, text, start = found.levels.get(level, ("none", "", 1))
        found.counts[level] = found.counts.get(level, start - 1) + 1
        found.counts = {deep: count for deep, count in found.counts.items() if deep <= level}
        if format_ == "bullet":
            return "•"
        return re.sub(r"%([1-9])", lambda match: self._number(found, int(match[1]) - 1), text)

    @staticmethod
    def _number(found: _List, level: int) -> str:
        format_, _, start = found.levels.get(level, ("decimal", "", 1))
        return write(found.counts.get(level, start), _FORMATS.get(format_, "digit"))


def _format_of(level: _Element) -> tuple[str, str, int]:
    """Return the format of a level, its text with %1 for the number of level 1, and its first number."""
    start = _value(level, "start") or "1"
    return _value(level, "numFmt") or "decimal", _value(level, "lvlText") or "", int(start) if start.isdigit() else 1
