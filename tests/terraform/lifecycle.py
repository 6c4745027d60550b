"""A folder's whole life: format, init, validate, plan, apply, an empty second plan, destroy, nothing left."""

import re

from workspace import VARIABLES


def format_problems(workspace):
    code, said = workspace.call(workspace.terraform, "fmt", "-check", "-recursive", "-no-color")
    return [f"not as `terraform fmt` writes it: {line}" for line in said.splitlines()] if code else []


def variables_of(folder):
    """Those that have to be given; an example has none, the root stack and modules' examples what they say."""
    text = "\n".join(path.read_text() for path in folder.glob("*.tf"))
    asked = set(re.findall(r'^variable "(\w+)"', text, re.MULTILINE))
    return {name: value for name, value in VARIABLES.items() if name in asked}


def validate_problems(workspace, folder):
    """What `validate` refuses or warns of."""
    workspace.init(folder)
    code, said = workspace.call(folder, "validate", "-no-color")
    return [f"validate ended with {code}: {said[-3000:]}"] if code or "Warning" in said else []


IMPORT = re.compile(r"^import \{\n(?:.*\n)*?\}\n", re.MULTILINE)
NOTHING_TO_IMPORT = "this provider knows schemas only, there is nothing to"


def import_problems(workspace, folder):
    """Whether each `import` block names a resource that the folder has. The provider of schemas comes as far as having nothing
    to import. The blocks are taken out of the copy then, so that what is left can live."""
    for path in folder.glob("*.tf"):
        text, count = IMPORT.subn("", path.read_text())
        if count:
            code, said = workspace.call(folder, "plan", "-no-color", "-input=false")
            errors = [error for error in said.split("Error: ")[1:] if NOTHING_TO_IMPORT not in " ".join(error.split())]
            if not code or errors or said.count("Error: Import") > count:
                return [f"plan with {count} imports ended with {code}: {said[-3000:]}"]
            path.write_text(text)
    return []


def life_problems(workspace, folder):
    """One life of what stands in `folder`. [] if all of it went well."""
    workspace.init(folder)
    workspace.variables(folder, variables_of(folder))
    if problems := import_problems(workspace, folder):
        return problems
    for words in (["validate", "-no-color"], ["plan", "-no-color", "-input=false", "-out=first.plan"],
                  ["apply", "-no-color", "-input=false", "first.plan"]):
        code, said = workspace.call(folder, *words)
        if code:
            return [f"{words[0]} ended with {code}: {said[-3000:]}"]
        if words[0] == "validate" and "Warning" in said:
            return [f"validate warns: {said[-3000:]}"]
    problems = []
    code, said = workspace.call(folder, "plan", "-no-color", "-input=false", "-detailed-exitcode")
    if code:  # 2: there is something to change
        problems.append(f"a second plan is not empty: {said[-3000:]}")
    code, said = workspace.call(folder, "destroy", "-no-color", "-input=false", "-auto-approve")
    if code:
        problems.append(f"destroy ended with {code}: {said[-3000:]}")
    code, said = workspace.call(folder, "state", "list", "-no-color")
    if said.strip():
        problems.append(f"destroy left: {said.strip()}")
    return problems
