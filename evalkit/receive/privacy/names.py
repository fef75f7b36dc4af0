"""Names of persons in cells and in texts: by their civility, or by a first name beside another word.

A name cannot be told from any other word for sure. Two signs are used. A civility before a capital letter (``Mme
Durand``) is a name, whatever the column. Two or three words of which one is a frequent first name look like a name
(``DURAND Marie``), and so do the names of schools, streets and squares (``Jean Jaurès``): one such cell says nothing, a
column that holds little else does. Rare first names, initials and nicknames are not seen: the agreement that leaves
such columns out, and the pseudonym made by the third party, are what protects; this is a net under them.
"""

from __future__ import annotations

import re

import polars as pl

from evalkit.receive.privacy.first_names import FIRST_NAMES
from evalkit.territory.zones import normalise_name

_CIVILITY = r"(?:M\.|MM\.|Mr\.?|Mme\.?|Mmes|Mlle\.?|Monsieur|Madame|Mademoiselle)"
_GAP = "[ _\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]"
_WORD = r"\p{Lu}[\p{L}'’\-]+"
CIVIL_NAME = rf"(?:^|[^\p{{L}}]){_CIVILITY}{_GAP}+({_WORD})(?:{_GAP}{_WORD}){{0,2}}"
"""A civility and what follows it; the first group is the word that follows."""

_OFFICES_WORDS = """
maire maires prefet prefete sousprefet sousprefete president presidente directeur directrice ministre secretaire
depute deputee senateur senatrice conseiller conseillere chef cheffe proviseur principal principale recteur
rectrice delegue deleguee adjoint adjointe
"""
_OFFICES = frozenset(_OFFICES_WORDS.split())
"""Words after a civility that name an office, not a person."""

_NOT_OF_A_NAME_WORDS = """
association asso centre maison ecole college lycee creche rue avenue place boulevard quartier residence cite parc
espace foyer club comite conseil groupe ville mairie agence atelier festival stade gymnase salle saint sainte
action projet theatre musee hopital clinique mission institut fondation square allee impasse tour pont port le la
les de du des et en aux hors sans pour par dans sur
"""
_NOT_OF_A_NAME = frozenset(_NOT_OF_A_NAME_WORDS.split())

_LOOKED_AT = 2_000
_LEAST_NAMES = 3
_LEAST_FIRST_NAMES = 5
_SHARE = 0.5


def has_civil_name(texts: pl.Series) -> pl.Series:
    """Tell which texts hold a civility followed by a name that is not an office; null is false."""
    frame = texts.alias("text").to_frame()
    hits = frame.select(pl.col("text").str.contains(CIVIL_NAME).fill_null(value=False)).to_series()
    if not hits.any():
        return hits
    words = frame.select(pl.col("text").str.extract(CIVIL_NAME, 1)).to_series()
    offices = {word: normalise_name(word) in _OFFICES for word in words.drop_nulls().unique().to_list()}
    is_office = words.replace_strict(offices, default=False, return_dtype=pl.Boolean)
    return hits & ~is_office


def looks_like_name(text: str) -> bool:
    """Tell whether a short text looks like the name of a person: a frequent first name beside another word."""
    words = [[normalise_name(part) for part in word.split("-")] for word in re.split(r"[\s,;/_]+", text) if word]
    parts = [part for word in words for part in word]
    if not 2 <= len(words) <= 3 or any(len(part) < 2 or not part.isalpha() for part in parts):
        return False
    if any(part in _NOT_OF_A_NAME for part in parts):
        return False
    first = [all(part in FIRST_NAMES for part in word) for word in words]
    return any(first) and not (all(first) and len(words) > 2)


def is_column_of_names(texts: pl.Series) -> bool:
    """Tell whether a column holds little else than names: at least three, and half of its distinct texts."""
    distinct = texts.drop_nulls().unique().sort().head(_LOOKED_AT).to_list()
    names = sum(looks_like_name(text) for text in distinct)
    if names >= _LEAST_NAMES and names >= _SHARE * len(distinct):
        return True
    alone = sum(normalise_name(text) in FIRST_NAMES for text in distinct)
    return alone >= _LEAST_FIRST_NAMES and alone >= _SHARE * len(distinct)


def is_printable(text: str) -> bool:
    """Tell whether a value may be shown as an example: it looks like nobody's name."""
    return not looks_like_name(text) and not has_civil_name(pl.Series([text])).any()
