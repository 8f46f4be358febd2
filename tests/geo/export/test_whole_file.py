"""A file is written whole or not at all, whatever its format and however little room there is."""

import datetime as dt
import os
import signal
from contextlib import contextmanager

import pytest

from geo import cli
from geo.commands.output import Format, content, write
from geo.errors import FileNotWrittenError
from geo.export import whole_file
from geo.export.provenance import provenance_of
from geo.export.whole_file import LEFT_AFTER_S, WORKROOM, workroom, write_whole

resource = pytest.importorskip("resource", reason="needs limits of a POSIX system")


@contextmanager
def room_for(count):
    """Let no file grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("chosen", Format)
@pytest.mark.parametrize("old", [None, b"what stood there"])
def test_an_export_without_room_leaves_what_was(chosen, old, tiny_network, tmp_path):
    about = provenance_of(
        tiny_network.facilities, tiny_network, title="x", filters={}, generated_on=dt.date(2026, 12, 1)
    )
    made = content(tiny_network.facilities, chosen, about)
    path = tmp_path / f"export.{chosen}"
    if old:
        path.write_bytes(old)
    with room_for(len(made) - 1), pytest.raises(FileNotWrittenError, match="disk is full") as caught:
        write(str(path), made, force=True)
    assert caught.value.code == whole_file.FULL
    assert "\n" not in str(caught.value)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == ([old] if old else [])
    write(str(path), made, force=True)
    assert path.read_bytes() == made
    assert len(list(tmp_path.iterdir())) == 1


def test_a_geopackage_that_cannot_be_built_is_one_sentence(tiny_network):
    about = provenance_of(
        tiny_network.facilities, tiny_network, title="x", filters={}, generated_on=dt.date(2026, 12, 1)
    )
    with room_for(20_000), pytest.raises(FileNotWrittenError, match="GeoPackage"):
        content(tiny_network.facilities, Format.GPKG, about)


def test_a_file_that_is_there_is_not_replaced_unasked(tmp_path):
    path = tmp_path / "a.csv"
    write_whole(path, b"one", replace=False)
    with pytest.raises(FileNotWrittenError, match="there already"):
        write_whole(path, b"two", replace=False)
    assert path.read_bytes() == b"one"


def test_a_link_stays_a_link_and_a_file_keeps_its_rights(tmp_path):
    path, link = tmp_path / "a.csv", tmp_path / "b.csv"
    write_whole(path, b"one", replace=False)
    path.chmod(0o640)
    link.symlink_to(path)
    write_whole(link, b"two", replace=True)
    assert link.is_symlink()
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_full_device_is_one_sentence_on_the_command_line(tiny_network, monkeypatch, capsys):
    monkeypatch.setattr("geo.network.network.load_network", lambda _folder: tiny_network)
    assert cli.main(["export", "--force", "--format", "csv", "-o", "/dev/full"]) == 2
    assert "disk is full" in capsys.readouterr().err


def _killed_in(folder):
    """Begin a file in a process that dies before it is whole; give the folder it leaves."""
    child = os.fork()
    if not child:
        with workroom(folder) as room:
            (room / "file").write_bytes(b"half")
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    (left,) = (path for path in folder.iterdir() if path.name.startswith(WORKROOM))
    return left


def _leave_long_ago(*paths):
    for path in paths:
        then = path.lstat().st_mtime - LEFT_AFTER_S - 60
        os.utime(path, (then, then), follow_symlinks=False)


def test_what_a_killed_program_left_is_cleared_away_after_a_day(tmp_path):
    left = _killed_in(tmp_path)
    write_whole(tmp_path / "a.csv", b"one", replace=False)
    assert (left / "file").read_bytes() == b"half", "whoever works there may be at it still"
    _leave_long_ago(left)
    write_whole(tmp_path / "b.csv", b"two", replace=False)
    assert left.exists(), "its file was written to a moment ago"
    _leave_long_ago(left / "file", left)
    write_whole(tmp_path / "c.csv", b"three", replace=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv", "c.csv"]


def test_nothing_else_is_cleared_away(tmp_path):
    theirs, longer, away = (tmp_path / name for name in (".backup-20240101", f"{WORKROOM}a2345678b", "away"))
    for folder in (theirs, longer, away):
        folder.mkdir()
        (folder / "kept").write_bytes(b"kept")
    link, file = tmp_path / f"{WORKROOM}abcdefgh", tmp_path / f"{WORKROOM}abcdefg2"
    link.symlink_to(away, target_is_directory=True)
    file.write_bytes(b"kept")
    others = tmp_path / f"{WORKROOM}abcdefg3"
    others.mkdir()
    if os.getuid() == 0:
        os.chown(others, 65534, 65534)
    else:
        others.rename(others := tmp_path / "abcdefg3")
    everything = [path for path in tmp_path.rglob("*") if path.name != "a.csv"]
    _leave_long_ago(*everything)
    write_whole(tmp_path / "a.csv", b"one", replace=False)
    assert sorted(path for path in tmp_path.rglob("*") if path.name != "a.csv") == sorted(everything)
    assert (link / "kept").read_bytes() == b"kept"
