"""Countries as English texts name them: by name, inhabitants ("Kenyan"), other names ("Great Britain") and capital.

Names come from countryinfo, and ``countries.toml`` adds what it lacks. Values are ISO 3166-1 alpha-3 codes.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from qa.languages.terms import fold
from qa.types import Entity

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?")
_NO_COUNTRY = ""
_LONGEST = 8
"""The most words of a name that is looked up."""


def countries(text: str) -> Iterator[Entity]:
    """Yield the countries that a text names, in order; of overlapping names the longest.

    A capital is not certain to mean its country: "the Moscow conference" need not be about Russia.
    """
    words = list(_WORD.finditer(text))
    folded = [_folded(word.group()) for word in words]
    place = 0
    while place < len(words):
        first, length = words[place], 1
        for length in range(min(_LONGEST, len(words) - place) if first.group()[0].isupper() else 0, 0, -1):
            name = " ".join(folded[place : place + length])
            code, is_capital = _names().get(name) or (None, False)
            if length == 1 and first.group() in ("US", "U.S."):
                code = "USA"
            if code:
                last = words[place + length - 1].group()
                end = words[place + length - 1].end() - (last.endswith(".") and "." not in last[:-1])
                yield Entity("country", frozenset({code}), first.start(), end, certain=not is_capital)
            if code is not None:
                break
        place += length


def code_of(country: str) -> str | None:
    """Return the code of a country written out, be it turned as in lists ("Korea, Republic of")."""
    found = _names().get(_folded(_turned(country))) or _names().get(_folded(country))
    return found[0] if found else None


@cache
def _names() -> dict[str, tuple[str, bool]]:
    """Return the country of every folded name, and whether the name is a capital's; of two, the larger has the name."""
    from countryinfo import all_countries

    capitals: dict[str, tuple[str, bool]] = {}
    names: dict[str, tuple[str, bool]] = {}
    for country in sorted(all_countries(), key=lambda country: country.population() or 0):
        if not (code := (country.iso() or {}).get("alpha3")):
            continue
        peoples = _several(country.demonym())
        capitals |= {_folded(capital): (code, True) for capital in _several(country.capital())}
        names |= {f"{_folded(people)}s": (code, False) for people in peoples}
        for form in (*_several(country.name()), *peoples, *_several(country.alt_spellings())):
            plain = {_folded(one) for one in (form, _turned(form), form.split("(")[0])}
            names |= {one: (code, False) for one in plain if len(one) > 3}
    more = tomllib.loads(files("qa.languages").joinpath("countries.toml").read_text("utf-8"))
    also = {
        form: (code, False) for code, forms in more["also"].items() for name in forms for form in (name, name + "s")
    }
    return capitals | names | also | dict.fromkeys(more["none"]["regions"], (_NO_COUNTRY, False))


def _several(value: str | list[str] | None) -> list[str]:
    """Return what countryinfo gives as one name, several or none, as a list."""
    return [value] if isinstance(value, str) else [one for one in value or () if one]


def _turned(name: str) -> str:
    return " ".join(reversed(name.split(", ")))


def _folded(text: str) -> str:
    """Return a name without case, diacritics, article, full stops and possessives."""
    plain = fold(text).replace("’", "'").replace(".", "").strip().removeprefix("the ")
    return " ".join(word.removesuffix("'s").removesuffix("'") for word in plain.split())
