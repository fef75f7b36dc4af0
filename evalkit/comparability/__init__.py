"""May two figures be compared? Verdicts with a stable code and a French sentence, before any difference is made.

:func:`evalkit.comparability.judge.judge_change` answers for two periods of a zone,
:func:`evalkit.comparability.judge.judge_gap` for two zones, :func:`evalkit.comparability.side.side_of` describes a
figure to them.
"""
