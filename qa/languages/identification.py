"""Identification of the language of a text."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_LANGUAGES = (
    "ar bg bn cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv ms nl no pl pt ro ru sk sl sr sv sw ta th tr "
    "uk ur vi zh"
)
"""Those people ask in. The identifier knows 140 and takes a few English questions for Pidgin otherwise."""

_CERTAIN = 0.8
"""Below this probability a text may be a name or a number."""


def other_language(text: str, own: str = "en") -> str | None:
    """Return the ISO 639-1 code of a text that is surely in another language than ``own``, else None."""
    language, certainty = _identifier().classify(text)
    return str(language) if language != own and certainty >= _CERTAIN else None


@cache
def _identifier() -> LanguageIdentifier:
    """Load the identifier once, with the first question: about a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LANGUAGES.split())
    return identifier
