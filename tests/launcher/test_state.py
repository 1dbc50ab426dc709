"""The demo's state directory."""

import stat
from pathlib import Path

from script.launcher import state, static


def test_a_new_directory_is_for_us_alone(place: Path) -> None:
    assert stat.S_IMODE(state.open_state(place).stat().st_mode) == 0o700


def test_the_key_is_made_once_and_for_us_alone(tmp_path: Path) -> None:
    key = state.secret_key(tmp_path)
    assert len(key) >= 50
    assert state.secret_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_a_reset_removes_what_the_demo_keeps_and_nothing_else(tmp_path: Path) -> None:
    state.secret_key(tmp_path)
    (tmp_path / "postgres" / "base").mkdir(parents=True)
    (tmp_path / "letters").mkdir()
    state.reset(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letters"]


def test_a_reset_does_not_follow_links(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "mail").symlink_to(tmp_path / "letters")
    state.reset(tmp_path / "state")
    assert (tmp_path / "letters").exists()


def test_logs_of_the_start_before_are_kept_once(tmp_path: Path) -> None:
    for line in ("first", "second"):
        (state.fresh_logs(tmp_path) / "web.log").write_text(line)
    logs = state.fresh_logs(tmp_path)
    assert list(logs.iterdir()) == []
    assert (tmp_path / "logs.previous" / "web.log").read_text() == "second"


def test_static_files_are_collected_again_when_one_changes(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "requirements-demo.txt").write_text("package==1\n")
    (tmp_path / "static" / "site.css").write_text("a {}")
    stamp = tmp_path / "stamp"
    assert not static.is_collected(tmp_path, stamp)
    stamp.write_text(static.fingerprint(tmp_path))
    assert static.is_collected(tmp_path, stamp)
    (tmp_path / "static" / "site.css").write_text("b { }")
    assert not static.is_collected(tmp_path, stamp)
