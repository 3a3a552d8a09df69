"""Judges of apps that are to be alive at one time: their histories."""

from records import Act
from suite.start import judges
from tests.helpers.histories import did, exited, pod, ran, record, without
from tests.helpers.trial import Trial

APPS = ("one", "two", "three")
ANNOUNCED = (Act(0.0, "together", "pod"),)
TOGETHER = record(
    pod(*(ran(name, start, did(3.0, "read", content=""), exited(3.1)) for start, name in enumerate(APPS))),
    acts=ANNOUNCED,
)
WAITED = did(51.0, "not-read", awaited=50.0)
IN_TURN = record(
    pod(
        ran("one", 0.0, WAITED, exited(51.1, code=1)),
        ran("two", 0.1, WAITED, exited(51.1, code=1)),
        ran("three", 52.0, exited(52.2)),
    ),
    acts=ANNOUNCED,
)
ALONE = record(pod(ran("one", 0.0, WAITED, exited(51.1, code=1))), acts=ANNOUNCED)

TRIALS = (
    Trial(
        judges.apart,
        APPS,
        good=TOGETHER,
        broken=(("apart", "the third was started after the end of the others", IN_TURN),),
    ),
    Trial(
        judges.not_run,
        APPS,
        good=TOGETHER,
        broken=(
            ("never-started", "the others waited in vain", ALONE),
            ("never-started", "no third one", without(TOGETHER, "three")),
        ),
    ),
)
