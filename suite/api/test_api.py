"""What the API server refuses.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.session.marks import requirement, scenario
from suite.api import controls, judges

if TYPE_CHECKING:
    from fixtures.play.stage import Stage
    from records import Record, Violation


@scenario("api/seed-name.yaml", seconds=1)
def seed_name(deploy: Stage) -> None:
    """Send the article's own manifest, with its underscores."""
    deploy.dry_run()


@requirement("API-NAMES", control=(controls.LEGAL_NAME, controls.ANOTHER_FAULT))
def test_a_pod_name_with_underscores_is_refused(seed_name: Record) -> list[Violation]:
    return judges.not_refused_for(seed_name, "metadata.name")
