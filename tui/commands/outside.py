"""What there is beside the glass: a program for alarms, and a place for snapshots."""

from tui.commands.invocation import Invocation
from tui.commands.on_alarm import AlarmProgram
from tui.commands.snapshots import save_snapshot
from tui.config import Config
from tui.screens.ports import Outside


def outside_of(invocation: Invocation, config: Config) -> Outside:
    """What the configuration wants beside the glass."""
    alerts, folder = config.alerts, invocation.paths.snapshots
    return Outside(
        AlarmProgram(alerts.on_alarm, alerts.on_alarm_every, invocation.environment),
        lambda svg, text, at: save_snapshot(folder, svg, text, at),
    )
