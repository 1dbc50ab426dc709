"""The Python environment: prepared once, again when the lock changes, with a sentence when impossible."""

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from script.launcher.environment import Environment, give_home
from script.launcher.errors import LauncherError


def executable(path: Path, body: str) -> None:
    """A shell program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """A project whose interpreter writes down what it is asked to do and succeeds."""
    for name in ("demo", "dev"):
        (tmp_path / f"requirements-{name}.txt").write_text(f"{name}==1\n")
    environment = Environment(tmp_path)
    executable(environment.python, f'echo "$@" >> "{tmp_path}/calls"; [ "$2" != "${{REFUSED:-nothing}}" ]')
    return environment


def calls(environment: Environment) -> list[str]:
    """The modules that the interpreter was asked to run."""
    lines = (environment.root / "calls").read_text().splitlines()
    return [line.split()[1] for line in lines if line.startswith("-m")]


def test_a_prepared_set_is_not_installed_again(environment: Environment) -> None:
    environment.prepare("demo")
    environment.prepare("demo")
    assert calls(environment) == ["uv"]


def test_the_larger_set_serves_the_demo(environment: Environment) -> None:
    environment.prepare("dev")
    assert environment.is_prepared("demo")


def test_the_smaller_set_does_not_serve_development(environment: Environment) -> None:
    environment.prepare("demo")
    assert not environment.is_prepared("dev")


def test_a_changed_lock_is_installed(environment: Environment) -> None:
    environment.prepare("demo")
    environment.requirements("demo").write_text("demo==2\n")
    assert not environment.is_prepared("demo")


def test_the_demo_keeps_an_environment_for_development_one(environment: Environment) -> None:
    environment.prepare("dev")
    environment.requirements("dev").write_text("dev==2\n")
    environment.prepare("demo")
    assert environment.is_prepared("dev")


def test_an_environment_that_was_moved_is_not_trusted(environment: Environment, tmp_path: Path) -> None:
    environment.prepare("demo")
    moved = Environment(environment.root.rename(tmp_path.with_name(f"{tmp_path.name}-moved")))
    assert not moved.is_prepared("demo")


def test_a_stamp_that_was_cut_short_is_not_trusted(environment: Environment) -> None:
    environment.prepare("demo")
    environment.stamp.write_text(json.dumps(environment.stamp_for("demo"))[:10])
    assert not environment.is_prepared("demo")


def test_pip_takes_over_when_uv_fails(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFUSED", "uv")
    environment.prepare("demo")
    assert calls(environment) == ["uv", "pip"]
    assert environment.is_prepared("demo")


def test_an_installation_that_fails_is_a_sentence_and_leaves_no_stamp(environment: Environment) -> None:
    environment.prepare("demo")
    environment.requirements("demo").write_text("demo==2\n")
    executable(environment.python, '[ "$1" = -c ]')
    with pytest.raises(LauncherError, match=r"requirements-demo\.txt could not be installed"):
        environment.prepare("demo")
    assert not environment.stamp.exists()


def test_a_python_that_cannot_make_environments_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(LauncherError, match="apt-get install python3-venv"):
        Environment(tmp_path).prepare_installer()


def test_a_home_that_can_be_written_to_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    give_home(tmp_path / "project")
    assert os.environ["HOME"] == str(tmp_path)


@pytest.mark.parametrize("home", ["", "/nonexistent"])
def test_a_missing_home_is_replaced_by_a_private_one(
    home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", home)
    give_home(tmp_path)
    assert os.environ["HOME"] == str(tmp_path / "var" / "home")
    assert stat.S_IMODE((tmp_path / "var" / "home").stat().st_mode) == 0o700
