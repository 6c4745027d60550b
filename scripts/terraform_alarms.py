#!/usr/bin/env python3
"""Writes terraform/modules/observability/alarms.json: the alarms as `scalper doctor --telemetry` prints them."""

import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ("name", "severity", "metrics", "expression", "statistic", "period_seconds", "evaluation_periods", "comparison", "threshold",
        "unit", "treat_missing_data", "meaning", "runbook")


def main():
    said = json.loads(subprocess.run([ROOT / "build" / "bin" / "scalper", "doctor", "--telemetry"], stdout=subprocess.PIPE,
                                     check=True).stdout)
    alarms = [{name: rule[name] for name in KEPT} for rule in said["alarms"]]
    text = json.dumps({"namespace": said["namespace"], "alarms": alarms}, indent=2) + "\n"
    (ROOT / "terraform" / "modules" / "observability" / "alarms.json").write_text(text)


if __name__ == "__main__":
    main()
