"""The contours of the demonstration: one for each zone that a map shows, read as any workspace's are."""

from evalkit.declare.contract import ZoneKind
from evalkit.demo.contours import SOURCE
from evalkit.demo.declarations import CONTRACT
from evalkit.workspace.crosscheck import open_workspace


def test_every_quarter_and_every_control_unit_has_a_made_up_contour(demonstration):
    declared = open_workspace(demonstration.root).contract(CONTRACT)
    territory = declared.territory
    around = {*territory.of_kind(ZoneKind.EPCI), *(territory.containing(territory.qpv[0]) & {"chalon-sur-saone"})}
    assert set(declared.contours.by_zone) == {*territory.qpv, *territory.controls, *around}
    assert declared.contours.source == SOURCE
    # Nothing of the public file of the real contours is in it.
    assert all(each.vintage is None for each in declared.contours.by_zone.values())
