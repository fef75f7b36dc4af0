"""What is computed of a cohort beyond its rates, written before anything is seen."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from evalkit.declare.model import Column, Declaration, Duration, Label

Model = Literal["cox", "fine_gray"]


class Explain(Declaration):
    """The regressions of the outcome on what is measured at entry.

    Attributes:
        variables: the fields, ``zone`` among them when it is one.
        models: ``cox``, what changes the pace of the exit; ``fine_gray``, what changes the share that ends there.
    """

    variables: tuple[Column, ...] = Field(min_length=1)
    models: tuple[Model, ...] = ("cox", "fine_gray")


class Subgroups(Declaration):
    """Who benefits: the fields between whose words the gap may differ, primary ones apart from exploratory ones."""

    primary: tuple[Column, ...] = ()
    exploratory: tuple[Column, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Subgroups:
        twice = sorted(set(self.primary) & set(self.exploratory))
        if twice:
            raise ValueError(f"un critère est principal ou exploratoire, pas les deux : {', '.join(twice)}")
        return self


class History(Declaration):
    """The same persons before and after their entry.

    Attributes:
        state: the formula that says, of one row, whether the person is in the state that is followed.
        before: how long before the entry the state is read.
        after: how long after it.
    """

    state: Label
    before: Duration = "P6M"
    after: Duration = "P6M"

    @model_validator(mode="after")
    def _whole_months(self) -> History:
        if "D" in self.before + self.after:
            raise ValueError("un avant / après se lit en mois entiers : P6M, P1Y")
        return self


class Analysis(Declaration):
    """What is computed beyond rates; nothing is compared that is not declared here.

    Attributes:
        shared: the field of what persons share (agency, ``zone``), so that intervals know it.
        curves: the fields between whose words the times to an exit are compared.
        explain: the regressions.
        subgroups: who benefits.
        history: the same persons before and after.
        attrition: the fields at entry on which being lost may depend; those of ``against.balance`` when none is named.
    """

    shared: Column | None = None
    curves: tuple[Column, ...] = ()
    explain: Explain | None = None
    subgroups: Subgroups = Subgroups()
    history: History | None = None
    attrition: tuple[Column, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The fields read at entry, each once, in order; ``zone`` is always read."""
        named = (
            *((self.shared,) if self.shared else ()),
            *self.curves,
            *(self.explain.variables if self.explain else ()),
            *self.subgroups.primary,
            *self.subgroups.exploratory,
            *self.attrition,
        )
        return tuple(name for name in dict.fromkeys(named) if name != "zone")
