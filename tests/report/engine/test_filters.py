"""The Lua filters: numbers, references, callouts, tables, and the problems that they find."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from evalkit.errors import ReportError
from evalkit.report.engine.formats import write_pdf
from tests.report.engine.conftest import manuscript_of

NUMBERED = "title: Essai\nnumber-sections: true"
TABLE = "| Zone | Valeur |\n|:---|---:|\n| A | 1 |\n\n: Valeurs. {#tbl-valeurs}\n"
Converter = Callable[..., str]


def words(html: str) -> str:
    """Return the text of a page, its spaces made ordinary."""
    body = html[html.index("<main") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body))


def test_sections_are_numbered_and_referred_to(to_html: Converter) -> None:
    html = to_html(
        "# Un {#sec-un}\n\n## Deux {#sec-deux}\n\n# Hors {.unnumbered}\n\nVoir @sec-deux, @Sec-un.\n", NUMBERED
    )
    assert "Voir section 1.1, Section 1." in words(html)
    assert html.count("<h1") == 1  # the title of the document, so that its sections begin at the second level
    assert '<h2 id="sec-un">' in html
    assert '<h3 id="sec-deux">' in html


def test_a_section_without_number_is_referred_to_by_its_title(to_html: Converter) -> None:
    assert "Voir « Méthode »." in words(to_html("# Méthode {#sec-methode}\n\nVoir @sec-methode.\n"))


def test_tables_are_numbered_captioned_above_and_scoped(to_html: Converter) -> None:
    html = to_html(f"Le @tbl-valeurs, [@tbl-valeurs], n^o^ [-@tbl-valeurs].\n\n{TABLE}")
    assert "Le Tableau 1, Tableau 1, no 1." in words(html)
    assert "Tableau 1 – Valeurs." in words(html)
    assert 'scope="col"' in html
    assert 'role="group" tabindex="0" aria-label="Tableau' in html


def test_references_are_joined_in_french(to_html: Converter) -> None:
    other = TABLE.replace("tbl-valeurs", "tbl-autre")
    assert "Tableau 1 et Tableau 2" in words(to_html(f"[@tbl-valeurs; @tbl-autre]\n\n{TABLE}\n\n{other}"))


def test_equations_are_numbered(to_html: Converter) -> None:
    html = to_html("$$\na = b\n$$ {#eq-egal}\n\nL’@eq-egal.\n")
    assert "L’équation 1." in words(html)
    assert '<math display="block"' in html
    assert 'id="eq-egal"' in html


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("note", "Note"),
        ("tip", "Conseil"),
        ("important", "Important"),
        ("warning", "Avertissement"),
        ("caution", "Mise en garde"),
    ],
)
def test_a_callout_says_its_kind_in_a_word(kind: str, label: str, to_html: Converter) -> None:
    html = to_html(
        f"::: {{.callout-{kind}}}\nTexte.\n:::\n\n::: {{.callout-{kind}}}\n## Titre\nTexte.\n:::\n", NUMBERED
    )
    assert words(html).count(label) == 2
    assert f"{label} – Titre" in words(html)
    assert "1 Titre" not in words(html)  # the title of a callout is no section


def test_straight_quotes_become_french_ones(to_html: Converter) -> None:
    assert "«\N{NO-BREAK SPACE}cité\N{NO-BREAK SPACE}»" in to_html('Un mot "cité".\n')


def test_footnotes_and_page_breaks(to_html: Converter) -> None:
    html = to_html("Un[^a].\n\n{{< pagebreak >}}\n\nDeux.\n\n[^a]: La note.\n")
    assert 'role="doc-noteref"' in html
    assert "La note." in words(html)
    assert '<div class="page-break">' in html


@pytest.mark.parametrize(
    ("body", "code", "line", "received"),
    [
        ("A.\n\nVoir @fig-absente.\n", "EVK-Q107", 6, "@fig-absente"),
        ("Selon @dupont2020.\n", "EVK-Q103", 4, "@dupont2020"),
        ("# Un\n\n### Trois\n", "EVK-Q115", 6, "Trois"),
        (f"{TABLE}\n\n{TABLE}", "EVK-Q107", 8, "tbl-valeurs"),
        ("Un \\emph{mot}.\n", "EVK-Q103", 4, "\\emph{mot}"),
        ("![Une carte](absente.png)\n", "EVK-Q101", 4, "absente.png"),
    ],
)
def test_problems_have_their_line(body: str, code: str, line: int, received: str, to_html: Converter) -> None:
    with pytest.raises(ReportError) as caught:
        to_html(body)
    problem = caught.value.problems[0]
    assert (problem.code, problem.place.line, problem.received) == (code, line, received)


def typst_source(body: str, folder: Path) -> str:
    manuscript = manuscript_of(body, folder)
    write_pdf(manuscript, folder / "essai.pdf")
    return (manuscript.folder / "report.typ").read_text(encoding="utf-8")


def test_a_narrow_table_keeps_its_natural_width_and_size(tmp_path: Path) -> None:
    source = typst_source(TABLE, tmp_path)
    assert "#evk-table(9.5pt, false, true, true)" in source
    assert "columns: 2," in source


@pytest.mark.parametrize(
    ("rows", "cell", "short"), [(10, "mot " * 40, True), (11, "mot " * 40, False), (24, "1", True), (25, "1", False)]
)
def test_a_short_table_stays_on_one_page(rows: int, cell: str, short: bool, tmp_path: Path) -> None:
    source = typst_source("| A | B |\n|---|--:|\n" + f"| {cell} | 2 |\n" * rows, tmp_path)
    assert f"pt, false, {str(short).lower()}, true)[" in source


@pytest.mark.parametrize(("words", "whole"), [(100, "true"), (400, "false")])
def test_only_a_row_that_could_fill_a_page_breaks_inside(words: int, whole: str, tmp_path: Path) -> None:
    source = typst_source(f"| A | B |\n|---|--:|\n| {'mot ' * words} | 2 |\n", tmp_path)
    assert re.search(rf"#evk-table\([\d.]+pt, \w+, \w+, {whole}\)", source)


def test_width_goes_where_it_spares_lines(tmp_path: Path) -> None:
    label, rare = "Participations aux actions du cadre de vie", "non comparable, les fenêtres se recouvrent, hélas"
    rows = "".join(f"| {label} {rank} | 2026 | +{rank} |\n" for rank in range(20))
    source = typst_source(
        f"| Indicateur | Période | Évolution |\n|---|---|---|\n{rows}| {label} | 2026 | {rare} |\n", tmp_path
    )
    widths = re.search(r"columns: \(([\d.]+)%, ([\d.]+)%, ([\d.]+)%\)", source)
    assert widths is not None
    first, second, third = (float(width) for width in widths.groups())
    assert first > third > second  # twenty labels on one line, rather than the one long remark


def test_a_line_that_announces_a_list_stays_with_it(tmp_path: Path) -> None:
    source = typst_source("*Va dans ce sens :*\n\n- un\n- deux\n\nSans suite :\n\nUn paragraphe.\n", tmp_path)
    body = source[source.rindex("#show: report.with") :]
    assert body.count("sticky: true") == 1
    assert body.index("sticky: true") < body.index("Va dans ce sens") < body.index("- un")


def test_a_heading_across_the_columns_does_not_widen_the_last_one(tmp_path: Path) -> None:
    grid = """\
