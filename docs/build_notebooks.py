"""Execute the notebooks of ``docs/notebooks/`` and store them with their outputs: ``python docs/build_notebooks.py``.

One process runs them all, its namespace emptied in between. What is stored depends on the notebooks alone: no clock, no
path, counts of execution that begin at one.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from evalkit.report.engine.kernel import Kernel, Session, Task, run_tasks

NOTEBOOKS = Path(__file__).resolve().parent / "notebooks"
_HOME = "EVALKIT_CARNETS"
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def executed(home: Path) -> Iterator[tuple[Path, Any]]:
    """Give each notebook executed, in the order of their names.

    Args:
        home: the folder of the workspace that they share.

    Raises:
        ReportError: a cell fails.
    """
    with Kernel() as kernel:
        for path in sorted(NOTEBOOKS.glob("*.ipynb")):
            notebook: Any = nbformat.read(path, as_version=4)
            session = Session(path, NOTEBOOKS, {_HOME: str(home)}, figure_formats=("png",))
            run_tasks([Task("import sys; sys.path.insert(0, '.')", "La préparation", 1)], session, kernel)
            kernel.execute(notebook, session)
            yield path, _stored(notebook)


def text_of(notebook: Any) -> str:
    """Return the text of a notebook as it is stored."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _stored(notebook: Any) -> Any:
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    for count, cell in enumerate(code, start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
    for rank, cell in enumerate(notebook.cells, start=1):
        cell.metadata = {}
        cell.id = f"cellule-{rank:02d}"
    notebook.metadata = _METADATA
    return notebook


def main() -> None:
    """Write every notebook again."""
    with tempfile.TemporaryDirectory() as home:
        for path, notebook in executed(Path(home)):
            path.write_text(text_of(notebook), encoding="utf-8")


if __name__ == "__main__":
    main()
