"""Files are kept whole, under keys that cannot leave the folder."""

from __future__ import annotations

import pytest

from lms.core.errors import NotFound
from lms.core.storage import FolderStorage


@pytest.fixture
def storage(tmp_path) -> FolderStorage:
    return FolderStorage((tmp_path / "files é").as_uri())


def test_what_is_written_is_read(storage, tmp_path):
    storage.write("credentials/SC-1/fr.pdf", b"\x00\xffcontent")
    assert storage.read("credentials/SC-1/fr.pdf") == b"\x00\xffcontent"
    assert (tmp_path / "files é" / "credentials" / "SC-1" / "fr.pdf").is_file()


def test_what_is_written_again_is_replaced(storage):
    storage.write("a", b"first")
    storage.write("a", b"second")
    assert storage.read("a") == b"second"


def test_what_is_not_there_is_not_found(storage):
    with pytest.raises(NotFound):
        storage.read("credentials/none.pdf")


@pytest.mark.parametrize(
    "key",
    ["", ".", "..", "../x", "a/../../x", "a/..", "/etc/passwd", "//etc/passwd", "a/../b"],
)
def test_no_key_leaves_the_folder(storage, tmp_path, key):
    (tmp_path / "x").write_bytes(b"outside")
    with pytest.raises(ValueError, match="relative path"):
        storage.read(key)
    with pytest.raises(ValueError, match="relative path"):
        storage.write(key, b"mine")
    assert (tmp_path / "x").read_bytes() == b"outside"


def test_a_write_that_fails_leaves_what_was_there_and_no_rest(storage, tmp_path, monkeypatch):
    storage.write("a", b"first")

    def fail(descriptor):
        raise OSError("the disk is full")

    monkeypatch.setattr("lms.core.storage.os.fsync", fail)
    with pytest.raises(OSError, match="full"):
        storage.write("a", b"second")

    assert storage.read("a") == b"first"
    assert [path.name for path in (tmp_path / "files é").iterdir()] == ["a"]


def test_readiness_says_whether_the_folder_can_be_written(storage, tmp_path):
    assert storage.is_ready()
    in_the_way = tmp_path / "file"
    in_the_way.write_bytes(b"")
    with pytest.raises(OSError, match="exists"):
        FolderStorage(in_the_way.as_uri()).is_ready()


def test_a_created_file_appears_once_it_is_whole(storage, tmp_path):
    with storage.create("bundles/1/part.zip") as file:
        file.write(b"0123456789")
        file.seek(2)
        file.write(b"X")
        with pytest.raises(NotFound):
            storage.size("bundles/1/part.zip")

    assert storage.read("bundles/1/part.zip") == b"01X3456789"
    assert storage.size("bundles/1/part.zip") == 10
    assert storage.list_names("bundles/1") == ["part.zip"]


def test_what_breaks_while_it_is_created_leaves_what_was_there_and_no_rest(storage):
    storage.write("bundles/1/part.zip", b"first")

    def break_while_writing():
        with storage.create("bundles/1/part.zip") as file:
            file.write(b"second")
            raise RuntimeError("broke")

    with pytest.raises(RuntimeError, match="broke"):
        break_while_writing()
    assert storage.read("bundles/1/part.zip") == b"first"
    assert storage.list_names("bundles/1") == ["part.zip"]


def test_a_file_is_read_piece_by_piece(storage):
    storage.write("a", b"0123456789")
    with storage.open("a") as file:
        file.seek(4)
        assert file.read(3) == b"456"


@pytest.mark.parametrize("name", ["open", "size"])
def test_a_file_that_is_not_there_is_neither_opened_nor_measured(storage, name):
    with pytest.raises(NotFound):
        getattr(storage, name)("bundles/none")


def test_a_tree_is_removed_with_what_a_killed_process_left_and_nothing_beside_it(storage, tmp_path):
    storage.write("bundles/1/a", b"1")
    storage.write("bundles/1/deep/b", b"2")
    storage.write("bundles/10/a", b"3")
    (tmp_path / "files é/bundles/1/.c.zip.0123.part").write_bytes(b"half")

    storage.remove_tree("bundles/1")
    storage.remove_tree("bundles/1")

    assert storage.list_names("bundles") == ["10"]
    assert storage.list_names("bundles/1") == []


@pytest.mark.parametrize("key", ["", "..", "/etc", "a/../.."])
def test_no_tree_outside_the_folder_is_listed_or_removed(storage, key):
    for act in (storage.remove_tree, storage.list_names, storage.open, storage.size):
        with pytest.raises(ValueError, match="relative path"):
            act(key)
