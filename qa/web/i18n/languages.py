"""The languages of the interface: a file each, found by listing their folder."""

from __future__ import annotations

import re
import string
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from qa.web.i18n.words import DEFAULT_LANGUAGE, Plural, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER: Final = Path(__file__).parent
_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Languages:
    """The languages of one server by tag, the default one first. Each has a page at ``/`` or at ``/<tag>/``."""

    def __init__(self, words: Mapping[str, Words]) -> None:
        self._words = {DEFAULT_LANGUAGE: words[DEFAULT_LANGUAGE], **words}

    @classmethod
    def load(cls, *folders: Path) -> Languages:
        """Read every ``<tag>.toml`` of the package and of ``folders``.

        Raises ``ValueError`` with the file and the text if a text is missing, empty or unknown, or fills in something
        else than the English one.
        """
        reference = _texts(tomllib.loads((FOLDER / f"{DEFAULT_LANGUAGE}.toml").read_text("utf-8")))
        files = [path for folder in (FOLDER, *folders) for path in sorted(folder.glob("*.toml"))]
        return cls({path.stem: _read(path, reference) for path in files})

    def __iter__(self) -> Iterator[Words]:
        """Yield the words of each language."""
        return iter(self._words.values())

    def __getitem__(self, tag: str) -> Words:
        """Return the words of one language."""
        return self._words[tag]

    def preferred(self, accepted: str) -> Words:
        """Return the language that an Accept-Language header (RFC 9110, 12.5.4) prefers among these."""
        ranked = []
        for place, entry in enumerate(accepted.split(",")):
            tag, _, weight = entry.strip().partition(";q=")
            try:
                ranked.append((-float(weight or 1), place, tag.lower()))
            except ValueError:
                continue
        known = {tag.lower(): words for tag, words in self._words.items()}
        tags = [name for _, _, tag in sorted(ranked) for name in (tag, tag.split("-")[0])]
        return next((known[tag] for tag in tags if tag in known), self._words[DEFAULT_LANGUAGE])


def _read(path: Path, reference: Mapping[str, str]) -> Words:
    if not _TAG.fullmatch(path.stem):
        raise ValueError(f"{path}: its name is not the tag of a language, such as es.toml")
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: {error}") from error
    texts = _texts(content)
    for name, text in reference.items():
        if not isinstance(texts.get(name), str) or not texts[name]:
            raise ValueError(f"{path}: the text {name} is missing")
        filled, expected = _placeholders(text), _placeholders(texts[name])
        if filled != expected and not (name.endswith(".one") and expected <= filled):
            raise ValueError(f"{path}: the text {name} has {sorted(expected)} in braces instead of {sorted(filled)}")
    if unknown := sorted(texts.keys() - reference.keys()):
        raise ValueError(f"{path}: the text {unknown[0]} is not one of the interface")
    types = {field.name: field.type for field in fields(Words)}
    values: dict[str, Any] = {
        name: Plural(**value) if types[name] == "Plural" else value for name, value in content.items()
    }
    return Words(language=path.stem, **values)


def _texts(content: Mapping[str, Any]) -> dict[str, str]:
    """Return every text by its dotted name, such as ``doubts.damaged``."""
    texts: dict[str, str] = {}
    for name, value in content.items():
        texts |= {f"{name}.{key}": text for key, text in value.items()} if isinstance(value, dict) else {name: value}
    return texts


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
