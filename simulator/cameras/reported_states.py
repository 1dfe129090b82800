"""States that follow from what a camera is equipped with, and are reported with the others."""

from simulator.world import Camera

from .lights import light_reports
from .outputs import output_reports
from .ptz import head_reports


def add_reported_states(camera: Camera) -> None:
    """Add those that have not been reported so far."""
    for report in (*output_reports(camera), *light_reports(camera), *head_reports(camera)):
        camera.event_states.setdefault(report.state_of, dict(report.data))
