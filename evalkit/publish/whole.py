"""Everything that is shown together, and everything that readers have already, as one plan."""

from __future__ import annotations

from dataclasses import replace

from evalkit.publish.book import Book
from evalkit.publish.compared import comparison_plan
from evalkit.publish.confidential import Confidential
from evalkit.publish.elsewhere import earlier_edition, public_figures
from evalkit.publish.followed import cohort_plan
from evalkit.publish.followed_curves import curve_plan
from evalkit.publish.margins import Formulas, observation_plan
from evalkit.publish.meanings import meanings
from evalkit.publish.observed import observed_rows
from evalkit.publish.policy import Policy
from evalkit.publish.recoding import recoding_links
from evalkit.publish.returned import returned_plan
from evalkit.publish.secrecy import Plan, join
from evalkit.publish.through_time import path_plan


def whole_plan(confidential: Confidential, policy: Policy) -> Plan:
    """Return what secrecy must be decided on in everything that is shown together.

    Args:
        confidential: every result, with the earlier editions and the public tables that readers have.
        policy: thresholds by feed, and exceptions.
    """
    declared, book = confidential.declarations, Book()
    indicators = {indicator.id: indicator for indicator in declared.indicators}
    comparisons = {comparison.id: comparison for comparison in declared.comparisons}
    observed = list(observed_rows(confidential.observations, indicators, policy))
    for each in observed:
        each.names(book)
    curves = [
        comparison_plan(result, comparisons.get(result.comparison), policy, declared.territory, book)
        for result in confidential.estimates
    ]
    cohorts = [cohort_plan(result, policy, book) for result in confidential.cohorts]
    cohorts += [curve_plan(result, policy, book) for result in confidential.cohorts]
    cohorts += [returned_plan(result, policy, book) for result in confidential.cohorts]
    cohorts += [path_plan(result, policy, book) for result in confidential.cohorts]
    elsewhere = [
        *(earlier_edition(edition, book) for edition in confidential.earlier),
        *public_figures(confidential.public, indicators, book),
    ]
    written = [*declared.indicators, *(each for known in confidential.earlier for each in known.declared.indicators)]
    formulas = Formulas(meanings(written, confidential.feeds), confidential.feeds)
    plan = join([observation_plan(observed, elsewhere, declared.territory, book, formulas), *curves, *cohorts])
    recodings = [*confidential.decisions.recodings, *(each for place in elsewhere for each in place.recodings)]
    keys = {key for cell in plan.cells for key in cell.shows} | {key for place in elsewhere for key in place.shape}
    return replace(
        plan,
        links=tuple(dict.fromkeys((*plan.links, *book.near, *recoding_links(keys, recodings)))),
        values=book.values,
        public=frozenset().union(*(place.known for place in elsewhere)),
    )
