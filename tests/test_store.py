"""Runs in a real database file: kept, listed, renamed, deleted, and every fault told."""

import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anchoring.store import Store, StoreError

ROOT = Path(__file__).resolve().parents[1]
MOMENT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def document(run_id: str, minutes: int = 0, **changes):
    created = (MOMENT + timedelta(minutes=minutes)).isoformat()
    arms = [{"prompt": {"scope": "a-scope"}, "text": "遅れ 👩‍👧 \x00 <b>"}]
    values = {
        "format": 1,
        "id": run_id,
        "created": created,
        "name": f"run {run_id}",
        "status": "finished",
        "arms": arms,
    }
    return values | changes


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'runs.db'}"


@pytest.fixture
def store(url):
    return Store(url)


def test_a_run_is_read_back_by_another_store_on_the_same_file(store, url):
    store.save(document("a"), b"\x00\xff")
    assert Store(url).load("a") == (document("a"), b"\x00\xff")
    store.save(document("b"))
    assert Store(url).load("b") == (document("b"), None)


def test_there_is_no_run_of_an_unknown_id(store):
    assert store.load("nothing") is None
    assert store.load("' OR 1=1 --") is None


def test_the_list_has_the_newest_first_and_no_more_than_asked(store):
    for n in (2, 0, 3, 1):
        store.save(document(f"r{n}", n))
    assert [k.id for k in store.list()] == ["r3", "r2", "r1", "r0"]
    assert [k.id for k in store.list(2)] == ["r3", "r2"]
    kept = store.list()[0]
    assert (kept.created, kept.scope, kept.status) == (MOMENT + timedelta(minutes=3), "a-scope", "finished")


def test_a_moment_in_another_zone_is_the_same_moment(store):
    store.save(document("a", created="2026-03-01T21:00:00+09:00"))
    assert store.list()[0].created == MOMENT


def test_saving_again_replaces_and_never_doubles(store):
    store.save(document("a", status="partial"))
    store.save(document("a", status="finished"))
    assert [k.status for k in store.list()] == ["finished"]


def test_what_is_measured_later_keeps_the_name_and_revives_nothing(store):
    store.save(document("a", status="partial"), b"old")
    store.rename("a", "mine")
    store.renew(document("a", status="finished"), b"new")
    kept, attention = store.load("a")
    assert (kept["name"], kept["status"], attention) == ("mine", "finished", b"new")
    assert [(k.name, k.status) for k in store.list()] == [("mine", "finished")]
    store.delete("a")
    store.renew(document("a"), b"new")
    assert store.load("a") is None


def test_a_new_name_is_in_the_list_and_in_the_document(store):
    store.save(document("a"))
    store.rename("a", "  first try  ")
    assert store.list()[0].name == "first try" == store.load("a")[0]["name"]
    store.rename("a", "x" * 500)
    assert store.list()[0].name == "x" * 200
    for blank in ("", "  \n"):
        with pytest.raises(StoreError, match="The name is empty"):
            store.rename("a", blank)
    assert store.list()[0].name == "x" * 200


def test_deleting_takes_one_run_and_only_that(store):
    store.save(document("a"))
    store.save(document("b"))
    store.delete("a")
    store.delete("a")
    assert [k.id for k in store.list()] == ["b"]


def test_the_default_is_a_file_in_the_users_own_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("ANCHORING_DATABASE", raising=False)
    monkeypatch.setenv("ANCHORING_HOME", str(tmp_path / "new" / "home"))
    Store().save(document("a"))
    assert (tmp_path / "new" / "home" / "playground.db").exists()
    monkeypatch.setenv("ANCHORING_DATABASE", f"sqlite:///{tmp_path / 'other.db'}")
    assert Store().list() == ()


@pytest.mark.parametrize("name", ["w?at", "a%20b", "sharp#one", "semi;colon"])
def test_a_home_may_have_any_name(tmp_path, monkeypatch, name):
    monkeypatch.delenv("ANCHORING_DATABASE", raising=False)
    monkeypatch.setenv("ANCHORING_HOME", str(tmp_path / name))
    Store().save(document("a"))
    assert (tmp_path / name / "playground.db").exists()
    assert [place.name for place in tmp_path.iterdir()] == [name]


def test_a_home_of_a_user_whom_nobody_knows_says_so(monkeypatch):
    monkeypatch.delenv("ANCHORING_DATABASE", raising=False)
    monkeypatch.setenv("ANCHORING_HOME", "~no-such-user/things")
    with pytest.raises(StoreError, match=r"~no-such-user is nobody's folder .*: set it to the whole path"):
        Store()


