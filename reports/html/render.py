"""Makes one HTML file from Allure results. A browser opens it from disk, and it makes no network request.

    python -m reports.html.render RESULTS OUTPUT

makes OUTPUT/index.html with Allure 3 (Node.js, no Java). Its packages, pinned in `reports/html/allure`, are fetched
once into the cache folder; a render itself needs no network.

Only the files that allure-pytest writes are taken from RESULTS: Allure would put any other file there into the report.
Results of several clusters may lie in one folder: the label `k8s` (the cluster, "1.34-kind") separates them. The facts
of a cluster may be in `RESULTS/environments/<k8s>.json`, a flat object of strings.

Allure writes Google Analytics into every report, with no way to opt out. So the page is changed and checked here, in
three steps: the analytics scripts are cut out; a content security policy forbids the browser every request; and the
result is searched for anything that could reach the network, which is an error. So a new version of Allure cannot add
another service unnoticed.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import datetime as dt
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
import urllib.parse
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from machine import folders
from machine.once import made_once
from reports.html import node
from reports.html.node import RenderError
from reports.run import read, story
from reports.run.conformance import claim_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["RenderError", "render"]

NAME: Final = "podproof"
MILLISECONDS: Final = 1000  # in a second
CONFIGURATION: Final = Path(__file__).resolve().parent / "allure"

ANALYTICS_HOSTS: Final = (
    "google-analytics.com",
    "googletagmanager.com",
    "analytics.google.com",
    "doubleclick.net",
    "mc.yandex.ru",
    "mc.yandex.com",
    "metrika.yandex.ru",
    "metrica.yandex.com",
    "amplitude.com",
    "clarity.ms",
    "cloudflareinsights.com",
    "datadoghq.com",
    "fullstory.com",
    "heapanalytics.com",
    "hotjar.com",
    "matomo.cloud",
    "mixpanel.com",
    "nr-data.net",
    "plausible.io",
    "posthog.com",
    "segment.com",
    "segment.io",
    "sentry.io",
)
"""Analytics services. Their scripts are cut out; then no code may name them or their subdomains."""

KNOWN_HOSTS: Final = frozenset({"www.w3.org", "localhost", "allurereport.org", "trace.playwright.dev"})
"""Hosts of the URLs in the code of Allure 3.18: XML namespaces, a base to parse URLs against, the link in the footer,
and a viewer for Playwright's traces, which the policy forbids and our results do not use."""

POLICY: Final = (
    "default-src 'none'; script-src data: 'unsafe-inline'; style-src data: 'unsafe-inline'; img-src data: blob:; "
    "font-src data:; media-src data: blob:; connect-src data: blob:; frame-src data: blob:; form-action 'none'"
)
_POLICY_TAG: Final = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'

_VERSION: Final = re.compile(r"\d[\w.+-]*", re.ASCII)
_SCRIPT: Final = re.compile(r"<script\b(?P<attributes>[^>]*)>(?P<code>.*?)</script\s*>", re.IGNORECASE | re.DOTALL)
_SRC: Final = re.compile(r"""\bsrc\s*=\s*["']?\s*(?P<url>[^"'\s>]+)""", re.IGNORECASE)
_ANALYTICS_CALL: Final = re.compile(r"\bgtag\s*\(|\bdataLayer\b|\bga\s*\(\s*['\"]create|\bym\s*\(\s*\d+\s*,")
_NAMED_ANALYTICS: Final = re.compile(
    r"(?<![\w-])(?:[\w-]+\.)*(?:" + "|".join(map(re.escape, ANALYTICS_HOSTS)) + r")(?![\w-])", re.IGNORECASE
)
# Slashes may be escaped in code. What is put together at run time ("https://" + host) is the policy's business.
_URL: Final = re.compile(r"\b(?:https?|wss?):(?:\\?/){2}(?P<host>[^\s\"'`\\/?#<>(){}$,;:]+)", re.IGNORECASE)
_RELATIVE_URL: Final = re.compile(r"[\"'`(](?:\\?/){2}(?P<host>[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,})\b")
_OUTWARD_ATTRIBUTE: Final = re.compile(r"(?:^|[\x00-\x20,;=])(?:(?:https?|wss?|ftp):)?//[^\s/]", re.IGNORECASE)
_DATUM: Final = re.compile(r'\bd\("[^"\\]*","[A-Za-z0-9+/=]*"\)')
_OPTIONS: Final = re.compile(r"\s*window\.allureReportOptions\s*=\s*(?P<json>\{.*\})\s*;?\s*", re.DOTALL)
_MARKS: Final = ("window.allureReportOptions", "allureReportData", '<div id="app">', "data:text/javascript;base64,")


