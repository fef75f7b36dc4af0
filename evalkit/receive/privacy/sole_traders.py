"""SIREN and SIRET of sole traders: the number of an enterprise that is one person.

The number alone does not say it. A legal form beside it does (Insee's legal categories, level III: those that begin
with 1 are natural persons), and so does a trade name that looks like a person's. Without either nothing can be told,
and that is said. Numbers of sole traders are personal data (GDPR, article 4), even when the Sirene register shows them.
"""

from __future__ import annotations

import polars as pl

from evalkit.declare.feed_check import CodeForm
from evalkit.receive.checks.code_forms import is_well_formed
from evalkit.receive.privacy.names import looks_like_name
from evalkit.territory.zones import normalise_name

_NUMBER_HEADINGS_WORDS = """
siret siren nosiret nosiren nsiret nsiren numsiret numsiren numerosiret numerosiren codesiret codesiren
"""
_NUMBER_HEADINGS = frozenset(_NUMBER_HEADINGS_WORDS.split())
_FORM_HEADINGS_WORDS = """
formejuridique categoriejuridique naturejuridique statutjuridique codenaturejuridique codecategoriejuridique
codeformejuridique categoriejuridiqueunitelegale typeentreprise statut
"""
_FORM_HEADINGS = frozenset(_FORM_HEADINGS_WORDS.split())
_NAME_HEADINGS_WORDS = """
raisonsociale denomination denominationsociale enseigne entreprise nomentreprise nomdelentreprise nomcommercial
etablissement employeur structure porteur porteurdeprojet beneficiaire exploitant
"""
_NAME_HEADINGS = frozenset(_NAME_HEADINGS_WORDS.split())
_SOLE_FORMS = """
ei eirl entrepreneurindividuel entrepriseindividuelle microentreprise microentrepreneur autoentrepreneur
autoentreprise personnephysique professionliberale artisan commercant artisancommercant agentcommercial independant
travailleurindependant exploitantagricole
"""
_SOLE_WORDS = frozenset(_SOLE_FORMS.split())
_SOLE_CATEGORY = r"^1\d{3}$"
_NUMBER = r"^(?:\d{9}|\d{14})$"
_LEAST, _SHARE = 3, 0.8


def is_enterprise_number(heading: str, texts: pl.Series) -> bool:
    """Tell whether a column holds SIREN or SIRET: by its heading, or because its numbers nearly all have their key."""
    cells, bare = texts.alias("text").to_frame(), _bare(pl.col("text"))
    filled, numbers = cells.select(pl.col("text").count(), numbers=bare.str.contains(_NUMBER).sum()).row(0)
    if normalise_name(heading) in _NUMBER_HEADINGS:
        return int(numbers) > 0
    if numbers < max(_LEAST, _SHARE * filled):
        return False
    number = pl.when(bare.str.contains(_NUMBER)).then(bare)
    has_key = is_well_formed(number, CodeForm.SIRET) | is_well_formed(number, CodeForm.SIREN)
    return int(cells.select(has_key.sum()).item()) >= _SHARE * int(numbers)


def is_legal_form(heading: str) -> bool:
    """Tell whether a heading is that of legal forms."""
    return normalise_name(heading) in _FORM_HEADINGS


def is_trade_name(heading: str) -> bool:
    """Tell whether a heading is that of the names of enterprises."""
    return normalise_name(heading) in _NAME_HEADINGS


def says_sole_trader(texts: pl.Series) -> pl.Series:
    """Tell which legal forms are those of natural persons; null is false."""
    distinct = texts.drop_nulls().unique().to_list()
    sole = {text: normalise_name(text) in _SOLE_WORDS for text in distinct}
    words = texts.replace_strict(sole, default=False, return_dtype=pl.Boolean)
    return words | texts.str.strip_chars().str.contains(_SOLE_CATEGORY).fill_null(value=False)


def names_a_person(texts: pl.Series) -> pl.Series:
    """Tell which trade names look like the name of a person; null is false."""
    named = {text: looks_like_name(text) for text in texts.drop_nulls().unique().to_list()}
    return texts.replace_strict(named, default=False, return_dtype=pl.Boolean)


def has_number(texts: pl.Series) -> pl.Series:
    """Tell which cells hold a number of nine or fourteen digits, spaces aside; null is false."""
    found = _bare(pl.col("text")).str.contains(_NUMBER).fill_null(value=False)
    return texts.alias("text").to_frame().select(found).to_series()


def _bare(texts: pl.Expr) -> pl.Expr:
    return texts.str.replace_all("[ .\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]", "")
