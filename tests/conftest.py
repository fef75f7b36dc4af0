"""A test may be skipped only for a reason that names what the machine lacks, from the list below."""

import pytest

LACKING = ("real-data:", "poppler:", "posix:", "browser:", "quarto:")
"""The folder of public files, pdftotext, a POSIX system, Chromium, the Quarto program: nothing else excuses a test."""


class SkipsAreNamed:
    """Fails the session when a test is skipped for another reason; seen by the process that reports."""

    def __init__(self) -> None:
        self.unexpected: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and isinstance(report.longrepr, tuple):
            reason = str(report.longrepr[2]).removeprefix("Skipped: ")
            if not reason.startswith(LACKING):
                self.unexpected.append(f"{report.nodeid}: {reason}")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.unexpected and session.exitstatus == 0:
            session.exitstatus = 1

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for skipped in self.unexpected:
            terminalreporter.write_line(f"skipped for a reason that is not in the list: {skipped}", red=True)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(SkipsAreNamed(), "skips-are-named")
