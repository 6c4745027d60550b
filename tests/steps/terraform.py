"""terraform/: lives of all its folders, its own tests, limits, and comparisons with what the code says of itself."""

import sys
from concurrent.futures import ThreadPoolExecutor

from .tally import CORES, ROOT

HERE = ROOT / "tests" / "terraform"
# Everything that a condition in the HCL can add.
ALL_OF_IT = {"contracts_folder": "../contracts", "create_kms_key": True, "alarm_emails": ["gate@example.com"], "output_expire_days": 400,
             "api": {"authorization": "token"},
             "max_files_per_hour": 100000,
             "notice_bus_arn": "arn:aws:events:eu-central-1:123456789012:event-bus/files",
             "vpc": {"subnet_ids": ["subnet-1", "subnet-2"], "security_group_ids": ["sg-1"],
                     "endpoints": {"vpc_id": "vpc-1", "route_table_ids": ["rtb-1"]}}}
# Files in buckets of others, under a key of theirs.
EXISTING = {"existing_buckets": {"input": "partner-uploads", "output": "lake",
                                 "kms_key_arns": ["arn:aws:kms:eu-central-1:123456789012:key/of-a-bucket"]}, "create_kms_key": True}


def lives(tally, workspace, lifecycle):
    tally.check("terraform: fmt", lifecycle.format_problems(workspace))
    folders = workspace.folders()
    with ThreadPoolExecutor(CORES) as pool:
        for folder, problems in zip(folders, pool.map(lambda folder: lifecycle.life_problems(workspace, folder), folders)):
            tally.check(f"terraform: life of {folder.relative_to(workspace.root)}", problems)


def older(tally, workspaces, lifecycle, long):
    """The oldest provider that versions.tf allows: validated, in long runs whole lives."""
    with workspaces.Workspace(workspaces.OLDEST) as workspace:
        judge = lifecycle.life_problems if long else lifecycle.validate_problems
        folders = workspace.folders()
        with ThreadPoolExecutor(CORES) as pool:
            for folder, problems in zip(folders, pool.map(lambda folder: judge(workspace, folder), folders)):
                tally.check(f"terraform: {workspaces.OLDEST}, {folder.relative_to(workspace.root)}", problems)


def own_tests(tally, workspace, own):
    folders = own.folders(workspace)
    with ThreadPoolExecutor(CORES) as pool:
        for folder, (passed, problems) in zip(folders, pool.map(lambda folder: own.results(workspace, folder), folders)):
            tally.ok(len(passed))
            tally.check(f"terraform test in {folder.relative_to(workspace.root)}", problems)
    for folder in folders:
        tally.check(f"terraform: rules of {folder.relative_to(workspace.root)}", own.untested_rules(folder))
    tally.check("terraform: variables of the root", own.root_problems(workspace.terraform))


def compared(tally, workspace, modules):
    """The root stack, applied with the least and with all of it, against limits and against the code."""
    workspaces, crosschecks, limits, evaluation, arithmetic, planted = modules
    root, name = workspace.terraform, workspaces.VARIABLES["name"]
    for what, more, when in (("least", {}, set()), ("existing", EXISTING, {"kms", "bucket_key"}),
                             ("all", ALL_OF_IT, {"bus", "guard", "kms", "vpc"})):
        with workspace.applied(root, workspaces.VARIABLES | more) as state:
            found = workspaces.resources(state)
            tally.check(f"terraform: next steps, {what}", crosschecks.next_steps(state, root))
        tally.check(f"terraform: limits, {what}", limits.problems(found))
        tally.check(f"terraform: permissions, {what}", crosschecks.permissions(found, name, when))
        tally.check(f"terraform: environment, {what}", crosschecks.environment(found, when))
        for check in (crosschecks.table, crosschecks.metrics, crosschecks.routes):
            tally.check(f"terraform: {check.__name__}, {what}", check(found))
        for check in (crosschecks.alarms, crosschecks.events):
            tally.check(f"terraform: {check.__name__}, {what}", check(found, name))
        if "kms" in when:
            tally.check(f"terraform: keys, {what}", crosschecks.keys(found))
    tally.check("terraform: roles against calls, allowed and forbidden", evaluation.problems(found, name))
    tally.check("terraform: alarms against series", arithmetic.problems(found, name))
    listed, moved = crosschecks.ADDRESSES.read_text(), crosschecks.MOVED.read_text()
    tally.check("terraform: addresses", crosschecks.addresses(found, listed, moved))
    tally.check("terraform: contracts as objects", crosschecks.contracts(found))
    tally.check("terraform: a destroy that is refused", crosschecks.refused_destroy(workspace, workspaces.VARIABLES))
    if crosschecks.SCALPER.exists():
        tally.check("terraform: a bad contract is not written", crosschecks.refused_contract(workspace, workspaces.VARIABLES))
    else:
        tally.skip("terraform: a bad contract is not written", "no scalper is built that could lint it")
    tally.check("terraform: planted faults", planted.problems(found, name, when))
    said = crosschecks.telemetry()
    if said is None:
        tally.skip("terraform: list of alarms", "there is no program that prints it")
    else:
        tally.check("terraform: costs", crosschecks.costs())
        tally.check("terraform: list of alarms", crosschecks.alarm_list(said))


def run(tally, long=False):
    sys.path.insert(0, str(HERE))
    try:
        import alarm_arithmetic as arithmetic
        import crosschecks  # of tests/terraform, as all these
        import evaluation
        import lifecycle
        import limits
        import linters
        import own_tests as own
        import planted
        import workspace as workspaces
    finally:
        sys.path.remove(str(HERE))
    try:
        with workspaces.Workspace() as workspace:
            lives(tally, workspace, lifecycle)
            own_tests(tally, workspace, own)
            compared(tally, workspace, (workspaces, crosschecks, limits, evaluation, arithmetic, planted))
        older(tally, workspaces, lifecycle, long)
        if long:
            with workspaces.Workspace() as workspace:  # with the files that the HCL reads
                linters.run(tally, workspace.terraform)
    except workspaces.NotHere as why:
        tally.skip("terraform", str(why))