def render(results: Path, output: Path, *, report_name: str = NAME, history: Path | None = None) -> Path:
    """Make `output`/index.html from a folder of Allure results; return its path. `output` is emptied first.

    Each test shows what came of it in earlier runs on a cluster of the same version, as `history` has them; this run is
    added to them.

    Raises:
        RenderError: There are no results, `output` holds something else than a report, there is no Node.js, Allure
            fails, or the page could still reach the network.
    """
    results, output = results.resolve(), output.resolve()
    given = {path.name: _object(path) for path in sorted(results.glob("*-result.json"))}
    if not given:
        raise RenderError(f"no Allure results in {results}: run pytest with --alluredir={results} first")
    described = {version: _facts(results / "environments" / f"{version}.json") for version in versions(given.values())}
    make_room(output, results)
    engine = node.find()
    cli = _packages(engine)
    with tempfile.TemporaryDirectory(prefix="podproof-report-") as scratch:
        _lay_out(given, results, Path(scratch) / "results")
        page = _generate(
            engine, cli, results, Path(scratch), report_name=report_name, described=described, history=sound(history)
        )
    page = sealed(without_analytics(page))
    if found := outward(page):
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        raise RenderError(
            f"the report would talk to the outside: {found[0]}{more}; nothing was written to {output}: "
            "see which package in reports/html/allure brought it in, and teach reports/html/render.py to cut it out"
        )
    index = output / "index.html"
    try:
        output.mkdir(parents=True, exist_ok=True)
        index.write_text(page, encoding="utf-8")
    except OSError as error:
        raise RenderError(f"cannot write {index} ({error.strerror or error}): name another folder") from error
    return index


def cache_key(configuration: Path) -> str:
    """Return a name for the installed packages: a hash of the two files that pin them."""
    digest = hashlib.sha256()
    for name in ("package.json", "package-lock.json"):
        content = (configuration / name).read_bytes()
        digest.update(len(content).to_bytes(8, "big"))
        digest.update(content)
    return digest.hexdigest()[:16]


