"""The verbs of the package: functions, whatever was imported before them."""

from __future__ import annotations

from types import FunctionType, ModuleType

import evalkit
import evalkit.compare.run
import evalkit.follow.run
import evalkit.measure.run
import evalkit.publish.publish
import evalkit.receive.receive


def test_a_verb_is_no_folder() -> None:
    for verb in ("measure", "follow", "compare", "publish", "receive"):
        found = getattr(evalkit, verb)
        assert isinstance(found, FunctionType), verb
        assert found.__module__.startswith(f"evalkit.{verb}."), verb
        assert getattr(evalkit, verb) is found


def test_every_public_name_is_found_and_no_folder_is_lost() -> None:
    assert [name for name in evalkit.__all__ if isinstance(getattr(evalkit, name), ModuleType)] == []
    assert isinstance(evalkit.present, ModuleType)  # no verb of this name
