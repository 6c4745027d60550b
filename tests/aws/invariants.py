"""What the commit protocol promises, judged by boto3 alone once all is at rest. The letters are those of the design."""

import hashlib

import world


def digest(data):
    return hashlib.sha256(data).hexdigest()


def check(gate):
    """Problems, each one line; none is what a test wants."""
    landed, records = gate.landed(), gate.records()
    by_id = {}
    for version in landed:
        by_id.setdefault(version.id, []).append(version)
    problems = [f"(d) {version.bucket}/{version.key} has no record" for version in landed if version.id not in records]
    inputs = set(gate.versions(gate.input))
    good = {digest(sent.data) for sent in gate.sent if sent.bucket == "output"}
    problems += [f"(f) {version.key} in output was never judged valid" for version in landed
                 if version.bucket == "output" and version.sha256 not in good]
    for sent in gate.sent:
        problems += of_one(gate, sent, by_id, records, inputs)
    return problems


def of_one(gate, sent, by_id, records, inputs):
    identity = world.file_id(gate.input, sent.key, sent.version)
    record, copies = records.get(identity), by_id.get(identity, [])
    if record is None:
        return [f"(g) {sent.key} has no record"]
    problems = []
    if not any(copy.sha256 == digest(sent.data) for copy in copies) and (sent.key, sent.version) not in inputs:
        problems.append(f"(a) {sent.key} is lost: its bytes are nowhere")
    if len(copies) != 1:
        problems.append(f"(c) {sent.key} lies in {len(copies)} places: {copies}")
    target = record.get("target", {})
    there = {(getattr(gate, copy.bucket), copy.key, copy.version, copy.sha256) for copy in copies}
    named = (target.get("bucket"), target.get("key"), target.get("version_id"), digest(sent.data))
    if record["status"] in world.FINAL and named not in there:
        problems.append(f"(b) {sent.key} is {record['status']}, and what its record names is not there: {named}, {there}")
    if (sent.key, sent.version) in inputs:
        problems.append(f"(b) {sent.key} is still in input, {record['status']}")
    if copies and copies[0].bucket != sent.bucket:
        problems.append(f"{sent.key} lies in {copies[0].bucket}, and belongs into {sent.bucket}")
    return problems
