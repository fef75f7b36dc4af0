"""Problems are one French line each, sorted by place, and travel between processes."""

import pickle

from evalkit.errors import DeclarationError, EvalkitError, Place, Problem


def test_a_problem_is_one_french_line_with_its_no_break_spaces():
    problem = Problem(
        "EVK-D010", "Champ inconnu.", Place("a.yml", 3, 5), "objectiv", "Vouliez-vous dire « objective » ?"
    )
    expected = (
        "EVK-D010 [a.yml:3:5] Champ inconnu. Reçu\N{NO-BREAK SPACE}: «\N{NO-BREAK SPACE}objectiv\N{NO-BREAK SPACE}». "
        "Vouliez-vous dire «\N{NO-BREAK SPACE}objective\N{NO-BREAK SPACE}»\N{NARROW NO-BREAK SPACE}?"
    )
    assert str(problem) == expected


def test_problems_are_sorted_by_place_whatever_the_order_of_checks():
    first, second = Problem("EVK-D002", "Deux.", Place("a.yml", 2)), Problem("EVK-D001", "Dix.", Place("a.yml", 10))
    assert DeclarationError([second, first]).problems == (first, second)


def test_an_error_travels_between_processes_with_its_problems():
    error = DeclarationError(Problem("EVK-D001", "Illisible.", Place("a.yml")))
    back = pickle.loads(pickle.dumps(error))
    assert isinstance(back, DeclarationError)
    assert isinstance(back, EvalkitError)
    assert back.problems == error.problems