+-------+------+------+
| Série | 2025 | 2026 |
+:======+=====:+=====:+
| Une longue mention  |
+-------+------+------+
| Fabl. | 12   | 13   |
+-------+------+------+
"""
    source = typst_source(grid, tmp_path)
    assert "table.header(level: 2, table.cell(colspan: 3)[Une longue mention])," in source
    widths = re.search(r"columns: \(([\d.]+)%, ([\d.]+)%, ([\d.]+)%\)", source)
    assert widths is not None
    assert widths[2] == widths[3]
    assert float(widths[1]) > float(widths[2])


def test_a_long_heading_of_a_group_is_a_header_too(tmp_path: Path) -> None:
    heading = (
        "Prévenir la délinquance des jeunes et sensibiliser à la sécurité numérique dans les quartiers, pour de bon"
    )
    rule = f"+{'-' * 62}+{'-' * 62}+\n"
    grid = f"{rule}| {'Série':<60} | {'2025':<60} |\n+:{'=' * 61}+{'=' * 61}:+\n"
    grid += f"| *{heading}*{' ' * (121 - len(heading))} |\n{rule}| {'Fabl.':<60} | {'12':<60} |\n{rule}"
    source = typst_source(grid, tmp_path)
    assert f"table.header(level: 2, table.cell(colspan: 2)[#emph[{heading}]])," in source


def test_a_wide_table_is_set_smaller_on_shared_widths(tmp_path: Path) -> None:
    header = (
        "| Indicateur suivi | Nature | Source | Périmètre | Référence | Valeur 2025 | Valeur 2026 | Écart | Lecture |"
    )
    cells = (
        "| Sorties vers l’emploi durable | Résultat | Cité de l’emploi | QPV 2024 | 33 | 36 | 38 | 1 | Cible dépassée |"
    )
    source = typst_source(f"{header}\n|{'---|' * 9}\n{cells}\n", tmp_path)
    table = re.search(r"#evk-table\(([\d.]+)pt, \w+, \w+, \w+\)\[\n.*?columns: \((.*?)\)", source, re.DOTALL)
    assert table is not None
    size = float(table[1])
    widths = [float(width) for width in re.findall(r"([\d.]+)%", table[2])]
    assert 7 <= size < 9.5
    assert len(widths) == 9
    assert sum(widths) == pytest.approx(100, abs=0.1)  # the whole line and no more: nothing overflows
    assert widths[0] == max(widths)


def test_pdf_keeps_alternative_texts_and_formulas(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>'
    (tmp_path / "work" / "carte.svg").write_text(svg, encoding="utf-8")
    source = typst_source('![Une carte](carte.svg){fig-alt="La \\"carte\\" des zones"}\n\nSoit $x^2$.\n', tmp_path)
    assert r'alt: "La \"carte\" des zones"' in source
    assert '#math.equation(block: false, alt: "x^2", $x^2$.body)' in source


def test_pdf_is_tagged_and_archivable(tmp_path: Path) -> None:
    typst_source(TABLE, tmp_path)
    content = (tmp_path / "essai.pdf").read_bytes()
    assert b"/MarkInfo" in content
    assert b"pdfuaid:part" in content
    assert b"pdfaid:conformance" in content
