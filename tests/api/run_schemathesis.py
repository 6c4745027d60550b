"""schemathesis over the whole document against a running gate, with every check. Runs inside the venv `schemathesis`.

    run_schemathesis.py HOST URL SECONDS    HOST: server or lambda; ids and keys of files: SCALPER_API_IDS, SCALPER_API_KEYS
Exit code 0: no check failed, and every operation was tested.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import document

HERE = Path(__file__).resolve().parent
EXAMPLES = {"server": 25, "lambda": 6}
BOUND_SECONDS = 360  # a guard alone: the number of examples is what bounds it
SEED = "20261130"  # the same cases each time; --long takes others as well


def main(host, url, seconds):
    long = os.environ.get("SCALPER_LONG") == "1"
    with tempfile.TemporaryDirectory(prefix="scalper-schemathesis-") as folder:
        told = document.closed(document.of_host(document.load(), host))
        source = Path(folder) / "openapi.json"
        source.write_text(json.dumps(told), encoding="utf-8")
        command = [Path(sys.executable).parent / "schemathesis", "--config-file", HERE / "schemathesis.toml", "run", source,
                   "--url", url, "--checks", "all", "--warnings", "off", "--no-color", "--report", "json",
                   "--report-json-path", Path(folder) / "report.json",
                   # PUT takes keys with slashes, so that Allow names it at every path below /v1/files/.
                   "--exclude-checks", "allow_header_conformance"]
        command += ["--max-time", seconds] if long else ["--max-examples", str(EXAMPLES[host]), "--seed", SEED]
        done = subprocess.run(command, cwd=folder, check=False,
                              env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(HERE)},
                              timeout=2 * int(seconds) if long else BOUND_SECONDS)
        report = json.loads((Path(folder) / "report.json").read_text(encoding="utf-8"))
    counted, cases = report["operations"], report["test_cases"]
    print(f"{host}: {cases['generated']} cases, {counted['tested']} of {counted['total']} operations, seed {report['seed']}")
    return done.returncode or counted["tested"] != counted["total"] or cases["generated"] == 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
