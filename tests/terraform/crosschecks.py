"""What the HCL says against what the code says of itself: variables, table, permissions, alarms, runbooks, events."""

import hashlib
import json
import re
import subprocess
from pathlib import Path

import policies
import yaml
from workspace import ROOT

HEADER = ROOT / "src" / "hosts" / "environment.h"
RECORDED = ROOT / "tests" / "aws" / "recorded-calls.json"
IMPLIED = ROOT / "terraform" / "implied-permissions.json"
ALARMS = ROOT / "terraform" / "modules" / "observability" / "alarms.json"
RUNBOOKS = ROOT / "docs" / "runbooks"
ADDRESSES = ROOT / "tests" / "terraform" / "addresses.txt"
MOVED = ROOT / "terraform" / "moved.tf"
SCALPER = ROOT / "build" / "bin" / "scalper"
# Read by the program, not set by the stack, and why.
NOT_SET = {"SCALPER_LARGE_QUEUE_URL": "the queue of `scalper worker`, which this stack does not make"}
ONLY_WHERE_ASKED = {"bus": "SCALPER_NOTICE_BUS", "guard": "SCALPER_MAX_FILES_PER_HOUR"}
OF_TOKENS = {"SCALPER_PIPELINE", "SCALPER_TABLE", "SCALPER_LOG_LEVEL"}  # all that the authorizer reads: src/hosts/aws_tokens.h


def of_kind(resources, kind):
    return [values for _, found, values in resources if found == kind]


def kebab(name):
    return re.sub(r"([a-z])([A-Z])", r"\1-\2", name).lower()


def difference(what, wanted, found):
    """Sentences for what is missing and for what is too much."""
    return ([f"{what}: missing {item}" for item in sorted(set(wanted) - set(found), key=str)] +
            [f"{what}: too much {item}" for item in sorted(set(found) - set(wanted), key=str)])


def environment(resources, when=()):
    """Every function is given what the list in the code says a gate on AWS reads, and nothing that no program reads."""
    listed = {name: reader for reader, name in re.findall(r'EnvironmentVariable\{ReadBy::k(\w+), "(\w+)"', HEADER.read_text())}
    wanted = {name for name, reader in listed.items() if reader in ("Aws", "Both")} - set(NOT_SET)
    wanted -= {name for asked, name in ONLY_WHERE_ASKED.items() if asked not in when}
    problems = [f"{name} is named, which no program reads" for name in {*NOT_SET, *OF_TOKENS} - set(listed)]
    functions = of_kind(resources, "aws_lambda_function")
    for function in functions:
        found = function["environment"][0]["variables"]
        problems += difference(f"environment of {function['function_name']}", OF_TOKENS if function["handler"] == "authorize" else wanted, found)
        problems += [f"{function['function_name']}: {name} is empty" for name, value in found.items() if not value]
    return problems if functions else ["no function"]


