"""The shell part of the commands: it finds a Python, whatever the PATH and the directory."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from script.launcher.environment import ROOT
from tests.launcher.test_environment import executable

FITS = '[ "$1" = -c ] || echo "$0 $PWD $DATA_DIR $*"'
FAILS = "echo 'command not found in this version' >&2; exit 127"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project directory with a space in its path that holds the commands only."""
    root = tmp_path / "the project"
    shutil.copytree(ROOT / "script", root / "script", ignore=shutil.ignore_patterns("launcher"))
    return root


def command(project: Path, name: str, *arguments: str, directory: Path, **variables: str) -> list[str]:
    """What a command hands over, in words, or its complaint."""
    done = subprocess.run(
        [str(project / "script" / name), *arguments],
        cwd=directory,
        env={"PATH": f"{project}/bin:/usr/bin:/bin", **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stdout + done.stderr).splitlines()


def pretend_pythons(project: Path, **pythons: str) -> None:
    """Pythons that fit or fail; every name not given fails, for the machine's own must not be found."""
    for name in ("python3.13", "python3.12", "python3.11", "python3", "python"):
        executable(project / "bin" / name, pythons.get(name.replace(".", "_"), FAILS))


def test_a_python_that_is_only_a_shim_is_passed_over(project: Path) -> None:
    pretend_pythons(project, python3_11=FITS)
    (line,) = command(project, "demo", "--reset", directory=project)
    assert line.startswith(f"{project}/bin/python3.11 {project} ")
    assert line.endswith("-m script.launcher.environment demo script.launcher.demo --reset")


def test_the_environment_that_is_there_comes_first(project: Path) -> None:
    pretend_pythons(project, python3_13=FITS)
    executable(project / ".venv" / "bin" / "python", FITS)
    (line,) = command(project, "test", "-k", "a fact", directory=project)
    assert line.startswith(f"{project}/.venv/bin/python")
    assert line.endswith("-m script.launcher.environment dev script.launcher.testing -k a fact")


def test_without_a_fitting_python_there_is_a_sentence(project: Path) -> None:
    pretend_pythons(project)
    assert command(project, "demo", directory=project) == [
        "Python 3.11, 3.12 or 3.13 is needed, and none was found on the PATH."
    ]


def test_a_relative_data_directory_means_where_the_person_is(project: Path, tmp_path: Path) -> None:
    pretend_pythons(project, python3=FITS)
    (line,) = command(project, "demo", directory=tmp_path, DATA_DIR="data")
    assert f" {project} {tmp_path}/data " in line


@pytest.mark.parametrize("name", ["demo", "test", "lint", "setup", "lock"])
def test_every_command_hands_over_from_anywhere(project: Path, name: str) -> None:
    pretend_pythons(project, python3=FITS)
    (line,) = command(project, name, directory=Path("/"), CDPATH=str(project))
    assert f" {project}  -m script.launcher.environment " in line


@pytest.mark.parametrize("name", ["demo", "test", "lint", "setup", "lock"])
def test_every_command_is_executable(name: str) -> None:
    assert os.access(ROOT / "script" / name, os.X_OK)