def versions(results: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the values of the label `k8s`, in order of version."""
    labels = (label for result in results for label in _entries(result, "labels") if label.get("name") == "k8s")
    found = {value for label in labels if _VERSION.fullmatch(value := str(label.get("value")))}
    return sorted(found, key=lambda version: ([int(number) for number in re.findall(r"\d+", version)], version))


def with_its_own_case(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result with a test case id made of its test and parameters, without the Kubernetes version.

    allure-pytest gives all cases of a parametrized test the same id. Allure's tab "Environments" then shows the last
    case's status for all of them, so that a violated case looks like one that holds.
    """
    parameters = [
        (str(each.get("name")), str(each.get("value")))
        for each in _entries(result, "parameters")
        if each.get("name") != "kubernetes" and not each.get("excluded")
    ]
    whole = json.dumps([result.get("fullName"), sorted(parameters)])
    return {**result, "testCaseId": hashlib.sha256(whole.encode()).hexdigest()[:32]}


def as_it_was(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result with the times of its scenario: a test judges in microseconds what took seconds.

    A label tells when the scenario began, another how many seconds it took, and each step when it was. In Allure's
    timeline there is a lane for each area of a cluster, in place of one for the machine's only thread.
    """
    labels = {str(each.get("name")): str(each.get("value")) for each in _entries(result, "labels")}
    try:
        began = round(dt.datetime.fromisoformat(labels["began"]).timestamp() * MILLISECONDS)
        stop = began + round(float(labels["seconds"]) * MILLISECONDS)
    except (KeyError, ValueError):  # of no scenario, or of an older run
        return dict(result)
    told = [(each, story.read(str(each.get("name")))) for each in _entries(result, "steps")]
    timed = [({**each, "name": step.text}, began + round(step.seen * MILLISECONDS)) for each, step in told if step]
    ends = [*(at for _, at in timed[1:]), stop]
    steps = [{**each, "start": at, "stop": end} for (each, at), end in zip(timed, ends, strict=False)]
    lanes = {"host": labels.get("k8s", NAME), "thread": labels.get("feature", NAME)}  # of Allure's timeline
    others = [each for each in _entries(result, "labels") if each.get("name") not in lanes]
    places = [{"name": name, "value": value} for name, value in lanes.items()]
    return {**result, "start": began, "stop": stop, "steps": steps, "labels": [*others, *places]}


def claimed(results: Path) -> str:
    """Return the report's name: what the run of these results claims, where its conformance.json stands beside them."""
    try:
        report = read.conformance(results.parent)
    except read.ReportError:
        return NAME
    cluster = report.cluster
    where = f"Kubernetes {cluster.kubernetes or '?'}, {cluster.provider or '?'} {cluster.name or ''}".rstrip()
    return f"{NAME}: {claim_of(report)} ({where})"


def sound(history: Path | None) -> Path | None:
    """Return the file of earlier runs, absolute. One that was cut off goes: Allure would make no report beside it."""
    if history is None:
        return None
    history = history.resolve()
    if history.is_file() and not all(map(_is_json, history.read_text(encoding="utf-8").splitlines())):
        history.unlink()
    return history


def make_room(output: Path, results: Path) -> None:
    """Empty `output`, if it holds nothing but an old report.

    Raises:
        RenderError: It is a file, holds the results or the working directory, or is not empty and has no index.html.
    """
    if not output.exists():
        return
    if not output.is_dir():
        raise RenderError(f"{output} is a file: name a folder for the report")
    if any(place.is_relative_to(output) for place in (results, Path.cwd(), Path.home())):
        raise RenderError(f"{output} is cleaned before a report goes there, and holds more: name a folder of its own")
    content = list(output.iterdir())
    if content and output / "index.html" not in content:
        raise RenderError(f"{output} is not empty and holds no report: name a new folder, or empty this one")
    try:
        for entry in content:
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
    except OSError as error:
        raise RenderError(f"cannot clean {output} ({error.strerror or error}): name another folder") from error


def without_analytics(page: str) -> str:
    """Return the page without the scripts that load or call a known analytics service."""
    return _SCRIPT.sub(lambda script: "" if _is_analytics(script) else script[0], page)


def sealed(page: str) -> str:
    """Return the page with the policy that forbids every request, at the start of its head."""
    return re.sub(r"<head\b[^>]*>", lambda head: head[0] + _POLICY_TAG, page, count=1, flags=re.IGNORECASE)


def outward(page: str) -> list[str]:
    """Return what in the page could reach the network without a click, or hide that; empty for a good report.

    The results are not searched. They are no code: the page decodes their base64 into text.
    """
    found = [f"no {mark} in it: this is not a report as Allure 3.18 writes it" for mark in _MARKS if mark not in page]
    if not re.search(rf"<head\b[^>]*>{re.escape(_POLICY_TAG)}", page, re.IGNORECASE):
        found.append("the content security policy is not first in its head")
    reader = _Reader()
    reader.feed(page)
    reader.close()
    found += reader.found
    for where, code in reader.code:
        found += [f"{where} {what}" for what in _outward_in_code(code)]
    return list(dict.fromkeys(found))


class _Reader(HTMLParser):
    """Collects attributes that could reach the network, and all code with its place."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.code: list[tuple[str, str]] = []
        self._text_of = ""
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._end_text()
        self._text_of = tag if tag in {"script", "style"} else ""
        values = {name: value or "" for name, value in attrs}
        if tag == "meta" and values.get("http-equiv", "").lower() == "refresh":
            self.found.append(f"<meta http-equiv=refresh content={values.get('content', '')[:80]!r}>")
        for name, value in values.items():
            self._attribute(tag, name, value)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the signature is HTMLParser's
        self._end_text()

    def handle_data(self, data: str) -> None:
        if self._text_of:
            self._text.append(data)

    def close(self) -> None:
        super().close()
        self._end_text()

    def _end_text(self) -> None:
        if self._text:
            self.code.append((f"a <{self._text_of}> element", "".join(self._text)))
        self._text_of, self._text = "", []

    def _attribute(self, tag: str, name: str, value: str) -> None:
        where = f"<{tag} {name}=…>"
        start = value.lstrip()[:5].lower()
        if start == "data:":
            self._embedded(where, value.lstrip())
        elif name.startswith("on") or name in {"style", "srcdoc"}:
            self.code.append((where, value))
        elif start.startswith("javas"):
            self.found.append(f"{where} holds a script")
        elif (tag, name) != ("a", "href") and not name.startswith("xmlns") and _OUTWARD_ATTRIBUTE.search(value):
            self.found.append(f"<{tag} {name}={value[:80]!r}>")

    def _embedded(self, where: str, url: str) -> None:
        head, _, body = url.partition(",")
        try:
            decode = base64.b64decode if head.lower().endswith(";base64") else urllib.parse.unquote_to_bytes
            content = decode(body)
        except binascii.Error:
            self.found.append(f"{where} cannot be decoded")
            return
        if not re.match(r"data:(image/(?!svg)|font/|audio/|video/)", head, re.IGNORECASE):
            self.code.append((where, content.decode("utf-8", errors="replace")))


def _outward_in_code(code: str) -> Iterator[str]:
    options = _OPTIONS.fullmatch(code)
    if options and _is_json(options["json"]):
        return  # data, with a name that the user chose
    code = _DATUM.sub("", code)  # 50 MB of base64 that can hold nothing below
    for named in _NAMED_ANALYTICS.finditer(code):
        yield f"names {named[0]}"
    if call := _ANALYTICS_CALL.search(code):
        yield f"calls an analytics service: {call[0]!r}"
    for pattern in (_URL, _RELATIVE_URL):
        for url in pattern.finditer(code):
            if url["host"].lower() not in KNOWN_HOSTS:
                yield f"names a host that Allure 3.18 does not name: {url[0][:80]!r}"


def _is_analytics(script: re.Match[str]) -> bool:
    if source := _SRC.search(script["attributes"]):
        return not source["url"].lower().startswith("data:") and bool(_NAMED_ANALYTICS.search(source["url"]))
    code = script["code"]
    if any(mark in code for mark in _MARKS):
        return False  # the report itself
    return bool(_ANALYTICS_CALL.search(code) or _NAMED_ANALYTICS.search(code))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _object(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RenderError(f"cannot read {path} ({error}): the run was cut off while it wrote; run again") from error
    if not isinstance(content, dict):
        raise RenderError(f"{path} holds no JSON object: remove it, and render again")
    return content


def _entries(result: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    entries = result.get(name)
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _facts(path: Path) -> dict[str, str]:
    return {str(name): str(value) for name, value in _object(path).items()} if path.is_file() else {}


def _lay_out(given: Mapping[str, Mapping[str, Any]], results: Path, place: Path) -> None:
    place.mkdir()
    for name, result in given.items():
        (place / name).write_text(json.dumps(as_it_was(with_its_own_case(result))), encoding="utf-8")
    for pattern in ("*-container.json", "*-attachment*", "*-globals.json", "environment.properties"):
        for path in results.glob(pattern):
            shutil.copyfile(path, place / path.name)  # a link would not do: Allure passes over what is no plain file


def _packages(engine: node.Node) -> Path:
    """Return the folder with Allure's packages; fetch them the first time."""
    place = folders.cache() / f"allure-{cache_key(CONFIGURATION)}"
    try:
        made_once(place, "Allure", lambda part: _install(part, engine), lambda line: print(line, file=sys.stderr))
    except OSError as error:
        raise RenderError(
            f"cannot write the cache folder {place.parent} ({error.strerror or error}): "
            "set XDG_CACHE_HOME to a folder that you may write"
        ) from error
    return place


def _install(part: Path, engine: node.Node) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(CONFIGURATION / name, part)
    node.run(
        [*engine.npm, "ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        environment={
            **engine.environment(os.environ),
            "npm_config_cache": str(part / "npm"),
            "npm_config_logs_max": "0",
            "npm_config_fetch_retry_mintimeout": "1000",  # ms; the default of 10 s makes a minute of no network
            "npm_config_update_notifier": "false",
        },
        cwd=part,
        failure=f"npm could not fetch Allure as pinned in {CONFIGURATION / 'package-lock.json'}",
        advice="check that npm reaches its registry (`npm ping`; air-gapped: `npm config set registry …`)",
    )
    shutil.rmtree(part / "npm", ignore_errors=True)


def _generate(
    engine: node.Node,
    packages: Path,
    results: Path,
    scratch: Path,
    *,
    report_name: str,
    described: Mapping[str, Mapping[str, str]],
    history: Path | None,
) -> str:
    """Run Allure and return the page.

    Allure gets its own home and environment, else it would put the CI job, the branch and the repository into the page.
    """
    made = scratch / "report"
    command = [str(engine.node), str(packages / "node_modules" / "allure" / "cli.js"), "generate"]
    node.run(
        [
            *command,
            f"--config={CONFIGURATION / 'allurerc.mjs'}",
            f"--output={made}",
            f"--name={report_name}",
            f"--cwd={scratch}",
            "results",  # a pattern: brackets in a path would be taken for one
        ],
        environment={
            "PATH": str(engine.node.parent),
            "HOME": str(scratch),
            "TMPDIR": str(scratch),
            "LC_ALL": "C.UTF-8",
            "ALLURE_NO_ANALYTICS": "true",  # heeded by the plugin for Allure 2 only, up to 3.18
            "GIT_CEILING_DIRECTORIES": str(scratch.parent),
            "PODPROOF_ENVIRONMENTS": json.dumps(described),
            "PODPROOF_HISTORY": str(history or ""),
        },
        cwd=scratch,
        failure=f"Allure could not make a report of {results}",
        advice=f"look for damaged files there; if all are whole, remove {packages} and render again",
    )
    try:
        return (made / "index.html").read_text(encoding="utf-8")
    except OSError as error:
        raise RenderError(
            f"Allure made no index.html of {results} ({error.strerror or error}): remove {packages} and render again"
        ) from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Render as the command line says; return the exit code: 1, with one line on stderr, if there is no report."""
    parser = argparse.ArgumentParser(
        prog="python -m reports.html.render", description="One HTML file from Allure results."
    )
    parser.add_argument("results", type=Path, help="folder that pytest wrote with --alluredir")
    parser.add_argument("output", type=Path, help="folder for index.html; cleaned first")
    parser.add_argument("--report-name", help="title of the report (default: podproof, and what the run claims)")
    parser.add_argument("--history", type=Path, metavar="FILE", help="earlier runs; this one is added to them")
    given = parser.parse_args(arguments)
    try:
        name = given.report_name or claimed(given.results.resolve())
        index = render(given.results, given.output, report_name=name, history=given.history)
    except RenderError as error:
        print(f"no report: {error}", file=sys.stderr)
        return 1
    print(index)
    return 0


if __name__ == "__main__":
    sys.exit(main())
