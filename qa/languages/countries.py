"""Countries as texts name them: by name, by inhabitants ("Kenyan"), by other names ("Great Britain"), by capital.

Names come from countryinfo; its identifiers are ISO 3166-1 alpha-3. A capital counts as a mention of its country, as
diplomats use it, but is told apart: "the Moscow conference" need not speak of Russia.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?")
_ARTICLE = re.compile(r"^the ")
_PEOPLE = re.compile(r"(?<=...an)s$|(?<=...i)s$")
_NO_COUNTRY = ""
_LONGEST = 8


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of a text that names a country by its ISO 3166-1 alpha-3 ``code``."""

    code: str
    start: int
    end: int
    capital: bool


def mentions(text: str) -> Iterator[Mention]:
    """Yield the countries that a text names, in order; of overlapping names the longest."""
    words = list(_WORD.finditer(text))
    folded = [_folded(word.group()) for word in words]
    names = _names()
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST, len(words) - place), 0, -1):
            found = names.get(" ".join(folded[place : place + length]))
            if length == 1 and words[place].group() in ("US", "U.S."):
                found = ("USA", False)
            if found and words[place].group()[0].isupper():
                last = words[place + length - 1]
                end = last.end() - (last.group().endswith(".") and "." not in last.group()[:-1])
                if found[0] != _NO_COUNTRY:
                    yield Mention(found[0], words[place].start(), end, capital=found[1])
                place += length
                break
        else:
            place += 1


@cache
def _names() -> dict[str, tuple[str, bool]]:
    """Return the country of every folded name, and whether the name is a capital's."""
    from countryinfo import all_countries

    names: dict[str, tuple[str, bool]] = {}
    countries = sorted(
        all_countries(), key=lambda country: country.population() or 0
    )  # of two, the larger has the name
    for country in countries:
        code = str((country.iso() or {}).get("alpha3") or "")
        for capital in _several(country.capital()) if code else ():
            names[_folded(capital)] = (code, True)
    for country in countries:
        code = str((country.iso() or {}).get("alpha3") or "")
        for form in (*_several(country.name()), *_several(country.demonym()), *_several(country.alt_spellings())):
            for plain in {form, " ".join(reversed(form.split(", "))), form.split("(")[0]}:
                if code and len(folded := _folded(plain)) > 3:
                    names[folded] = (code, False)
        names |= {f"{_folded(people)}s": (code, False) for people in _several(country.demonym()) if code}
    more = tomllib.loads(files("qa.languages").joinpath("countries.toml").read_text("utf-8"))
    names |= {
        form: (code, False) for code, forms in more["also"].items() for name in forms for form in (name, name + "s")
    }
    names |= dict.fromkeys(more["none"]["regions"], (_NO_COUNTRY, False))
    del names[""]
    return names


def _several(value: str | list[str] | None) -> list[str]:
    """Return what countryinfo gives as one name, several or none, as a list."""
    return [value] if isinstance(value, str) else list(value or [])


def code_of(country: str) -> str | None:
    """Return the code of a country written out, be it turned as in lists ("Korea, Republic of")."""
    names = _names()
    for form in (" ".join(reversed(country.split(", "))), country):
        if found := names.get(_folded(form)):
            return found[0]
    return None


def _folded(text: str) -> str:
    """Return a name without case, accents, article, full stops, possessives and plurals of peoples."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    plain = _ARTICLE.sub("", plain.replace("’", "'").replace(".", "").strip().lower())
    return " ".join(_PEOPLE.sub("", word.removesuffix("'s").removesuffix("'")) for word in plain.split())
