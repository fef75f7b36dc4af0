"""A small territory with what a real one has: QPV kept, moved, entering and leaving, a sector, pockets, schools."""

from __future__ import annotations

from evalkit.declare.contract import AttachmentTable, TerritoryFile, Zone
from evalkit.territory.zones import Territory

FILE = {
    "reference": "unite-urbaine",
    "zones": [
        {
            "id": "garde",
            "label": "Gardé",
            "kind": "qpv",
            "perimeters": [{"vintage": 2015, "code": "QP071001"}, {"vintage": 2024, "code": "QN07101I"}],
            "within": ["ville"],
        },
        {
            "id": "bouge",
            "label": "Bougé",
            "kind": "qpv",
            "perimeters": [
                {"vintage": 2015, "code": "QP071002"},
                {"vintage": 2024, "code": "QN07102M", "change": "moved"},
            ],
            "within": ["ville"],
        },
        {
            "id": "entre",
            "label": "Entré",
            "kind": "qpv",
            "perimeters": [{"vintage": 2024, "code": "QN07103N", "change": "new"}],
            "within": ["voisine"],
        },
        {
            "id": "sort",
            "label": "Sorti",
            "kind": "sortant",
            "perimeters": [{"vintage": 2015, "code": "QP071003", "change": "left"}],
            "within": ["ville"],
            "control": True,
        },
        {"id": "secteur-nord", "label": "Secteur nord", "kind": "secteur", "within": ["bouge"]},
        {"id": "poche", "label": "Poche", "kind": "poche_pauvrete", "within": ["voisine"], "control": True},
        {"id": "veille", "label": "Veille", "kind": "vigilance", "within": ["ville"], "control": True},
        {"id": "ville", "label": "Ville", "kind": "commune", "code": "71076", "within": ["agglo", "unite-urbaine"]},
        {"id": "voisine", "label": "Voisine", "kind": "commune", "code": "71105", "within": ["agglo"], "control": True},
        {"id": "agglo", "label": "Agglo", "kind": "epci", "code": "247100589"},
        {"id": "unite-urbaine", "label": "Unité urbaine", "kind": "unite_urbaine"},
    ],
    "attachments": [
        {
            "id": "colleges-2023",
            "label": "Collèges, 2023",
            "kind": "etablissement",
            "field": "etablissement",
            "basis": "secteur",
            "from": "2023-09-01",
            "until": "2024-08-31",
            "source": "carte scolaire",
            "places": [{"code": "0710001A", "label": "Collège Ancien", "zone": "sort"}],
        },
        {
            "id": "colleges-2024",
            "label": "Collèges, 2024",
            "kind": "etablissement",
            "field": "etablissement",
            "basis": "secteur",
            "from": "2024-09-01",
            "source": "carte scolaire",
            "places": [
                {"code": "0710001A", "label": "Collège des Deux", "zone": "garde", "share": "0.6"},
                {"code": "0710001A", "label": "Collège des Deux", "zone": "bouge", "share": "0.3"},
                {"code": "0710002b", "label": "Collège du Nord", "zone": "secteur-nord"},
            ],
        },
        {
            "id": "residences",
            "label": "Résidences de l’OPAC",
            "kind": "patrimoine",
            "field": "residence",
            "basis": "localisation",
            "from": "2020-01-01",
            "source": "bailleur",
            "places": [{"code": "R-12", "label": "Les Tilleuls", "zone": "garde"}],
        },
    ],
}


def territory(**changed: dict[str, object]) -> Territory:
    """Return the territory, some zones changed."""
    file = TerritoryFile.model_validate(FILE)
    zones = {zone.id: zone for zone in file.zones}
    for zone_id, fields in changed.items():
        zones[zone_id] = Zone.model_validate({**zones[zone_id].model_dump(by_alias=True), **fields})
    return Territory(dict(sorted(zones.items())), file.reference, file.attachments)


def tables() -> tuple[AttachmentTable, ...]:
    """Return the tables of attachments."""
    return TerritoryFile.model_validate(FILE).attachments
