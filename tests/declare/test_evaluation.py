"""The sketch of the guide is a whole evaluation."""

from __future__ import annotations

import re
from pathlib import Path

from evalkit.declare.evaluation import Evaluation, Judgement, Progress
from evalkit.declare.load import load_file

GUIDE = Path(__file__).parents[2] / "docs" / "guide-evaluateur.md"


def test_the_sketch_of_the_guide_is_read(tmp_path: Path) -> None:
    sketch = next(block for block in re.findall(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL))
    path = tmp_path / "evaluation.yml"
    path.write_text(sketch, encoding="utf-8")
    loading = load_file(path, Evaluation)
    assert loading.problems == ()
    (evaluation,) = (each.value for each in loading.found)
    assert evaluation.answers[0].judgement is Judgement.PARTLY
    assert evaluation.recommendations[0].progress is Progress.ACCEPTED
    assert len(evaluation.voices) == len(evaluation.review) == 1


def test_a_recommendation_without_follow_up_stands_as_proposed(tmp_path: Path) -> None:
    path = tmp_path / "evaluation.yml"
    path.write_text(
        "report: final\ndate: 2030-01-01\nauthors: [Service]\nrecommendations: [{id: r, text: Faire, to: [caf]}]\n",
        encoding="utf-8",
    )
    (evaluation,) = (each.value for each in load_file(path, Evaluation).found)
    assert evaluation.recommendations[0].progress is Progress.PROPOSED
