"""terraform/: lives of all its folders, its own tests, limits, and comparisons with what the code says of itself."""

import sys

from .tally import ROOT

HERE = ROOT / "tests" / "terraform"


def lives(tally, workspace, lifecycle):
    tally.check("terraform: fmt", lifecycle.format_problems(workspace))
    for folder in workspace.folders():
        name = folder.relative_to(workspace.root)
        tally.check(f"terraform: life of {name}", lifecycle.life_problems(workspace, folder))


def run(tally, _long=False):
    sys.path.insert(0, str(HERE))
    try:
        import lifecycle  # of tests/terraform
        import workspace as workspaces
    finally:
        sys.path.remove(str(HERE))
    try:
        with workspaces.Workspace() as workspace:
            lives(tally, workspace, lifecycle)
    except workspaces.NotHere as why:
        tally.skip("terraform", str(why))
