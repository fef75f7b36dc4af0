"""Progress of a long job on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from evalkit.road import Step


class StepDisplay:
    """Shows each step as a line with its count and its time."""

    def __init__(self, progress: Progress) -> None:
        """Show on ``progress``."""
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, step: Step) -> None:
        """Show where a step is."""
        if step.name not in self._tasks:
            self._tasks[step.name] = self._progress.add_task(step.name, total=step.total, detail="")
        task = self._tasks[step.name]
        self._progress.update(task, completed=step.done, total=step.total, detail=step.detail)


@contextmanager
def step_display(console: Console) -> Iterator[StepDisplay]:
    """Give a display of steps that lasts as long as the work."""
    columns = (
        SpinnerColumn(finished_text="[green]✓[/green]"),
        TextColumn("{task.description:<14}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[detail]}[/dim]"),
    )
    with Progress(*columns, console=console) as progress:
        yield StepDisplay(progress)
