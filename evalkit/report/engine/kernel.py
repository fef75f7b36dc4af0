"""Run the cells of a document, once for all formats, in a kernel of the current interpreter."""

from __future__ import annotations

import atexit
import inspect
import os
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.errors import ReportError
from evalkit.report.engine import kernel_setup
from evalkit.report.engine.problems import CELL_FAILED, failure

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_LINE_IN_CELL = re.compile(r"(?:Cell In\[\d+\], line |^\s*File <ipython-input[^>]*>:)(\d+)", re.MULTILINE)
_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of Python to run.

    Attributes:
        code: the Python code, or the expression.
        name: how an error message calls it, in French.
        line: line of its first line in the document.
        inline: whether it is an inline expression, whose value is wanted.
    """

    code: str
    name: str
    line: int
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """One thing that a task sent back.

    Attributes:
        kind: ``stdout``, ``stderr``, ``display`` or ``result``.
        data: contents by media type (``text/plain``, ``text/markdown``, ``image/svg+xml``, ``image/png``...).
        type_name: the Python type of an inline value.
    """

    kind: str
    data: Mapping[str, str]
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """How to run the tasks.

    Attributes:
        document: the document, for messages.
        folder: the current folder of the cells.
        environment: environment variables added to those of this process.
        figure_formats: formats of the inline backend of matplotlib (``svg``, ``retina``).
        figure_size: width and height of figures in inches, or None.
    """

    document: Path
    folder: Path
    environment: Mapping[str, str]
    figure_formats: tuple[str, ...] = ("svg",)
    figure_size: tuple[float, float] | None = None


def run_tasks(tasks: Sequence[Task], session: Session, kernel: Kernel | None = None) -> tuple[tuple[Output, ...], ...]:
    """Run tasks in order, in a clean namespace.

    Args:
        tasks: what to run.
        session: how.
        kernel: a kernel that stays for the next document; a new one, ended after the last task, when absent.

    Returns:
        The outputs of each task.

    Raises:
        ReportError: a task fails, takes more than fifteen minutes, or ends the kernel.
    """
    if not tasks:
        return ()
    if kernel is None:
        with Kernel() as own:
            return run_tasks(tasks, session, own)
    from nbformat import v4  # noqa: PLC0415

    notebooks: Any = v4
    sources = [_preparation(session), *(_source(task) for task in tasks)]
    notebook: Any = notebooks.new_notebook(cells=[notebooks.new_code_cell(source) for source in sources])
    _execute(notebook, tasks, session, kernel)
    return tuple(tuple(_output(raw) for raw in cell.outputs) for cell in notebook.cells[1:])


def _source(task: Task) -> str:
    return f"_evalkit_inline(\n{task.code}\n)" if task.inline else task.code


def _preparation(session: Session) -> str:
    """Return the code that empties the namespace and puts the kernel where the document is."""
    lines = (
        "get_ipython().reset(new_session=False)",
        "import os",
        f"os.environ.update({dict(session.environment)!r})",
        f"os.chdir({str(session.folder)!r})",
        "del os",
        inspect.getsource(kernel_setup),
    )
    return "\n".join(lines)


def _execute(notebook: Any, tasks: Sequence[Task], session: Session, kernel: Kernel) -> None:
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError  # noqa: PLC0415

    try:
        kernel.execute(notebook, session)
    except CellExecutionError as error:
        raise _failed(notebook, tasks, session, error) from None
    except CellTimeoutError:
        kernel.close()
        message = f"Une cellule tourne depuis plus de {_SECONDS // 60} minutes."
        raise failure(CELL_FAILED, message, (session.document, 0)) from None
    except DeadKernelError:
        kernel.close()
        message = "Le processus de calcul s’est arrêté (mémoire insuffisante, le plus souvent)."
        raise failure(CELL_FAILED, message, (session.document, 0)) from None


class Kernel:
    """A kernel of the current interpreter, started for the first document and kept for the next ones.

    What a document imports stays loaded, its names do not: the second report of a kind is rendered much faster.
    """

    def __init__(self) -> None:
        """Start nothing yet."""
        self._manager: Any = None
        self._figures: tuple[object, ...] = ()
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Kernel:
        """Give the kernel itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self.close()

    def execute(self, notebook: Any, session: Session) -> None:
        """Run the cells of a notebook in order; their outputs are written into it."""
        from nbclient import NotebookClient  # noqa: PLC0415

        self._start(session)
        client = NotebookClient(notebook, km=self._manager, timeout=_SECONDS, coalesce_streams=True)
        try:
            client.execute(cwd=str(session.folder), env=_environment(session, Path(self._place)))
        finally:
            atexit.unregister(client._cleanup_kernel)
            if client.kc is not None:
                client.kc.stop_channels()

    def close(self) -> None:
        """End the process and remove its settings."""
        if self._manager is not None and self._manager.has_kernel:
            from jupyter_core.utils import run_sync  # noqa: PLC0415

            run_sync(self._manager.shutdown_kernel)(now=True)
        if self._folder is not None:
            self._folder.cleanup()
        self._manager, self._folder = None, None

    @property
    def _place(self) -> str:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory()
        return self._folder.name

    def _start(self, session: Session) -> None:
        """Prepare a process whose settings of figures are those that the document asks for."""
        from jupyter_client.manager import AsyncKernelManager  # noqa: PLC0415

        figures = (session.figure_formats, session.figure_size)
        if self._manager is not None and figures != self._figures:
            self.close()
        if self._manager is None:
            self._manager = AsyncKernelManager(kernel_spec_manager=_current_interpreter())
            self._figures = figures


