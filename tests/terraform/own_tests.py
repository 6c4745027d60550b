"""`terraform test` of each folder that has tests, and whether each rule of a variable is shown to refuse something."""

import re

RUN = re.compile(r'^  run "(\w+)"\.\.\. (pass|fail|skip)$', re.MULTILINE)
FAILURES = re.compile(r"expect_failures\s*=\s*\[([^\]]*)\]")


def folders(workspace):
    return [folder for folder in (workspace.terraform, *sorted(workspace.terraform.glob("modules/*/"))) if (folder / "tests").is_dir()]


def results(workspace, folder):
    """(runs that passed, problems)"""
    workspace.init(folder)
    code, said = workspace.call(folder, "test", "-no-color")
    runs = RUN.findall(said)
    passed = [name for name, outcome in runs if outcome == "pass"]
    if code or not passed or len(passed) != len(runs):
        return passed, [f"terraform test ended with {code}, {len(passed)} of {len(runs)} runs passed: {said[-4000:]}"]
    return passed, []


def blocks(text, kind):
    """Name and text of each top level block of a kind. By lines: what `terraform fmt` wrote closes a block in column 0."""
    return re.findall(rf'^{kind} "([^"]+)"(?: "[^"]+")? \{{\n(.*?)^\}}', text, re.MULTILINE | re.DOTALL)


def untested_rules(folder):
    """Rules that no run expects to refuse: as many runs as rules for each variable, one for each resource that refuses."""
    text = "\n".join(path.read_text() for path in sorted(folder.glob("*.tf")))
    tests = "\n".join(path.read_text() for path in sorted(folder.glob("tests/*.tftest.hcl")))
    refused = [word.strip() for found in FAILURES.findall(tests) for word in found.split(",")]
    problems = [f"var.{name}: {rules} rules, {refused.count(f'var.{name}')} runs that expect it to refuse"
                for name, body in blocks(text, "variable")
                if (rules := len(re.findall(r"^  validation \{", body, re.MULTILINE))) > refused.count(f"var.{name}")]
    conditions = len(re.findall(r"^    (?:pre|post)condition \{", text, re.MULTILINE))
    if conditions > sum(1 for name in refused if not name.startswith("var.")):
        problems.append(f"{conditions} conditions of resources, and fewer runs that expect one to refuse")
    problems += [f"var.{name}: no description" for name, body in blocks(text, "variable") if "  description" not in body]
    problems += [f"output {name}: no description" for name, body in blocks(text, "output") if "  description" not in body]
    return problems


def root_problems(folder):
    """At most 40 variables, none without a default but name and region."""
    found = blocks((folder / "variables.tf").read_text(), "variable")
    needed = {name for name, body in found if not re.search(r"^  default\s*=", body, re.MULTILINE)}
    problems = [] if len(found) <= 40 else [f"{len(found)} variables in the root, more than 40"]
    return problems + ([] if needed == {"name", "region"} else [f"needed are {sorted(needed)}"])
