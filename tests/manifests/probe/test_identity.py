"""The probe's verbs about who a container is, on this machine."""

import base64
import hashlib
import json
import os
from pathlib import Path

import pytest

from tests.helpers.probes import between, rest, run, start


def token(claims: object) -> str:
    """Return a JWT with these claims, signed by nobody."""
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"eyJhbGciOiJub25lIn0.{payload}.c2lnbmF0dXJl"


def test_a_process_tells_its_users_groups_and_confinement() -> None:
    [(name, said)] = between(run("identity"))
    assert name == "identity"
    assert said["uid"] == [os.getuid()] * 4
    assert said["gid"] == [os.getgid()] * 4
    assert set(said["groups"]) == set(os.getgroups())
    assert said["seccomp"] in {0, 1, 2, None}
    assert said["no_new_privs"] in {0, 1, None}
    assert int(said["capabilities"], 16) >= 0
    assert int(said["bounding"], 16) >= int(said["capabilities"], 16)
    assert said["read_only_root"] is bool(os.statvfs("/").f_flag & os.ST_RDONLY)


def test_a_process_tells_the_map_of_its_users_and_groups() -> None:
    [(name, said)] = between(run("user-map"))
    assert name == "user-map"
    for kind, file in (("users", "uid_map"), ("groups", "gid_map")):
        lines = Path(f"/proc/self/{file}").read_text().splitlines()
        assert said[kind] == [[int(number) for number in line.split()] for line in lines]
        assert all(len(line) == 3 for line in said[kind])


def test_a_token_is_told_by_its_subject_and_its_digest_and_is_never_printed(tmp_path: Path) -> None:
    text = token({"sub": "system:serviceaccount:space:robot", "aud": ["api"]})
    file = tmp_path / "token"
    file.write_text(text)
    file.chmod(0o640)
    process = start("read-token", file)
    events = rest(process)
    [(name, said)] = between(events)
    assert (name, said["subject"]) == ("token", "system:serviceaccount:space:robot")
    assert said["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert (said["owner"], said["group"], said["mode"]) == (file.stat().st_uid, file.stat().st_gid, "0o640")
    assert said["reader"] == os.getuid()
    assert all(part not in json.dumps(events) for part in text.split("."))


@pytest.mark.parametrize("text", ["", "opaque", "a.b.c", "a.!!!.c", token({"iss": "x"}), token(["sub"]), token("sub")])
def test_what_tells_no_subject_is_a_token_without_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "token").write_text(text)
    [(name, said)] = between(run("read-token", tmp_path / "token"))
    assert (name, said["subject"]) == ("token", None)


def test_a_token_that_is_not_there_is_told_by_errno_and_the_next_verb_runs(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    events = run("read-token", missing, "then", "read-token", missing)
    expected = {"file": str(missing), "errno": "ENOENT", "reader": os.getuid()}
    assert between(events) == [("no-token", expected)] * 2
    assert events[-1]["code"] == 0
