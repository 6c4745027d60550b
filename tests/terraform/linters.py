"""What checkov and tflint say of terraform/, but for what linter-exceptions.json names, each with its reason.

checkov comes from its list of exact versions; tflint and its rules for AWS are used where they are on PATH. Neither calls
anybody: what they would ask their makers for is left out.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "aws"))
import venvs  # noqa: E402

EXCEPTIONS = HERE / "linter-exceptions.json"
SECONDS = 900
LEAST_CHECKS = 500  # that pass; 950 did when this was written
TFLINT, AWS_RULES = "0.64", "0.48"
PLUGIN = '''plugin "terraform" {{
  enabled = true
  preset  = "recommended"
}}
plugin "aws" {{
  enabled = {aws}
}}
'''


def exceptions(linter):
    """{rule: reason}"""
    return json.loads(EXCEPTIONS.read_text())[linter]


def judged(linter, found):
    """Problems: (rule, place, sentence) that no exception names, exceptions that nothing needs any more."""
    known = exceptions(linter)
    problems = [f"{place}: {rule}: {sentence}" for rule, place, sentence in found if rule not in known]
    met = {rule for rule, _, _ in found}
    return problems + [f"{EXCEPTIONS.name}: {rule} is met nowhere any more" for rule in known if rule not in met]


def checkov(folder):
    """Problems; raises venvs.NotInstalled."""
    program = venvs.make("checkov") / "bin" / "checkov"
    done = subprocess.run([program, "-d", folder, "--framework", "terraform", "--quiet", "--compact", "--skip-download", "-o", "json"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=SECONDS,
                          env={**os.environ, "LOG_LEVEL": "ERROR"}, check=False)
    if done.returncode not in (0, 1):
        return [f"checkov ended with {done.returncode}: {done.stderr[-500:]}"]
    told = json.loads(done.stdout)
    reports = told if isinstance(told, list) else [told]
    if sum(report["summary"]["passed"] for report in reports if "summary" in report) < LEAST_CHECKS:
        return [f"checkov looked at next to nothing: {done.stdout[:300]}"]
    broken = [f"checkov cannot read {report['summary']['parsing_errors']} files" for report in reports
              if report["summary"]["parsing_errors"]]
    found = {(one["check_id"], one["file_path"].lstrip("/"), one["check_name"])
             for report in reports for one in report["results"]["failed_checks"]}
    return broken + judged("checkov", sorted(found))


class NoTflint(Exception):
    """It is not there, and why that is known."""


def tflint(folder):
    """Problems; raises NoTflint. The rules for AWS join where their plugin is beside tflint or where tflint keeps it."""
    program = shutil.which("tflint")
    if program is None:
        raise NoTflint(f"tflint is not on PATH ({TFLINT} with its AWS rules {AWS_RULES} is meant)")
    plugins = Path(os.environ.get("TFLINT_PLUGIN_DIR", Path(program).parent))
    if not (plugins / "tflint-ruleset-aws").exists():
        raise NoTflint(f"no tflint-ruleset-aws in {plugins}; TFLINT_PLUGIN_DIR may name another folder")
    configuration = folder / ".tflint.hcl"
    configuration.write_text(PLUGIN.format(aws="true"))
    done = subprocess.run([program, "--recursive", "--format=json", f"--config={configuration}"], cwd=folder,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=SECONDS,
                          env={**os.environ, "TFLINT_PLUGIN_DIR": str(plugins)}, check=False)
    configuration.unlink()
    if not done.stdout:
        return [f"tflint ended with {done.returncode}: {done.stderr[-500:]}"]
    told = json.loads(done.stdout)
    broken = [f"tflint: {error['message'][:300]}" for error in told["errors"]]
    return broken + judged("tflint", sorted({(one["rule"]["name"], one["range"]["filename"], one["message"]) for one in told["issues"]}))


def run(tally, folder):
    """`folder`: a copy of terraform/ as it is in the repository, which may be written to."""
    try:
        tally.check("terraform: checkov", checkov(folder))
    except venvs.NotInstalled as why:
        tally.skip("terraform: checkov", str(why))
    try:
        tally.check("terraform: tflint", tflint(folder))
    except NoTflint as why:
        tally.skip("terraform: tflint", str(why))
