"""Accessibility of a page by axe-core, in a headless browser."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")
_RUNNER = """
<script>{axe}</script>
<script>
axe.run(document, {{runOnly: {rules}}}).then(found => {{
  const seen = nodes => nodes.map(n => n.html.slice(0, 200));
  const lines = found.violations.map(v => ({{id: v.id, impact: v.impact, nodes: seen(v.nodes)}}));
  document.body.innerHTML = '<pre id="found"></pre>';
  document.getElementById('found').textContent = JSON.stringify(lines);
}});
</script>
"""


def violations(page: Path, folder: Path) -> list[dict[str, Any]]:
    """Return the rules that a page breaks, with the elements at fault; skip the test when there is no browser."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("browser: no Chromium to open the page with")
    source = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    text = page.read_text(encoding="utf-8")
    runner = _RUNNER.format(axe=source, rules=json.dumps(RULES))
    copy = folder / f"axe-{page.name}"
    copy.write_text(text.replace("</body>", f"{runner}</body>"), encoding="utf-8")
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    command += ["--virtual-time-budget=60000", "--dump-dom", copy.as_uri()]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=180, check=True)
    found = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    if found is None:
        pytest.fail("axe-core gave no answer")
    lines: list[dict[str, Any]] = json.loads(html.unescape(found.group(1)))
    return lines
