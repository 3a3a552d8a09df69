"""What is said of an API server that cannot be used: one line, and the exit code."""

import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

from fixtures.connection import Connection, reach
from fixtures.errors import CONTEXT, NO_CLUSTER, PERMISSION, CannotRunError
from tests.helpers.servers import kubeconfig, serving

SECONDS = 5.0


def _refused(kubeconfig: str, seconds: float = SECONDS) -> tuple[int, str]:
    with pytest.raises(CannotRunError) as refused:
        reach(Connection(kubeconfig, "there", seconds))
    assert "\n" not in str(refused.value)
    return refused.value.exit_code, str(refused.value)


def test_the_version_is_what_the_server_says(tmp_path: Path) -> None:
    with serving(lambda *_: (200, {"gitVersion": "v1.37.2"})) as url:
        assert reach(Connection(kubeconfig(tmp_path / "k", url), "there", SECONDS)) == {"gitVersion": "v1.37.2"}


@pytest.mark.parametrize(
    ("status", "body", "code", "says"),
    [
        (401, {"message": "Unauthorized"}, CONTEXT, "does not accept the credentials of context there (Unauthorized)"),
        (403, {"message": "no"}, PERMISSION, "does not let context there read /version: no"),
        (404, "<html>\n<p>nothing</p>" + "." * 999, NO_CLUSTER, "is no API server: GET /version: 404 <html> <p>noth"),
        (200, {"hello": "world"}, NO_CLUSTER, "is no API server: GET /version: 200"),
    ],
)
def test_an_answer_that_is_no_version_is_told(tmp_path: Path, status: int, body: Any, code: int, says: str) -> None:
    with serving(lambda *_: (status, body)) as url:
        found, said = _refused(kubeconfig(tmp_path / "k", url))
    assert (found, says in said) == (code, True), said
    assert url in said
    assert len(said) < 400


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with serving(lambda *_: (200, {})) as url:
        pass  # the port is free again
    code, said = _refused(kubeconfig(tmp_path / "k", url))
    assert code == NO_CLUSTER
    assert said.startswith(f"no API server answers at {url}, where context there has it: ")
    assert "Connection refused; does `kubectl version` work there?" in said


def test_certificates_that_do_not_suit_each_other_are_told(tmp_path: Path) -> None:
    ours, theirs = trustme.CA(), trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.issue_cert("127.0.0.1").configure_cert(tls)
    ours.cert_pem.write_to_path(tmp_path / "ours.crt")
    theirs.cert_pem.write_to_path(tmp_path / "theirs.crt")
    (tmp_path / "none.crt").write_text("hello")
    with serving(lambda *_: (200, {"gitVersion": "v1"}), tls) as url:
        for name, reason in (("ours", "CERTIFICATE_VERIFY_FAILED"), ("none", "NO_CERTIFICATE_OR_CRL_FOUND")):
            authority = {"certificate-authority": str(tmp_path / f"{name}.crt")}
            code, said = _refused(kubeconfig(tmp_path / "k", url, cluster=authority))
            assert code == CONTEXT
            assert said.startswith(f"the certificates of context there and of the API server at {url} do not suit")
            assert reason in said
        authority = {"certificate-authority": str(tmp_path / "theirs.crt")}
        trusting = kubeconfig(tmp_path / "k", url, cluster=authority)
        assert reach(Connection(trusting, "there", SECONDS))


def test_a_file_of_the_kubeconfig_that_is_missing_is_told(tmp_path: Path) -> None:
    path = kubeconfig(tmp_path / "k", "https://there", cluster={"certificate-authority": "/nowhere/ca.crt"})
    code, said = _refused(path)
    assert (code, said) == (CONTEXT, f"{path}: context there cannot be used: File does not exist: /nowhere/ca.crt")


def test_a_command_for_credentials_that_fails_is_told_with_what_it_said(tmp_path: Path) -> None:
    plugin = tmp_path / "plugin"
    plugin.write_text("#!/bin/sh\necho 'log in again' >&2\nexit 3\n")
    plugin.chmod(0o755)
    version = "client.authentication.k8s.io/v1"
    user = {"exec": {"apiVersion": version, "command": str(plugin), "interactiveMode": "Never"}}
    path = kubeconfig(tmp_path / "k", "https://there", user=user)
    code, said = _refused(path)
    assert (code, said) == (
        CONTEXT,
        f"{path}: context there has no credentials: exec: process returned 3. log in again",
    )
