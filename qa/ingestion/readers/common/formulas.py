"""Formulas of Word (OMML) and of HTML (MathML) in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_BETWEEN = {"f": "/", "mfrac": "/", "sSup": "^", "msup": "^", "sSub": "_", "msub": "_"}
_BOTH = ("sSubSup", "msubsup")
_ROOTS = ("rad", "msqrt", "mroot")


def linear(kind: str, parts: Sequence[str]) -> str:
    """Return an element of a formula, named as OMML or MathML name it, whose parts are in one line already."""
    if kind in _BETWEEN and len(parts) == 2:
        return f"{_grouped(parts[0])}{_BETWEEN[kind]}{_grouped(parts[1])}"
    if kind in _BOTH and len(parts) == 3:
        return f"{_grouped(parts[0])}_{_grouped(parts[1])}^{_grouped(parts[2])}"
    if kind in _ROOTS:
        return f"√{_grouped(''.join(parts))}"
    return "".join(parts)


def _grouped(part: str) -> str:
    """Return a part in parentheses, unless it is a single number or name."""
    part = part.strip()
    return part if part.replace(".", "").isalnum() or (part[:1] == "(" and part[-1:] == ")") else f"({part})"
