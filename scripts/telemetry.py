#!/usr/bin/env python3
"""Writes what is made of the one list of telemetry in the code: docs/telemetry.md, the rules for Prometheus and the
dashboard for Grafana. --check: writes nothing, and fails with the names of those that are stale."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(os.environ.get("SCALPER_PROGRAM", ROOT / "build" / "bin" / "scalper"))
PAGE = "docs/telemetry.md"
RULES = "monitoring/prometheus/scalper.rules.yml"
DASHBOARD = "monitoring/grafana/scalper.json"
RANGE = "$__rate_interval"


def telemetry():
    """The list, as the program prints it."""
    done = subprocess.run([PROGRAM, "doctor", "--telemetry"], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join(lines + ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]) + "\n"


def minutes(seconds):
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def condition(alarm):
    sign = {"GreaterThanThreshold": ">", "LessThanThreshold": "<"}[alarm["comparison"]]
    return f"{sign} {alarm['threshold']:g} {alarm['unit']}"


def metric_of(alarm):
    names = {metric["id"]: metric["name"] for metric in alarm["metrics"]}
    text = alarm["expression"] or "m1"
    for place in sorted(names, key=lambda word: -int(word[1:])):
        text = text.replace(f"FILL({place},0)", names[place])
        text = names[place] if text == place else text
    return text


def alarm_row(alarm):
    over = f"{alarm['statistic']} over {minutes(alarm['period_seconds'])}"
    times = f", {alarm['evaluation_periods']} in a row" if alarm["evaluation_periods"] > 1 else ""
    return (f"`{alarm['name']}`", alarm["severity"], f"`{metric_of(alarm)}`, {over}{times}", condition(alarm),
            alarm["treat_missing_data"], alarm["meaning"] + " " + alarm["runbook"])


def page(said):
    out = ["# Telemetry\n",
           "One list in the code (`src/model/telemetry_names.h`, `log_events.cpp`, `alarm_rules.cpp`); `scalper doctor\n"
           "--telemetry` prints it as JSON, and `scripts/telemetry.py` writes this page, the rules in `monitoring/prometheus/` and\n"
           "the dashboard in `monitoring/grafana/` of it.\n",
           "## Metrics\n",
           f"In CloudWatch: namespace `{said['namespace']}`, dimensions `Pipeline` and, for up to 20 contracts, `Contract`. On one\n"
           "machine: `GET /metrics`, label `contract`. Durations are histograms there, in seconds.\n",
           table(("CloudWatch", "Unit", "Prometheus", "Meaning"),
                 [(f"`{m['name']}`", m["unit"], f"`{m['prometheus']}`", m["meaning"]) for m in said["metrics"]]),
           "Asked for when somebody scrapes, on one machine only:\n",
           table(("Prometheus", "Label", "Meaning"),
                 [(f"`{g['prometheus']}`", g["label"], g["meaning"]) for g in said["gauges"]]),
           f"Requests to the API are the histogram `{said['api_histogram']}` by `route` (a template) and `status` (`2xx`).\n",
           "## Alarms\n",
           "Named `<pipeline>-<alarm>`. A value is looked at once a period; what a period without data counts for is the column\n"
           "`missing`.\n",
           table(("Alarm", "Severity", "Value", "Alarm when", "Missing", "Meaning, and what to do"),
                 [alarm_row(alarm) for alarm in said["alarms"]]),
           "## Log events\n",
           "One JSON object a line, with `timestamp`, `level` and `event` first. Any line may also have "
           + ", ".join(f"`{key}`" for key in said["common_log_keys"]) + ".\n",
           table(("Event", "Level", "Keys", "Meaning"),
                 [(f"`{e['event']}`", ", ".join(e["levels"]), " ".join(f"`{k}`" for k in e["keys"]), e["meaning"])
                  for e in said["log_events"]]),
           "## Log keys\n",
           table(("Key", "Meaning"), [(f"`{key}`", meaning) for key, meaning in said["log_keys"].items()])]
    return "\n".join(out)


def quoted(text):
    return json.dumps(text)  # a JSON string is one of YAML


def rules(said):
    out = ["# Alarms of a gate on one machine, made by scripts/telemetry.py. Load it with `rule_files:`.",
           "groups:", "  - name: scalper", "    rules:"]
    for alarm in said["alarms"]:
        lasts = alarm["period_seconds"] * (alarm["evaluation_periods"] - 1)
        out += [f"      - alert: {alarm['name']}", f"        expr: {quoted(alarm['prometheus'])}"]
        if lasts:
            out.append(f"        for: {lasts}s")
        out += ["        labels:", f"          severity: {alarm['severity']}",
                "        annotations:", f"          summary: {quoted(alarm['meaning'])}",
                f"          runbook: {quoted(alarm['runbook'])}"]
    return "\n".join(out) + "\n"


def panel(number, title, unit, *queries):
    return {"id": number, "title": title, "type": "timeseries", "datasource": {"type": "prometheus", "uid": "${datasource}"},
            "gridPos": {"h": 8, "w": 12, "x": 12 * ((number - 1) % 2), "y": 8 * ((number - 1) // 2)},
            "fieldConfig": {"defaults": {"unit": unit}, "overrides": []},
            "targets": [{"refId": chr(ord("A") + i), "expr": expr, "legendFormat": legend}
                        for i, (legend, expr) in enumerate(queries)]}


def quantiles(histogram):
    return [(f"p{int(q * 100)}", f"histogram_quantile({q}, sum by (le) (rate({histogram}_bucket[{RANGE}])))")
            for q in (0.5, 0.95, 0.99)]


def dashboard(_said):
    ended = [(status, f"sum(rate(scalper_files_{status}_total[{RANGE}]))")
             for status in ("valid", "invalid", "unverifiable", "failed")]
    panels = [
        panel(1, "Files", "ops", *ended),
        panel(2, "Invalid, by contract", "ops",
              ("{{contract}}", f"sum by (contract) (rate(scalper_files_invalid_total[{RANGE}]))")),
        panel(3, "Share that is invalid", "percentunit", ("since the start", "scalper_invalid_ratio")),
        panel(4, "Bytes", "Bps", ("bytes", f"sum(rate(scalper_bytes_validated_total[{RANGE}]))")),
        panel(5, "From arrival to verdict", "s", *quantiles("scalper_arrival_to_verdict_seconds")),
        panel(6, "Validation", "s", *quantiles("scalper_validate_duration_seconds")),
        panel(7, "From claim to verdict", "s", *quantiles("scalper_process_duration_seconds")),
        panel(8, "Queue", "short", ("waiting", "scalper_queue_visible"), ("in work", "scalper_queue_in_flight"),
              ("dead letters", "scalper_dead_letters"), ("in the inbox", "scalper_inbox_waiting"),
              ("taken, not published", "scalper_adopted_waiting")),
        panel(9, "Oldest message", "s", ("age", "scalper_queue_age_seconds")),
        panel(10, "Sweep and starts", "short",
              ("found by sweeps", f"sum(increase(scalper_sweep_findings_total[{RANGE}]))"),
              ("starts", f"sum(increase(scalper_cold_start_total[{RANGE}]))"),
              ("log lines lost", "scalper_log_lines_lost")),
        panel(11, "Requests to the API", "ops",
              ("{{status}}", f"sum by (status) (rate(scalper_api_request_duration_seconds_count[{RANGE}]))")),
        panel(12, "Slowest requests to the API (p99)", "s",
              ("{{route}}", "histogram_quantile(0.99, sum by (le, route) "
                            f"(rate(scalper_api_request_duration_seconds_bucket[{RANGE}])))")),
    ]
    board = {"title": "Silent Scalper", "uid": "silent-scalper", "schemaVersion": 38, "editable": True, "refresh": "30s",
             "time": {"from": "now-6h", "to": "now"}, "tags": ["scalper"],
             "templating": {"list": [{"name": "datasource", "type": "datasource", "query": "prometheus"}]},
             "panels": panels}
    return json.dumps(board, indent=1) + "\n"


MADE = {PAGE: page, RULES: rules, DASHBOARD: dashboard}


def stale(said):
    """Names of files that say something else than the list."""
    def held(path):
        return (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).exists() else None
    return [path for path, make in MADE.items() if held(path) != make(said)]


def main():
    said = telemetry()
    old = stale(said)
    if "--check" in sys.argv[1:]:
        for path in old:
            print(f"{path} is stale: run scripts/telemetry.py", file=sys.stderr)
        return 1 if old else 0
    for path in old:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(MADE[path](said), encoding="utf-8")
        print(f"{path} was written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
