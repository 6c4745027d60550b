#!/usr/bin/env python3
"""Takes the samples through a gate on a real AWS account that it makes for the purpose, compares, and removes all of it.

aws_smoke.py --dry-run            says what would be made, and makes nothing
aws_smoke.py                      buckets, queues, table and topic; `scalper worker` on this machine does the work
aws_smoke.py --function           the function of dist/scalper-lambda-x86_64.zip does it, under least privilege
aws_smoke.py --remove NAME        takes away what a run left that was cut off

Needs boto3, credentials where AWS's tools find them, and AWS_REGION. Exit code 0 only if every sample ended as expected and
nothing is left. docs/aws-smoke.md tells more.
"""

import argparse
import json
import os
import subprocess
import sys
import threading
import time

import journey
from aws_smoke_stack import ROOT, ZIP, Stack, wait

SCALPER, FILE_SECONDS = journey.SCALPER, 300


class Worker:
    """`scalper worker` with the settings of the stack; a context."""

    def __init__(self, settings):
        self.settings, self.said = settings, []

    def __enter__(self):
        self.process = subprocess.Popen([SCALPER, "worker"], env=self.settings, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True)
        self.reader = threading.Thread(target=lambda: self.said.extend(self.process.stderr))
        self.reader.start()
        wait(lambda: any("is up" in line for line in self.said) or self.process.poll() is not None, "the worker is not up", 60)
        if self.process.poll() is not None:
            self.__exit__()
            raise RuntimeError(f"the worker does not start: {' '.join(self.said)}")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(120)
        self.reader.join()
        self.process.stderr.close()


class Nobody:
    """The function works; nothing runs here."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def scalper(settings, *words):
    done = subprocess.run([SCALPER, *words], env=settings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stdout


def send_samples(stack):
    """Files first, then the checksum files that they wait for."""
    rows = journey.expectations()
    for key, *_ in rows:
        stack.s3.put_object(Bucket=stack.buckets["input"], Key=key, Body=(ROOT / "samples" / key).read_bytes())
    return rows


def ended(settings, rows):
    """Their records, as `scalper ls` tells them once all are final."""
    def look():
        _, text = scalper(settings, "ls", "--aws", "--json", "--limit", "1000")
        found = {file["key"]: file for file in json.loads(text)["files"]} if text else {}
        return found if {key for key, *_ in rows} <= set(found) else None

    return wait(look, "not every sample is final", FILE_SECONDS)


def compare(stack, rows, records):
    """How many ended otherwise than expected; a line each."""
    wrong = 0
    for key, status, codes, bucket in rows:
        record = records[key]
        where = record.get("target", {}).get("bucket", "").removeprefix(stack.name + "-")
        good = (record["status"], where) == (status, bucket) and codes <= set(record.get("codes", []))
        wrong += not good
        print(f"{'ok   ' if good else 'WRONG'} {key}: {record['status']} in {where or 'no bucket'}"
              + ("" if good else f", expected {status} in {bucket} with {sorted(codes)}"))
    return wrong


def run(stack, with_function):
    stack.make(with_function)
    settings = {**os.environ, **stack.settings()}
    wrong, _ = scalper(settings, "contract", "publish", str(ROOT / "contracts"), "--aws")
    if wrong:
        raise RuntimeError("the contracts cannot be published")
    with Nobody() if with_function else Worker(settings):
        if with_function:
            answer = stack.functions.invoke(FunctionName=f"{stack.name}-sweep", Payload=b"{}")
            if "FunctionError" in answer:
                raise RuntimeError(f"the sweep fails: {answer['Payload'].read().decode()}")
        wrong, text = scalper(settings, "doctor", "--aws", "--canary")
        print(text)
        if wrong:
            raise RuntimeError("the canary did not come through")
        begun = time.monotonic()
        rows = send_samples(stack)
        wrong = compare(stack, rows, ended(settings, rows))
        print(f"{len(rows) - wrong} of {len(rows)} samples as expected, {time.monotonic() - begun:.1f} s")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dry-run", action="store_true", help="say what would be made")
    parser.add_argument("--function", action="store_true", help="the Lambda function works, and not a worker here")
    parser.add_argument("--keep", action="store_true", help="leave all of it there, to look at")
    parser.add_argument("--remove", metavar="NAME", help="remove what a run of that name left")
    options = parser.parse_args()
    for needed in [SCALPER] + [ZIP] * options.function:
        if not needed.exists():
            parser.error(f"{needed} is not there: ./run --build, ./package")
    stack = Stack(options.remove)
    if options.dry_run or not options.remove:
        print(f"account {stack.account}, region {stack.region}, name {stack.name}")
        print("\n".join(f"  {part}" for part in stack.names(options.function)), flush=True)
    if options.dry_run:
        return 0
    wrong = 0
    try:
        if not options.remove:
            wrong = run(stack, options.function)
    finally:
        left = [] if options.keep else stack.remove()
        for line in left:
            print(f"LEFT {line}", file=sys.stderr)
        print("kept, remove it with --remove " + stack.name if options.keep else f"removed {stack.name}" if not left else
              f"not all of {stack.name} could be removed")
    return 1 if wrong or left else 0


if __name__ == "__main__":
    sys.exit(main())
