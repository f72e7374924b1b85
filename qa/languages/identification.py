"""Identification of the language of a text: by its script, and where several share one by the words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
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
"""Below this probability a text in Latin letters may be a name or a number."""
_SCRIPTS = {
    "ARABIC": "ar fa ur",
    "ARMENIAN": "hy",
    "BENGALI": "bn",
    "CJK": "zh",
    "CYRILLIC": "ru uk bg sr",
    "DEVANAGARI": "hi",
    "ETHIOPIC": "am",
    "GEORGIAN": "ka",
    "GREEK": "el",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "HANGUL": "ko",
    "HEBREW": "he",
    "HIRAGANA": "ja",
    "KANNADA": "kn",
    "KATAKANA": "ja",
    "KHMER": "km",
    "LAO": "lo",
    "MALAYALAM": "ml",
    "MYANMAR": "my",
    "SINHALA": "si",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
    "TIBETAN": "bo",
}
"""Scripts, as Unicode's names of letters begin, with the languages written in them, the most spoken first."""
_WITHOUT_SPACES = ("CJK", "HIRAGANA", "KATAKANA", "KHMER", "LAO", "MYANMAR", "THAI", "TIBETAN")
_LETTERS_A_WORD = 2
"""Letters that count as a word in a script without spaces."""
_LETTERS = {"ur": "ٹڈڑںےہ", "fa": "پچژگکی", "uk": "іїєґ", "sr": "ђјљњћџ"}
"""Letters that the others of the same script do not use, looked for in this order."""
_SURELY = 0.9
"""Probability from which a text without such letters is not in the language most spoken of its script."""
_WORD = re.compile(r"[^\W\d_]+")


def other_language(text: str, own: str = "en") -> str | None:
    """Return the ISO 639-1 code of a text that is surely in another language than ``own``, else None.

    A text of which half the words or more are in another script than Latin is, however short.
    """
    spoken = _by_script(text)
    if spoken is None:
        language, certainty = _identifier().classify(text)
        spoken = str(language) if certainty >= _CERTAIN else own
    return spoken if spoken != own else None


def _by_script(text: str) -> str | None:
    """Return the language of a text that is not written in Latin letters, None for any other."""
    words: Counter[str] = Counter()
    for word in _WORD.findall(text):
        letters = Counter(unicodedata.name(letter, "").partition(" ")[0].partition("-")[0] for letter in word)
        for script, count in letters.items():
            if script in _WITHOUT_SPACES:
                words[script] += -(-count // _LETTERS_A_WORD)
        script = letters.most_common(1)[0][0]
        if script not in _WITHOUT_SPACES:
            words[script] += 1
    known = Counter({script: count for script, count in words.items() if script in _SCRIPTS})
    if not known or known.total() < words["LATIN"]:
        return None
    if known["HIRAGANA"] + known["KATAKANA"]:
        return "ja"
    languages = _SCRIPTS[known.most_common(1)[0][0]].split()
    for language in (language for language in _LETTERS if language in languages):
        if not set(_LETTERS[language]).isdisjoint(text.lower()):
            return language
    if len(languages) > 1:
        language, certainty = _identifier().classify(text)
        if language in languages and certainty >= _SURELY:
            return str(language)
    return languages[0]


@cache
def _identifier() -> LanguageIdentifier:
    """Load the identifier once, with the first question: about a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LANGUAGES.split())
    return identifier
