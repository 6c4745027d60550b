"""The Lambda between the Runtime API and AWS: its start and what an invocation costs, beside other runtimes."""

import json

import peers
from measure import Missing, Pairs, program, run, work_folder

def messages(*keys):
    """What Lambda hands over of a queue that tells of these files."""
    return {"Records": [{"messageId": f"m-{key}", "receiptHandle": "h", "eventSource": "aws:sqs", "attributes": {},
                         "body": json.dumps({"bucket": "files-in", "key": key, "version": "v"})} for key in keys]}


EVENTS = 2000
# Answered by the program alone: nobody knows the caller.
NOTHING = {"version": "2.0", "rawPath": "/v1/files", "rawQueryString": "", "requestContext": {"http": {"method": "GET"}}}
# Makes ours call AWS: is the bucket versioned?
MESSAGE = messages("0.txt")
# Name of the peer: (least ratio of the start, of the warm overhead); None: nothing was agreed.
GOALS = {"python": (150, 5), "rust": (4, None), "go": (5, None), "node": (None, 10), "cpp": (4, 2.5)}
START_MS = 2.5


def timed(function, count, *events):
    """What bench_runtime prints, as numbers."""
    path = work_folder() / "events.json"
    path.write_text("".join(json.dumps(event) + "\n" for event in events))
    out = run(program("bench_runtime"), count, path, *function.command, env=peers.ENVIRONMENT | function.environment)
    return [float(word) for word in out.split()]


def each_peer(goal, measure):
    for name, goals in GOALS.items():
        if goal == "start" and name == "node":
            continue
        try:
            measure(getattr(peers, name)(), goals[goal == "warm"])
        except Missing as reason:
            print(f"not measured beside {name}: {reason}", flush=True)


def start():
    """Exec to the first /next, and to the first ClientHello of the first event: by then the TLS context is there for sure."""
    subject = peers.ours("ingest")

    def measure(peer, goal):
        peer = peer.with_(PEER_CALL="1")
        rows = {"ours": [], "peer": []}
        for who in (subject, peer):  # what it reads is in memory then
            timed(who, 0, MESSAGE)

        def take(who, function):
            rows[who].append(timed(function, 0, MESSAGE))
            return rows[who][-1][0]

        pairs = Pairs(lambda: take("ours", subject), lambda: take("peer", peer), less=True)
        hello = Pairs.of([row[1] for row in rows["ours"]], [row[1] for row in rows["peer"]], less=True)
        print(pairs.line(f"exec to /next beside {peer.name}", "ms", goal, 1e3))
        print(hello.line(f"exec to the first ClientHello beside {peer.name}", "ms", goal, 1e3))
        if goal == GOALS["python"][0]:
            print(pairs.limit_line(f"{subject.name}: exec to /next", "ms", START_MS, 1e3))
            print(hello.limit_line(f"{subject.name}: exec to the first ClientHello", "ms", START_MS, 1e3), flush=True)

    each_peer("start", measure)


def warm():
    """From the last byte of an event to the next /next, the median of many: a request that is refused without any call."""
    subject = peers.ours("api")

    def measure(peer, goal):
        pairs = Pairs(lambda: timed(subject, EVENTS, NOTHING)[1], lambda: timed(peer, EVENTS, NOTHING)[1], less=True)
        print(pairs.line(f"an invocation beside {peer.name}", "us", goal), flush=True)

    each_peer("warm", measure)
    floor(subject)


def floor(subject):
    """What the two exchanges cost that every runtime makes, by a loop that does nothing else."""
    bare = peers.Function("a bare loop of the two exchanges", [program("bench_bare_loop")])
    pairs = Pairs(lambda: timed(subject, EVENTS, NOTHING)[1], lambda: timed(bare, EVENTS, NOTHING)[1], less=True)
    print(pairs.line(f"an invocation beside {bare.name}", "us", None), flush=True)