def table(resources):
    """The table is that of schemas/, with its indexes and the attribute of its time to live."""
    wanted = json.loads((ROOT / "schemas" / "records-table.json").read_text())
    ttl = json.loads((ROOT / "schemas" / "records-table-ttl.json").read_text())["TimeToLiveSpecification"]
    found, = of_kind(resources, "aws_dynamodb_table")
    keys = {"HASH": "hash_key", "RANGE": "range_key"}

    def keys_of(schema):
        return {keys[key["KeyType"]]: key["AttributeName"] for key in schema}

    indexes = {index["IndexName"]: (keys_of(index["KeySchema"]), index["Projection"]["ProjectionType"])
               for index in wanted["GlobalSecondaryIndexes"]}
    made = {index["name"]: ({"hash_key": index["hash_key"], "range_key": index["range_key"]}, index["projection_type"])
            for index in found["global_secondary_index"]}
    pairs = [("BillingMode", wanted["BillingMode"], found["billing_mode"]),
             ("KeySchema", keys_of(wanted["KeySchema"]), {"hash_key": found["hash_key"]} | (
                 {"range_key": found["range_key"]} if found.get("range_key") else {})),
             ("AttributeDefinitions", {a["AttributeName"]: a["AttributeType"] for a in wanted["AttributeDefinitions"]},
              {a["name"]: a["type"] for a in found["attribute"]}),
             ("GlobalSecondaryIndexes", indexes, made),
             ("TimeToLive", (ttl["Enabled"], ttl["AttributeName"]), (found["ttl"][0]["enabled"], found["ttl"][0]["attribute_name"])),
             ("members of the schema", {"TableName", "BillingMode", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes"},
              set(wanted))]
    return [f"table, {what}: {made}, and schemas/ has {asked}" for what, asked, made in pairs if asked != made]


def permissions(resources, pipeline, when):
    """Each role may do what its handler was seen to call and what AWS does in its name: no more, no fewer."""
    calls = json.loads(RECORDED.read_text())["calls"]
    implied = json.loads(IMPLIED.read_text())["permissions"]
    problems = [f"{row['action']}: no page of AWS says so" for row in implied
                if not row["page"].startswith("https://docs.aws.amazon.com/") or not row["why"]]
    roles = policies.of_roles(resources, pipeline)
    handlers = {function["handler"] for function in of_kind(resources, "aws_lambda_function")}
    problems += difference("roles", handlers, roles)
    for handler, may in roles.items():
        wanted = {(row["action"], row["resource"]) for row in calls
                  if row["handler"] == handler and ("bus" in when or row["resource"] != "{bus}")
                  and ("guard" in when or (handler, row["action"]) != ("sweep", "cloudwatch:GetMetricData"))}
        wanted |= {(row["action"], row["resource"]) for row in implied
                   if row["handler"] in ("*", handler) and (row["when"] == "always" or row["when"] in when)}
        problems += difference(f"role of {handler}", wanted, may)
        problems += [f"role of {handler}: a wildcard in {action}" for action, _ in may if "*" in action]
    return problems


def telemetry():
    """The one list, as the program prints it; None where there is no program."""
    if not SCALPER.exists():
        return None
    done = subprocess.run([SCALPER, "doctor", "--telemetry"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def alarm_list(said):
    """alarms.json is what the program prints of its alarms."""
    kept = json.loads(ALARMS.read_text())
    wanted = {"namespace": said["namespace"],
              "alarms": [{name: rule[name] for name in kept["alarms"][0]} for rule in said["alarms"]]}
    return [] if kept == wanted else ["terraform/modules/observability/alarms.json is not what `scalper doctor --telemetry` prints; "
                                      "scripts/terraform_alarms.py writes it anew"]


def metrics(resources):
    """The dashboard and the alarms name metrics that the program writes, and those of AWS's own."""
    source = (ROOT / "src" / "model" / "telemetry_names.h").read_text()
    ours = set(re.findall(r'constexpr std::string_view k\w+ = "([A-Z]\w+)"', source))
    aws = {"AWS/SQS": {"ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"},
           "AWS/Lambda": {"ConcurrentExecutions", "Errors", "Throttles"}, "SilentScalper": ours}
    named = []
    for dashboard in of_kind(resources, "aws_cloudwatch_dashboard"):
        for widget in json.loads(dashboard["dashboard_body"])["widgets"]:
            named += [(row[0], row[1]) for row in widget["properties"].get("metrics", []) if isinstance(row[0], str)]
    for alarm in of_kind(resources, "aws_cloudwatch_metric_alarm"):
        named += [(alarm["namespace"], alarm["metric_name"])] if alarm["metric_name"] else []
        named += [(query["metric"][0]["namespace"], query["metric"][0]["metric_name"])
                  for query in alarm["metric_query"] if query["metric"]]
    problems = [f"no program writes {name} to {space}" for space, name in sorted(set(named), key=str) if name not in aws.get(space, ())]
    return problems if named else ["no metric is named"]


def alarms(resources, pipeline):
    """Every rule is an alarm with its own dimensions, and every alarm has a runbook, and every runbook an alarm."""
    rules = {rule["name"]: rule for rule in json.loads(ALARMS.read_text())["alarms"]}
    made = {alarm["alarm_name"].removeprefix(f"{pipeline}-"): alarm for alarm in of_kind(resources, "aws_cloudwatch_metric_alarm")}
    problems = difference("alarms", rules, made)
    values = {"pipeline": {"Pipeline": pipeline}, "queue": {"QueueName": f"{pipeline}-work"},
              "dead-letter queue": {"QueueName": f"{pipeline}-dead"}}
    for name in sorted(set(rules) & set(made)):
        rule, alarm = rules[name], made[name]
        queries = alarm["metric_query"]
        dimensions = [alarm["dimensions"]] if not queries else [q["metric"][0]["dimensions"] for q in queries if q["metric"]]
        wanted = [values[metric["of"]] for metric in rule["metrics"]]
        if sorted(map(str, dimensions)) != sorted(map(str, wanted)):
            problems.append(f"{name}: dimensions {dimensions}, and the rule has {wanted}")
        expressions = [query["expression"] for query in queries if query["expression"]]
        if expressions != ([rule["expression"]] if rule["expression"] else []):
            problems.append(f"{name}: arithmetic {expressions}")
        same = ("comparison_operator", "comparison"), ("threshold", "threshold"), ("treat_missing_data", "treat_missing_data"), (
            "evaluation_periods", "evaluation_periods")
        problems += [f"{name}: {theirs} is {alarm[ours]}" for ours, theirs in same if alarm[ours] != rule[theirs]]
    every = [(kebab(name), alarm["alarm_description"]) for name, alarm in made.items()]
    every += [("gate", alarm["alarm_description"]) for alarm in of_kind(resources, "aws_cloudwatch_composite_alarm")]
    problems += [f"{name}: its description names no docs/runbooks/{name}.md" for name, text in every
                 if f"docs/runbooks/{name}.md" not in text]
    return problems + difference("runbooks", {name for name, _ in every},
                                 {path.stem for path in RUNBOOKS.glob("*.md")} - {"README"})


def keys(resources):
    """Who may use a key that is made: the account's own IAM, and each service as it is known to ask."""
    services = {}
    for key in of_kind(resources, "aws_kms_key"):
        for statement in json.loads(key["policy"])["Statement"]:
            for service in policies.listed(statement["Principal"].get("Service", [])):
                condition = statement.get("Condition", {})
                services[service] = sorted(name for names in condition.values() for name in names), set(policies.listed(statement["Action"]))
    use = {"kms:Decrypt", "kms:GenerateDataKey"}
    wanted = {"cloudwatch.amazonaws.com": (["aws:SourceAccount"], use)}
    # S3 says for which account; EventBridge says nothing, so that a condition would refuse every event.
    by_rule = not of_kind(resources, "aws_s3_bucket_notification")
    wanted |= {"events.amazonaws.com": ([], use)} if by_rule else {"s3.amazonaws.com": (["aws:SourceAccount"], use)}
    problems = [] if services else ["no key"]
    problems += [f"key: {service} may {services.get(service)}, and needs {what}" for service, what in wanted.items()
                 if services.get(service) != what]
    logs = [found for service, found in services.items() if service.startswith("logs.")]
    problems += [] if [found for found, _ in logs] == [["kms:EncryptionContext:aws:logs:arn"]] else [f"key: logs may {logs}"]
    return problems + [f"key: {service} may use it as well" for service in services if service not in wanted and not service.startswith("logs.")]


def events(resources, pipeline):
    """Only the input is listened to: what the gate writes never comes back to it."""
    watched = [values["bucket"] for values in of_kind(resources, "aws_s3_bucket_notification")]
    for rule in of_kind(resources, "aws_cloudwatch_event_rule"):
        if rule.get("event_pattern"):
            watched += json.loads(rule["event_pattern"])["detail"]["bucket"]["name"]
    function = next(values["environment"][0]["variables"] for values in of_kind(resources, "aws_lambda_function")
                    if values["handler"] == "ingest")
    if watched != [function["SCALPER_INPUT_BUCKET"]]:
        return [f"{pipeline}: listened to is {watched}, and the input is {function['SCALPER_INPUT_BUCKET']}"]
    roles = [function[f"SCALPER_{role}_BUCKET"] for role in ("INPUT", "OUTPUT", "QUARANTINE")]
    return [] if len(set(roles)) == 3 else [f"{pipeline}: one bucket twice: {roles}"]


def next_steps(state, folder):
    """What the outputs tell to type can be typed there: files are there, and the program knows the words."""
    outputs = state["values"]["outputs"]
    problems, seen = [], set()
    for line in [*outputs["next_steps"]["value"], outputs["doctor"]["value"], outputs["cost"]["value"]]:
        words = line.split("#")[0].split()
        copied = [words[place + 1] for place, word in enumerate(words) if word == "cp"]
        problems += [f"next steps: there is no {word}" for word in copied if not (folder / word).exists()]
        called = [place for place, word in enumerate(words) if Path(word).name == "scalper"]
        seen |= {words[place + 1] for place in called}
        for place in called if SCALPER.exists() else []:
            done = subprocess.run([SCALPER, words[place + 1], "--help"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            problems += [f"next steps: {line}: {done.stdout[:200]}" for word in words[place + 1:]
                         if done.returncode or (word.startswith("--") and word not in done.stdout)]
    return problems + difference("next steps", {"cost", "doctor", "status"}, seen - {"connect"})


def costs():
    """The table of the README says what its command prints."""
    text = (ROOT / "terraform" / "README.md").read_text()
    command = re.search(r"`scalper (cost --month [^`]+)`", text)
    said = subprocess.run([SCALPER, *command[1].split()], stdout=subprocess.PIPE, text=True, check=True).stdout
    date = re.search(r"list prices of (\S+), ([^:]+):", said)
    printed = {what: re.search(rf"^  {what} +.*?(\$[\d,.]+)$", said, re.MULTILINE)[1] for what in ("an idle month", "a month with these files")}
    return ([f"terraform/README.md does not say {what}: {dollars}" for what, dollars in printed.items() if f"| {what} | {dollars} |" not in text] +
            ([] if f"list prices of {date[1]}, {date[2]}" in text else [f"terraform/README.md does not name {date[1]}, {date[2]}"]))


def addresses(resources, listed, moved):
    """No part of the stack is called otherwise than it was without a `moved` block: it would be destroyed and made anew, with what is in it.

    listed: one address a line, without instances; moved: the text of terraform/moved.tf, with addresses of the root."""
    found = {re.sub(r'\[("[^"]*"|\d+)\]', "", address) for address, kind, _ in resources if kind != "terraform_data"}
    before = [line for line in listed.splitlines() if line]
    ways = re.findall(r"^moved \{\n  from = (\S+)\n  to   = (\S+)\n\}", moved, re.MULTILINE)

    def now(address):
        for old, new in ways:
            if address == old or address.startswith(old + "."):
                return new + address[len(old):]
        return address

    return ([f"address: {old} is there no more; write a moved block into terraform/moved.tf, or take its line out of {ADDRESSES.name} where it is meant to be destroyed" for old in before if now(old) not in found] +
            [f"address: {new} is not in {ADDRESSES.name}; add it" for new in sorted(found - {now(old) for old in before})])


def routes(resources):
    """The API's routes are the calls that the document has for AWS, HEAD where GET is, and open is what it calls open."""
    document = yaml.safe_load((ROOT / "schemas" / "openapi.yaml").read_text())
    wanted = {}
    for path, item in document["paths"].items():
        for method in set(item) & {"get", "put", "post", "delete", "patch"}:
            operation = item[method]
            if "lambda" in operation.get("x-hosts", ["lambda"]):
                is_open = "none" in operation["x-role"]
                wanted |= {f"{word} {path}": is_open for word in {method.upper()} | ({"HEAD"} if method == "get" else set())}
    made = {route["route_key"]: route["authorization_type"] == "NONE" for route in of_kind(resources, "aws_apigatewayv2_route")}
    return difference("routes (open to all?)", wanted.items(), made.items())


def contracts(resources):
    """The set lies as S3ContractSource reads it: pointer, list with digests, files; all of the folder and no more."""
    objects = {found["key"]: found["content"] for found in of_kind(resources, "aws_s3_object")}
    digest = objects.get("contracts/current", "")
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,128}", digest):
        return [f"contracts/current is {digest!r}"]
    prefix = f"contracts/sets/{digest}"
    wanted = {str(path.relative_to(ROOT / "contracts")): path.read_text()
              for path in sorted((ROOT / "contracts").rglob("*")) if path.suffix in (".yaml", ".yml", ".json")}
    problems = difference("contract files", {f"{prefix}/{path}": text for path, text in wanted.items()}.items(),
                          {key: text for key, text in objects.items() if key.startswith(prefix + "/")}.items())
    listed = {file["path"]: file["sha256"] for file in json.loads(objects.get(f"{prefix}.json", '{"files": []}'))["files"]}
    return problems + difference("their list", {p: hashlib.sha256(t.encode()).hexdigest() for p, t in wanted.items()}.items(), listed.items())


def refused_destroy(workspace, variables):
    """While `scalper doctor --aws --destroyable` says no, nothing at all is destroyed; it is told what the functions are told."""
    told, scalper = workspace.root / "told", workspace.root / "scalper"
    answers = workspace.root / "answers"
    scalper.write_text(f'#!/bin/sh\nenv > "{told}"\necho "words: $*" >> "{told}"\necho "a file waits"\nexit "$(cat "{answers}")"\n')
    scalper.chmod(0o755)
    given = variables | {"scalper_binary": str(scalper), "destroy_unfinished": False}
    workspace.variables(workspace.terraform, given)
    workspace.must(workspace.terraform, "apply", "-no-color", "-input=false", "-auto-approve")
    before = workspace.must(workspace.terraform, "state", "list", "-no-color")
    answers.write_text("1")
    code, said = workspace.call(workspace.terraform, "destroy", "-no-color", "-input=false", "-auto-approve")
    problems = [] if code and "a file waits" in said else [f"destroy ended with {code}: {said[-1500:]}"]
    after = workspace.must(workspace.terraform, "state", "list", "-no-color")
    problems += difference("what is left after the refusal", before.splitlines(), after.splitlines())
    said_to_it = told.read_text().splitlines()
    for line in ("words: doctor --aws --destroyable", f"SCALPER_PIPELINE={variables['name']}", f"AWS_REGION={variables['region']}"):
        problems += [] if line in said_to_it else [f"the doctor was not told {line}"]
    told.unlink()
    # Where the program is not at hand, an apply says so and destroys nothing; where it is again, it asks again.
    for told_where in ({key: value for key, value in given.items() if key != "scalper_binary"}, given):
        workspace.variables(workspace.terraform, told_where)
        workspace.must(workspace.terraform, "apply", "-no-color", "-input=false", "-auto-approve")
    problems += ["an apply asked the doctor"] if told.exists() else []
    answers.write_text("0")
    workspace.must(workspace.terraform, "destroy", "-no-color", "-input=false", "-auto-approve")
    problems += [] if told.exists() else ["nobody was asked the second time"]
    told.unlink(missing_ok=True)
    with workspace.applied(workspace.terraform, given | {"destroy_unfinished": True}):
        answers.write_text("1")
    return problems + (["it was asked although destroy_unfinished is set"] if told.exists() else [])


def refused_contract(workspace, variables):
    """What `scalper contract lint` refuses is not written, and the one that stood stays."""
    folder = workspace.root / "bad-contracts"
    folder.mkdir()
    (folder / "orders.yaml").write_text("contract: orders\nmatch: {prefix: orders/}\ntipes: [text/csv]\n")
    workspace.variables(workspace.terraform, variables | {"contracts_folder": str(folder), "scalper_binary": str(SCALPER)})
    code, said = workspace.call(workspace.terraform, "apply", "-no-color", "-input=false", "-auto-approve")
    _, written = workspace.call(workspace.terraform, "state", "list", "-no-color")
    problems = [] if code and "tipes" in said else [f"apply ended with {code}: {said[-1500:]}"]
    problems += [f"written all the same: {line}" for line in written.splitlines() if line.startswith("aws_s3_object")]
    workspace.must(workspace.terraform, "destroy", "-no-color", "-input=false", "-auto-approve")
    return problems