def test_a_home_that_cannot_be_made_says_so(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.delenv("ANCHORING_DATABASE", raising=False)
    monkeypatch.setenv("ANCHORING_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(StoreError, match="set ANCHORING_HOME"):
        Store()


def test_threads_at_once_lose_nothing(store):
    gate = threading.Barrier(6)

    def work(n):
        gate.wait()
        for k in range(5):
            store.save(document(f"t{n}-{k}"), b"x" * 1000)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.list()) == 30


WRITER = """
import sys
from anchoring.store import Store
from tests.test_store import document
store = Store(sys.argv[1])
for k in range(10):
    store.save(document(f"{sys.argv[2]}-{k}"), b"y" * 2000)
"""


def test_two_processes_at_once_lose_nothing(url):
    started = [subprocess.Popen([sys.executable, "-c", WRITER, url, name], cwd=ROOT) for name in ("p", "q")]
    assert [process.wait(60) for process in started] == [0, 0]
    assert {k.id for k in Store(url).list()} == {f"{name}-{k}" for name in "pq" for k in range(10)}


def test_a_new_file_that_another_program_is_writing_to_is_waited_for(url, tmp_path):
    other = sqlite3.connect(tmp_path / "runs.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE theirs (x)")
    done = threading.Timer(0.4, lambda: other.execute("COMMIT"))
    done.start()
    store = Store(url)
    store.save(document("a"))
    assert [k.id for k in store.list()] == ["a"]
    done.join()
    other.close()
    assert sqlite3.connect(tmp_path / "runs.db").execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_full_disk_is_told_and_what_was_saved_stays(url):
    code = """
import resource, signal, sys
from anchoring.store import Store, StoreError
from tests.test_store import document
store = Store(sys.argv[1])
store.save(document("kept"))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    store.save(document("lost"), b"z" * 1_000_000)
except StoreError as error:
    print(error)
print([k.id for k in store.list()])
"""
    done = subprocess.run([sys.executable, "-c", code, url], cwd=ROOT, capture_output=True, text=True, check=True)
    first, last = done.stdout.splitlines()
    assert first.startswith("The run was not saved: ")
    assert last == "['kept']"
    assert [k.id for k in Store(url).list()] == ["kept"]


def test_a_database_that_cannot_be_written_says_so(store, tmp_path):
    store.save(document("kept"))
    read_only = Store(f"sqlite:///file:{tmp_path / 'runs.db'}?mode=ro&uri=true")
    assert [k.id for k in read_only.list()] == ["kept"]
    for act in (
        lambda: read_only.save(document("a")),
        lambda: read_only.rename("kept", "b"),
        lambda: read_only.delete("kept"),
    ):
        with pytest.raises(StoreError, match=r"not (saved|deleted): .*readonly"):
            act()


@pytest.mark.parametrize("bad", ["folder", "garbage"])
def test_a_file_that_is_no_database_says_so(tmp_path, bad):
    place = tmp_path / "x.db"
    place.mkdir() if bad == "folder" else place.write_bytes(b"not a database at all, far from it" * 50)
    with pytest.raises(StoreError, match="The database can't be opened: "):
        Store(f"sqlite:///{place}")


@pytest.mark.parametrize(
    "bad",
    [
        "nonsense",
        "nosuchdb://user:secret@host/x",
        "postgresql+nodriver://user:secret@host/x",
        "postgresql://user:secret@host:port/x",
        "postgresql://user:x@host:secret/x",
        "sqlite:///x.db?timeout=soon",
        "sqlite:////no/such/x.db",
    ],
)
def test_a_wrong_url_says_so_and_keeps_its_password(bad):
    with pytest.raises(StoreError, match=r"The database can't be opened: |nosuchdb can't keep runs: ") as refused:
        Store(bad)
    assert "secret" not in str(refused.value)
    assert "no run of the playground" not in str(refused.value)


def test_a_document_that_is_no_run_is_refused_and_nothing_is_saved(store):
    for wrong in ({}, document("a", arms=[]), document("a", created="soon"), document("a", name="\ud83d")):
        with pytest.raises(StoreError, match="The run was not saved"):
            store.save(wrong)
    assert store.list() == ()


def test_a_document_damaged_on_the_disk_says_so(store, tmp_path):
    store.save(document("a"))
    with sqlite3.connect(tmp_path / "runs.db") as raw:
        raw.execute("UPDATE runs SET document = '{' WHERE id = 'a'")
    with pytest.raises(StoreError, match="The run can't be read"):
        store.load("a")
    assert [k.id for k in store.list()] == ["a"]


def test_a_database_that_cannot_hold_a_run_is_refused_by_its_kind():
    with pytest.raises(StoreError, match="kind mssql"):
        Store("mssql+pyodbc://somewhere/runs")
