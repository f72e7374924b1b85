"""Letters of symbol fonts, which Word stores by their place in the font."""

from __future__ import annotations

from typing import Final

_FIRST = 0x20
_SYMBOL: Final = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
    + "\0" * 33
    + "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑"
)
"""The encoding of the font Symbol from 0x20 on (Adobe, Symbol encoding)."""
_WINGDINGS: Final = {
    0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x72: "❒", 0x75: "◆", 0x76: "❖", 0x9F: "•", 0xA7: "▪", 0xA8: "◻",
    0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_BULLETS = {0xB7, 0xA7}


def symbol(font: str, code: str) -> str:
    """Return the letter at a place of a symbol font, "" if it is not known; ``code`` is hexadecimal."""
    try:
        place = int(code, 16) & 0xFF
    except ValueError:
        return ""
    if font.startswith("Wingdings") and place in _WINGDINGS:
        return _WINGDINGS[place]
    if place in _BULLETS:
        return "•"
    if font == "Symbol" and 0 <= place - _FIRST < len(_SYMBOL):
        return _SYMBOL[place - _FIRST].replace("\0", "")
    return ""
