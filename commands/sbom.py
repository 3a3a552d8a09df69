"""``python -m commands.sbom [--output FILE]``: a CycloneDX SBOM of all that podproof pins, for a release.

Its components are the Python packages of constraints.txt, the npm packages of Allure's report, and the Go modules of
which the local cluster is built. None of them is in the wheel: each is installed or built where podproof runs.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from commands.terminal import Parser, fail, show
from fixtures.paths import OUT, ROOT
from fixtures.session import output

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PINNED_IN = "podproof:pinned-in"
"""The property of a component that names each file of the checkout that pins it."""
CONSTRAINTS = "constraints.txt"
PYTHON = re.compile(r"^([\w.-]+)==(\S+)$", re.MULTILINE)
LOCK = "reports/html/allure/package-lock.json"
NODE_MODULES = "node_modules/"
MODULES = "clusters/local/modules/*/go.mod"
REQUIRED = re.compile(r"^(?:\t|require )(\S+) (v\S+)(?: // indirect)?$", re.MULTILINE)
REPLACED = re.compile(r"^(?:\t|replace )(\S+)(?: v\S+)? => (\S+) (v\S+)$", re.MULTILINE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the SBOM, and say where it is; return the exit code: 0, or that of one line on stderr."""
    parser = Parser(prog="sbom", description=__doc__, allow_abbrev=False)
    parser.add_argument("--output", type=Path, default=OUT / "sbom.cdx.json", help="default: %(default)s")
    file: Path = parser.parse_args(arguments).output
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text(ROOT), encoding="utf-8")
    except OSError as error:
        return fail(f"{output.refused(error)}: mend that, or name another")
    return show([str(file)])


def text(root: Path) -> str:
    """Return the SBOM of a checkout as JSON."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    of = PackageURL("pypi", name=project["name"], version=project["version"])
    podproof = Component(
        name=of.name, version=of.version, type=ComponentType.APPLICATION, purl=of, bom_ref=of.to_string()
    )
    places: dict[PackageURL, set[str]] = {}
    for package, place in pinned(root):
        places.setdefault(package, set()).add(place)
    bom = Bom(components=[_component(package, where) for package, where in places.items()])
    bom.metadata.component = podproof
    bom.register_dependency(podproof, bom.components)
    return make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1) + "\n"


def pinned(root: Path) -> Iterator[tuple[PackageURL, str]]:
    """Yield every package that a file of the checkout pins, with that file's path."""
    for name, version in PYTHON.findall((root / CONSTRAINTS).read_text(encoding="utf-8")):
        yield PackageURL("pypi", name=name, version=version), CONSTRAINTS
    for place, package in json.loads((root / LOCK).read_text(encoding="utf-8"))["packages"].items():
        if place:  # the empty one is the lock's own project
            namespace, _, name = place.rpartition(NODE_MODULES)[2].rpartition("/")
            yield PackageURL("npm", namespace, name, package["version"]), LOCK
    for file in sorted(root.glob(MODULES)):
        told = file.read_text(encoding="utf-8")
        instead = {name: (other, version) for name, other, version in REPLACED.findall(told)}
        for name, version in REQUIRED.findall(told):
            path, chosen = instead.get(name, (name, version))
            namespace, _, last = path.rpartition("/")
            yield PackageURL("golang", namespace, last, chosen), file.relative_to(root).as_posix()


def _component(package: PackageURL, places: set[str]) -> Component:
    return Component(
        group=package.namespace,
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        purl=package,
        bom_ref=package.to_string(),
        properties=[Property(name=PINNED_IN, value=place) for place in places],
    )


if __name__ == "__main__":
    sys.exit(main())
