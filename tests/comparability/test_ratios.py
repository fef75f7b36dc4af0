"""The ratio of QPV to their intercommunality: every absence has its cause, and the real figures are cross-checked."""

from __future__ import annotations

import gzip
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from evalkit.comparability.open_base import OpenBase, read_open_base
from evalkit.comparability.ratios import Missing, RatioDistribution, RatioQuestion, places_of, ratio_distribution
from evalkit.declare.feed import Feed
from evalkit.errors import ComputationError, DeliveryError
from evalkit.workspace.crosscheck import open_workspace

ROOT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("EVALKIT_REAL_DATA", ROOT.parent / "shared" / "data"))
MEDIAN = "revenu_disponible_median"
needs_real_data = pytest.mark.skipif(not REAL.is_dir(), reason="real-data: the folder of EVALKIT_REAL_DATA is absent")


@cache
def feeds() -> Mapping[str, Feed]:
    return open_workspace(ROOT).feeds


def written(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig")
    return path


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> tuple[OpenBase, OpenBase, OpenBase]:
    """Write a base of QPV, its reference and a table of communes as Insee does, and read them."""
    tmp_path = tmp_path_factory.mktemp("bases")
    qpv = written(
        tmp_path,
        "revn_2019.csv",
        "CODGEO;LIBGEO;DECUC_Q2;DISP_Q2;NOTE_FILO",
        "Ensemble;Ensemble des QPV;9 768;13 101;",
        "QP001001;Un;9 000;12 000;0",
        "QP001002;Deux;9 000;15 000;1",
        "QP001003;Trois;;;2",
        "QP001004;Quatre;9 000;13 000;0",
        "QP001005;Cinq;9 000;13 000;0",
        "QP001006;Six;9 000;13 000;0",
        "QP001007;Sept;9 000;13 000;0",
        "QP001099;Hors liste;9 000;13 000;0",
    )
    reference = written(
        tmp_path,
        "filosofi_2015.csv",
        "CODGEO;LIBGEO;Q115;Q215;Q315;PPSOC15;PIMPOT15",
        "200000001;A;15 000,0;20 000,0;30 000,0;5,0;-15,0",
        "200000002;B;15 000,0;;30 000,0;5,0;-15,0",
    )
    communes = written(
        tmp_path,
        "communes_2020.csv",
        "CODGEO;LIBGEO;EPCI;LIBEPCI;DEP;REG",
        "01001;Alpha;200000001;A;01;84",
        "01002;Bêta;200000002;B;01;84",
        "01003;Gamma;200000003;C;01;84",
    )
    return (
        read_open_base(feeds()["insee-qpv-revenus"], "2019", qpv),
        read_open_base(feeds()["insee-filosofi-disponible"], "2015", reference),
        read_open_base(feeds()["insee-communes-epci"], "2020", communes),
    )


EXPECTED = pl.DataFrame(
    {
        "qpv": [*(f"QP00100{rank}" for rank in range(1, 9)), "QP976001"],
        "communes": ["01001", "01001", "01001", "01002", "01003", "01009", "01001, 01003", "01001", "97601"],
    }
)


def question(bases: tuple[OpenBase, OpenBase, OpenBase], **changed: object) -> RatioQuestion:
    base, reference, communes = bases
    fields = {"column": MEDIAN, "places": places_of(EXPECTED, communes), "membership_year": "2020", **changed}
    return RatioQuestion(base, reference, **fields)


def test_every_absence_has_its_cause(bases):
    found = ratio_distribution(question(bases))
    assert dict(found.rows.select("qpv", "cause").rows()) == {
        "QP001001": None,
        "QP001002": None,
        "QP001003": Missing.SECRET,
        "QP001004": Missing.NO_REFERENCE_VALUE,
        "QP001005": Missing.NO_REFERENCE,
        "QP001006": Missing.NO_COMMUNE,
        "QP001007": Missing.STRADDLING,
        "QP001008": Missing.NOT_IN_BASE,
        "QP976001": Missing.OUT_OF_FIELD,
    }
    assert (found.expected, found.found, found.missing) == (9, 2, 7)
    assert sum(number for _, number in found.causes) == found.missing
    assert found.rows["ratio"].drop_nulls().to_list() == [0.6, 0.75]
    assert dict(found.quantiles)["médiane"] == pytest.approx(0.675)


def test_what_must_be_read_beside_it_is_said(bases):
    found = ratio_distribution(question(bases))
    assert "(données 2015)" in found.title
    assert "« Base Insee “revenus” des QPV »".replace("« ", "«\u00a0").replace(" »", "\u00a0»") in found.title
    assert any("celle de 2020" in each for each in found.warnings)
    assert any(each.startswith("1 valeur de quartier porte") for each in found.warnings)
    assert any(each.startswith("1 quartier de la base") for each in found.warnings)


def test_the_distribution_reads_as_french(bases):
    said = ratio_distribution(question(bases)).sentences
    assert said[1] == "9 quartiers attendus, 2 trouvés, 7 sans rapport."
    assert "  1\u00a0: à cheval sur plusieurs intercommunalités." in said
    assert any(line.startswith("Rapport médian 0,68\u202f; la moitié") for line in said)


def test_order_of_rows_does_not_change_the_answer(bases):
    base, reference, communes = bases
    straight = ratio_distribution(question(bases))
    turned = RatioQuestion(
        OpenBase(base.feed, base.vintage, base.rows.reverse()),
        OpenBase(reference.feed, reference.vintage, reference.rows.reverse()),
        MEDIAN,
        places_of(EXPECTED.reverse(), communes),
        "2020",
    )
    assert ratio_distribution(turned).rows.equals(straight.rows)
    assert ratio_distribution(turned).causes == straight.causes


def test_the_label_year_trap_is_refused_unless_declared(bases):
    base, reference, communes = bases
    trap = question((base, OpenBase(reference.feed, "2019", reference.rows), communes))
    with pytest.raises(ComputationError, match=r"porte les données de 2015.*celles de 2019") as error:
        ratio_distribution(trap)
    assert error.value.problems[0].code == "EVK-C207"
    declared = question((base, trap.reference, communes), because="essai de lecture")
    assert any("Comparaison déclarée admise" in each for each in ratio_distribution(declared).warnings)


@pytest.mark.parametrize("because", [None, "essai de lecture"])
def test_declared_income_is_not_divided_by_disposable_income_even_when_somebody_declares_it(bases, because):
    with pytest.raises(ComputationError, match="Deux notions"):
        ratio_distribution(question(bases, column="revenu_declare_median", reference_column=MEDIAN, because=because))


def test_a_field_or_a_file_that_is_not_there_is_told_in_french(bases, tmp_path):
    with pytest.raises(DeliveryError, match="n’a pas ce champ"):
        ratio_distribution(question(bases, column="revenu_disponible_mode"))
    with pytest.raises(DeliveryError, match="introuvable"):
        read_open_base(feeds()["insee-qpv-revenus"], "2019", tmp_path / "absent.csv")


def test_only_the_fields_wanted_may_be_read(tmp_path):
    path = written(tmp_path, "revn.csv", "CODGEO;LIBGEO;DECUC_Q2;DISP_Q2;NOTE_FILO", "QP02A001;A;1 000;2 000;0")
    base = read_open_base(feeds()["insee-qpv-revenus"], "2019", path, [MEDIAN])
    assert base.rows.columns == ["code", MEDIAN, f"{MEDIAN}__cause"]
    assert base.rows["code"].to_list() == ["QP02A001"]


@cache
def real_distribution() -> RatioDistribution:
    """Base « revenus » 2019 (incomes of 2015) over Filosofi 2015, all the QPV of the list of 2015."""
    base = read_open_base(
        feeds()["insee-qpv-revenus"], "2019", REAL / "insee_revn_qp15_2019.csv.gz", [MEDIAN, "note_filosofi"]
    )
    reference = read_open_base(
        feeds()["insee-filosofi-disponible"], "2015", REAL / "insee_filosofi_epci_2015_disp.csv.gz", [MEDIAN]
    )
    communes = read_open_base(feeds()["insee-communes-epci"], "2020", REAL / "communes_qpv_epci_2020.csv", ["epci"])
    expected = pl.read_csv(REAL / "qpv15_communes.csv", infer_schema=False)
    places = places_of(expected.select(qpv="code", communes="insee_com"), communes)
    return ratio_distribution(RatioQuestion(base, reference, MEDIAN, places, "2020"))


def plain_table(name: str, separator: str = ";") -> pl.DataFrame:
    content = (REAL / name).read_bytes()
    text = gzip.decompress(content) if name.endswith(".gz") else content
    return pl.read_csv(text, separator=separator, infer_schema=False, truncate_ragged_lines=True)


def plain_number(column: str) -> pl.Expr:
    return pl.col(column).str.replace_all("[\u202f\u00a0 ]", "").str.replace(",", ".").cast(pl.Float64, strict=False)


@needs_real_data
def test_the_real_distribution_is_that_of_a_plain_computation():
    """The same ratio by hand: four files, three joins, no part of the package."""
    expected = plain_table("qpv15_communes.csv", ",")
    epci = plain_table("communes_qpv_epci_2020.csv").select("CODGEO", "EPCI")
    values = plain_table("insee_revn_qp15_2019.csv.gz").select("CODGEO", value=plain_number("DISP_Q2"))
    medians = plain_table("insee_filosofi_epci_2015_disp.csv.gz").select(EPCI="CODGEO", reference=plain_number("Q215"))
    by_hand = (
        expected.join(epci, left_on="insee_com", right_on="CODGEO", how="left")
        .join(values, left_on="code", right_on="CODGEO", how="left")
        .join(medians, on="EPCI", how="left")
        .with_columns(ratio=pl.col("value") / pl.col("reference"))
        .sort("code")
    )
    found = real_distribution()
    assert found.rows["qpv"].to_list() == by_hand["code"].to_list()
    assert found.rows["ratio"].to_list() == by_hand["ratio"].to_list()
    assert (found.expected, found.found) == (by_hand.height, by_hand["ratio"].drop_nulls().len())
    assert dict(found.quantiles)["médiane"] == by_hand["ratio"].median()


@needs_real_data
def test_the_real_distribution_says_what_is_missing():
    """Figures of the files at hand (README of the data): 1,436 QPV of 2015 with the overseas departments.

    Mayotte (36), Guyane (32) and Guadeloupe (16) are outside Filosofi; 272 QPV are in an intercommunality of 2020 that
    did not exist in the geography of the incomes of 2015.
    """
    found = real_distribution()
    assert (found.expected, found.found) == (1436, 1080)
    assert found.sentences[1] == "1\u202f436 quartiers attendus, 1\u202f080 trouvés, 356 sans rapport."
    assert found.causes == ((Missing.NO_REFERENCE.value, 272), (Missing.OUT_OF_FIELD.value, 84))
    overseas = found.rows.filter(pl.col("cause") == Missing.OUT_OF_FIELD.value)["qpv"].str.slice(2, 3).value_counts()
    assert dict(overseas.rows()) == {"971": 16, "973": 32, "976": 36}
    assert {name: round(value, 3) for name, value in found.quantiles} == {
        "minimum": 0.356,
        "D1": 0.585,
        "Q1": 0.615,
        "médiane": 0.653,
        "Q3": 0.701,
        "D9": 0.758,
        "maximum": 0.932,
    }
    assert any("Métropole du Grand Paris" in each for each in found.warnings)
