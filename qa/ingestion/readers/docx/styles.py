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
    list_level: int | None = None
    is_contents: bool = False
    names: tuple[str, ...] = ()


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
            list_level=next((int(found) for source in sources if (found := _value(source, "numPr", "ilvl"))), None),
            names=tuple(attribute(style, "styleId") or "" for style in chain),
            is_contents=any(name.lower().startswith(("toc ", "table of figures")) for name in names),
        )

    def hides_paragraph(self, paragraph: _Element) -> bool:
        """Say whether the style of a paragraph hides the text in it."""
        return self._hidden_by(_value(paragraph, "pPr", "pStyle")) or False

    def hides(self, run: _Element, *, default: bool) -> bool:
        """Say whether a run is hidden, by itself or by its style; ``default`` is what its paragraph says."""
        own = run.find(f"{_W}rPr/{_W}vanish")
        if own is not None:
            return is_on(own)
        styled = self._hidden_by(_value(run, "rPr", "rStyle"))
        return default if styled is None else styled

    def _hidden_by(self, identity: str | None) -> bool | None:
        """Say whether a style hides text, None if it says nothing of that."""
        for style in self._chain(identity):
            if (switch := style.find(f"{_W}rPr/{_W}vanish")) is not None:
                return is_on(switch)
        return None

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


def is_on(switch: _Element | None) -> bool:
    """Say whether a property is there and not switched off."""
    return switch is not None and attribute(switch, "val") not in ("0", "false")


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


@dataclass(frozen=True, slots=True)
class _Level:
    """A level of a list: its format, its text with %1 for the number of level 1, its first number, its style.

    ``legal`` says that the numbers of all levels are written in figures.
    """

    format: str = "none"
    text: str = ""
    start: int = 1
    style: str | None = None
    legal: bool = False


@dataclass(slots=True)
class _List:
    """A list: format, text and first number of each level, and its counts so far."""

    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of a document. ``label`` counts, so it must be called for each paragraph, in order."""

    def __init__(self, root: _Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._of: dict[str, str] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        styled: dict[str, _List] = {}
        links: dict[str, str] = {}
        for element in [] if root is None else root.iter(f"{_W}abstractNum"):
            levels = {int(attribute(lvl, "ilvl") or 0): _level_of(lvl) for lvl in element.iter(f"{_W}lvl")}
            own = self._lists[attribute(element, "abstractNumId") or ""] = _List(levels)
            if defines := _value(element, "styleLink"):
                styled[defines] = own
            if follows := _value(element, "numStyleLink"):
                links[attribute(element, "abstractNumId") or ""] = follows
        for identity, follows in links.items():
            self._lists[identity] = styled.get(follows, self._lists[identity])
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
        if level is None:  # a list may name the style of each of its levels
            level = next((deep for deep, about in found.levels.items() if about.style in style.names), 0)
        restarts = self._restarts.get(style.list_id or "", {})
        if level in restarts:
            found.counts[level] = restarts.pop(level) - 1
        about = found.levels.get(level, _Level())
        found.counts[level] = found.counts.get(level, about.start - 1) + 1
        found.counts = {deep: count for deep, count in found.counts.items() if deep <= level}
        if about.format == "bullet":
            return "•"
        return re.sub(r"%([1-9])", lambda match: self._number(found, int(match[1]) - 1, about), about.text)

    @staticmethod
    def _number(found: _List, level: int, printed: _Level) -> str:
        about = found.levels.get(level, _Level("decimal"))
        number = found.counts.get(level, about.start)
        if about.format == "decimalZero":
            return f"{number:02}"
        return write(number, "digit" if printed.legal else _FORMATS.get(about.format, "digit"))


def _level_of(level: _Element) -> _Level:
    start = _value(level, "start") or "1"
    return _Level(
        _value(level, "numFmt") or "decimal",
        _value(level, "lvlText") or "",
        int(start) if start.isdigit() else 1,
        _value(level, "pStyle"),
        is_on(level.find(f"{_W}isLgl")),
    )