def _environment(session: Session, folder: Path) -> dict[str, str]:
    """Return the environment of the kernel, where no setting of the user's own profile changes a report."""
    profile = folder / "profile_default"
    profile.mkdir(exist_ok=True)
    profile.joinpath("ipython_kernel_config.py").write_text(_inline_figures(session), encoding="utf-8")
    settings = folder / "matplotlibrc"
    settings.write_text(_figure_settings(session), encoding="utf-8")
    fixed = {
        "IPYTHONDIR": str(folder),
        "MATPLOTLIBRC": str(settings),
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    return {**os.environ, **fixed, **session.environment}


def _inline_figures(session: Session) -> str:
    # A date in the metadata would make two renders of one document differ.
    options = {"bbox_inches": "tight", "metadata": {"Date": None}}
    formats = ", ".join(repr(name) for name in sorted(session.figure_formats))
    return f"c.InlineBackend.figure_formats = {{{formats}}}\nc.InlineBackend.print_figure_kwargs = {options!r}\n"


def _figure_settings(session: Session) -> str:
    # The identifiers inside an SVG are drawn at random, unless they are salted.
    size = f"figure.figsize: {session.figure_size[0]}, {session.figure_size[1]}\n" if session.figure_size else ""
    return f"svg.hashsalt: evalkit\n{size}"


def _current_interpreter() -> Any:
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager  # noqa: PLC0415

    class CurrentInterpreter(KernelSpecManager):
        """Knows one kernel, that of the running interpreter, whatever is installed for the user."""

        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            """Return the specification of that kernel."""
            quiet = ["--HistoryManager.enabled=False", "--IPKernelApp.log_level=50"]
            argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *quiet]
            return KernelSpec(argv=argv, display_name=kernel_name, language="python")

    return CurrentInterpreter()


def _failed(notebook: Any, tasks: Sequence[Task], session: Session, error: Any) -> ReportError:
    index = next(
        (i for i, cell in enumerate(notebook.cells) if any(o.output_type == "error" for o in cell.outputs)),
        0,
    )
    last = f"{error.ename}: {str(error.evalue).strip().splitlines()[0] if str(error.evalue).strip() else ''}"
    last = last.rstrip(" :")
    if index == 0:
        message = "Le processus de calcul n’a pas pu être préparé."
        return failure(CELL_FAILED, message, (session.document, 0), received=last)
    task = tasks[index - 1]
    raw = next(output for output in notebook.cells[index].outputs if output.output_type == "error")
    line = task.line if task.inline else task.line + _line_in_cell(raw) - 1
    repair = _OTHER_VERSION if _is_of_another_version(error) else _MEND
    return failure(CELL_FAILED, f"{task.name} a échoué.", (session.document, line), received=last, repair=repair)


_MEND = "Corrigez ce code, ou les données qu’il lit, puis relancez le rendu."
_OTHER_VERSION = (
    "Ce document a été écrit pour une autre version d’evalkit. Retirez-le de reports/ : evalkit prendra le sien. Vos "
    "textes se recopient dans un nouveau document, que commence « evalkit report GENRE --new NOM »."
)


def _is_of_another_version(error: Any) -> bool:
    """Tell whether a cell asks evalkit for a name that it does not have."""
    return error.ename in {"ImportError", "ModuleNotFoundError"} and "evalkit" in str(error.evalue)


def _line_in_cell(raw: Any) -> int:
    text = _ANSI.sub("", "\n".join(raw.get("traceback", [])))
    lines = [int(found) for found in _LINE_IN_CELL.findall(text)]
    return lines[0] if lines else 1


def _output(raw: Any) -> Output:
    if raw.output_type == "stream":
        return Output(str(raw.name), {"text/plain": str(raw.text)})
    kind = "result" if raw.output_type == "execute_result" else "display"
    data = {name: "".join(text) if isinstance(text, list) else str(text) for name, text in raw.data.items()}
    return Output(kind, data, str(raw.metadata.get("type", "")))
