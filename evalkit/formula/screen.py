"""Read the words and signs of a formula before its grammar, to refuse what the language leaves out by its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from evalkit.errors import FormulaError, Place, Problem
from evalkit.formula.problems import problem
from evalkit.formula.tree import Span

if TYPE_CHECKING:
    from sqlglot import Token

MOST_CHARACTERS = 2_000
MOST_NESTED = 12
_CURLY = "‘’‚‛"

_SIGNS = frozenset({"(", ")", ",", "+", "-", "*", "/", "=", "<>", "!=", "<", "<=", ">", ">="})

_SIGN_REPAIRS: Mapping[str, str] = {
    ";": "Une formule est une seule expression : retirez le point-virgule.",
    ".": "Écrivez le nom de la colonne seul, sans table ; un nombre décimal s’écrit 0.5.",
    "==": "Écrivez « = ».",
    "&&": "Écrivez AND.",
    "||": "Écrivez OR entre deux conditions ; les textes ne se collent pas.",
    "!": "Écrivez NOT.",
    "::": "Une formule ne convertit pas : déclarez le type de la colonne dans le flux.",
    "%": "Le reste d’une division n’existe pas ; une part s’écrit a / b.",
    "[": "Écrivez une liste entre parenthèses : theme IN ('emploi', 'sante').",
    "`": "Écrivez le nom de la colonne tel quel.",
}

_QUERY = "Écrivez seulement la condition ou la valeur, sans requête."
_CONVERT = "Une formule ne convertit pas : déclarez le type de la colonne dans le flux."
_CLOCK = "Écrivez la date (DATE '2026-03-31') : un résultat ne dépend pas du jour où il est calculé."

_WORD_REPAIRS: Mapping[str, str] = {
    **dict.fromkeys(("SELECT", "FROM", "WHERE", "JOIN", "UNION", "HAVING", "EXISTS", "WITH", "QUALIFY"), _QUERY),
    **dict.fromkeys(("INSERT", "UPDATE", "DELETE", "DROP", "CREATE", "ALTER"), _QUERY),
    **dict.fromkeys(("CAST", "TRY_CAST", "CONVERT"), _CONVERT),
    "OVER": "Une formule se lit ligne par ligne : elle ne voit pas les autres lignes.",
    "DISTINCT": "Comparez avec = ou <>, et testez l’absence avec IS NULL.",
    "ANY": "Écrivez une liste : theme IN ('emploi', 'sante').",
    "AS": "Une formule ne nomme pas ce qu’elle calcule.",
    "ESCAPE": "Seuls % et _ sont spéciaux dans LIKE, et rien ne les rend ordinaires.",
    "ILIKE": "Écrivez LOWER(colonne) LIKE 'motif%'.",
    "INTERVAL": "Écrivez ADD_MONTHS(date, 3) ou DAYS_BETWEEN(début, fin).",
    "ISNULL": "Écrivez IS NULL.",
    "NOTNULL": "Écrivez IS NOT NULL.",
    "DIV": "La division s’écrit « / » ; ROUND arrondit.",
    "XOR": "Écrivez « a <> b ».",
    "IF": "Écrivez CASE WHEN condition THEN valeur ELSE autre END.",
    **dict.fromkeys(("CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP"), _CLOCK),
    "ET": "Écrivez AND.",
    "OU": "Écrivez OR.",
    "VRAI": "Écrivez TRUE.",
    "FAUX": "Écrivez FALSE.",
}


def screened_tokens(text: str, place: Place) -> tuple[Token, ...]:
    """Return the words and signs of a formula.

    Raises:
        FormulaError: the formula is empty (``EVK-F001``), cannot be cut into words (``EVK-F002``), holds what the
            language leaves out (``EVK-F003``, every one of them), or is too long (``EVK-F008``).
    """
    if not text.strip():
        repair = "Écrivez une condition ou une valeur, ou retirez la clé."
        raise FormulaError(Problem("EVK-F001", "La formule est vide.", place, repair=repair))
    if len(text) > MOST_CHARACTERS:
        message = f"La formule dépasse {MOST_CHARACTERS} caractères."
        raise FormulaError(Problem("EVK-F008", message, place, repair="Calculez une colonne en amont."))
    tokens = _tokens(text, place)
    if refused := list(_refused(text, place, tokens)):
        raise FormulaError(refused)
    _refuse_deep(text, place, tokens)
    return tokens


def span_of(token: Token) -> Span:
    """Return where a token is written."""
    return Span(token.start, token.end + 1)


def sign_of(token: Token) -> str:
    """Return the sign or the word that a token is, or nothing for a text between apostrophes."""
    return "" if token.token_type.name == "STRING" else token.text


def _tokens(text: str, place: Place) -> tuple[Token, ...]:
    from sqlglot import tokenize  # noqa: PLC0415  (takes about 80 ms, and is needed only to read a formula)
    from sqlglot.errors import SqlglotError  # noqa: PLC0415

    try:
        return tuple(tokenize(text))
    except SqlglotError:
        repair = "Un texte s’écrit 'emploi' ; une apostrophe à l’intérieur est doublée : 'l''emploi'."
        where = (text, place, Span(0, len(text)))
        raise FormulaError(problem("EVK-F002", "Une apostrophe n’est pas refermée.", where, repair)) from None


def _refused(text: str, place: Place, tokens: tuple[Token, ...]) -> Iterator[Problem]:
    end, before = 0, ""
    for token in tokens:
        yield from _refused_gap(text, place, Span(end, token.start))
        if (before, sign_of(token)) in {(",", ")"), ("(", ",")}:
            yield problem("EVK-F003", "Une valeur manque près de la virgule.", (text, place, span_of(token)))
        end, before = token.end + 1, sign_of(token)
        yield from _refused_token(token, (text, place, span_of(token)))
    yield from _refused_gap(text, place, Span(end, len(text)))


def _refused_gap(text: str, place: Place, gap: Span) -> Iterator[Problem]:
    """Refuse what stands between two tokens, unless it is blank: the tokenizer drops comments."""
    if skipped := text[gap.start : gap.end].strip():
        start = text.index(skipped, gap.start)
        where = (text, place, Span(start, start + len(skipped)))
        repair = "Expliquez la formule dans le YAML, après « # » ; « - -1 » s’écrit avec une espace."
        yield problem("EVK-F003", "Une formule ne porte pas de commentaire.", where, repair)


def _refused_token(token: Token, where: tuple[str, Place, Span]) -> Iterator[Problem]:
    from sqlglot import TokenType  # noqa: PLC0415

    if token.token_type in {TokenType.STRING, TokenType.NUMBER}:
        return
    written = token.text
    if token.token_type is TokenType.IDENTIFIER:
        repair = f"Un texte s’écrit entre apostrophes : '{written}' ; un nom de colonne s’écrit sans guillemets."
        yield problem("EVK-F003", "Les guillemets n’ont pas de sens dans une formule.", where, repair)
    elif any(mark in written for mark in _CURLY):
        repair = "Écrivez l’apostrophe droite du clavier (') autour des textes."
        yield problem("EVK-F003", "L’apostrophe typographique ne délimite pas un texte.", where, repair)
    elif written.upper() in _WORD_REPAIRS:
        message = "Ce mot n’est pas dans le langage des formules."
        yield problem("EVK-F003", message, where, _WORD_REPAIRS[written.upper()])
    elif written not in _SIGNS and not all(word.isidentifier() for word in written.split()):
        repair = _SIGN_REPAIRS.get(written, "Retirez-le.")
        yield problem("EVK-F003", "Ce signe n’est pas dans le langage des formules.", where, repair)


def _refuse_deep(text: str, place: Place, tokens: tuple[Token, ...]) -> None:
    """Bound nesting: what a parser or a compiler does for each level is repeated at each level."""
    depth = 0
    for token in tokens:
        opens = sign_of(token) == "(" or token.token_type.name == "CASE"
        closes = sign_of(token) == ")" or token.token_type.name == "END"
        depth += opens - closes
        if depth > MOST_NESTED:
            message = f"La formule emboîte plus de {MOST_NESTED} parenthèses ou CASE."
            where = (text, place, span_of(token))
            raise FormulaError(problem("EVK-F008", message, where, "Écrivez-la en plusieurs colonnes."))
