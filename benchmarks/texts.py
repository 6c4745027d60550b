"""The checkers of texts beside parsers that refuse what they refuse: JSON, NDJSON, CSV, XML. In memory, in one thread."""

import os
import sys
import time
from pathlib import Path

from engine import csv_of
from measure import ROOT, SIZES, Missing, Pairs, load, program, run, subject_rate, work_folder

sys.path.insert(0, str(ROOT / "tests"))
from steps.callgrind import INPUTS, WORST, crafted  # noqa: E402

# Each breaks the grammar: who takes one of them does other work.
BROKEN_JSON = ('{"a": 1,}', '{"a" 1}', '[1, 2', '{"a": 01}', '["\\x"]', '["a\nb"]', "[nul]", '{"a": 1}}', '[1.]', '["\\ud8"]')
BROKEN_XML = ("<a><b></a>", "<a b=1/>", "<a>&nix;</a>", "<a/><b/>", "<a b='1' b='2'/>", "<a>\x01</a>", "<a>]]></a>", "<a>", "<a", "")
BROKEN_BYTES = (b'["\xff"]', b'["\xc0\xaf"]', b'["\xed\xa0\x80"]')


def checker_rate(what, path, rounds, environment=None):
    return subject_rate("bench_checkers", what, path, rounds, "valid", environment)


def all_refuse(subjects, inputs, name):
    """Every (program, subject) says `invalid` of every input."""
    path = work_folder() / name
    for broken in inputs:
        path.write_bytes(broken if isinstance(broken, bytes) else broken.encode())
        for subject in subjects:
            said = run(program(subject[0]), subject[1], path, 1).split()[0]
            if said != "invalid":
                raise Missing(f"{' '.join(subject)} says {said} of {broken!r}: it is no peer")
    path.unlink()
    print(f"ours and {len(subjects) - 1} peers refuse {len(inputs)} broken inputs")


def records_of(size):
    """Records as feeds have them: nested, some text, some of it beyond ASCII."""
    items, left, number = [], size, 0
    while left > 0:
        city = "Zürich" if number % 5 == 0 else "Berlin"
        items.append(f'{{"id": {number}, "name": "Customer {number}", "email": "user{number}@example.com", "active": true, '
                     f'"score": {number * 7919 % 10007 / 101:.14f}, "tags": ["alpha", "beta", "gamma"], "address": '
                     f'{{"street": "Some Street {number % 300}", "city": "{city}", "zip": "{number % 99999:05}"}}, '
                     f'"note": "a longer text that goes on for a while, as comments do, and ends here"}}')
        left -= len(items[-1]) + 2
        number += 1
    return items


def versions(*programs):
    print("; ".join([run(program(name), "--version").strip() for name in programs] + [load()]))


def json():
    """None of the peers looks for duplicate names, as ours does, and none tells line and column. simdjson needs the whole text."""
    versions("bench_checkers", "bench_peer_simdjson")
    peers = {"json": (("bench_checkers", "boost-json", 2.0), ("bench_peer_simdjson", "json", 1.0)),
             "ndjson": (("bench_checkers", "boost-ndjson", 2.0), ("bench_peer_simdjson", "ndjson", 1.0))}
    for what, of_it in peers.items():
        broken = BROKEN_JSON + BROKEN_BYTES
        if what == "ndjson":  # one value a line is what parse_many takes as well, but it also takes several
            broken = [text for text in broken if b"\n" not in (text if isinstance(text, bytes) else text.encode())]
        all_refuse([("bench_checkers", what)] + [(name, subject) for name, subject, _ in of_it], broken, f"broken.{what}")
    for size_name, size, rounds in SIZES:
        items = records_of(size)
        for what, text in (("json", "[" + ", ".join(items) + "]"), ("ndjson", "\n".join(items) + "\n")):
            path = work_folder() / f"records.{what}"
            path.write_text(text)
            for name, subject, target in peers[what]:
                pairs = Pairs(lambda: checker_rate(what, path, rounds), lambda: subject_rate(name, subject, path, rounds, "valid"))
                print(pairs.line(f"{what}, {size_name}, beside {name} {subject}", "GB/s", target, 1e9), flush=True)
            path.unlink()


def csv():
    path, bad = work_folder() / "rows.csv", work_folder() / "bad.csv"
    for size_name, size, rounds in SIZES:
        path.write_bytes(csv_of(size))
        bad.write_bytes(csv_of(size).replace(b",EUR,", b","))
        pairs = Pairs(lambda: subject_rate("bench_checkers", "csv", bad, rounds, "invalid"), lambda: checker_rate("csv", path, rounds))
        print(pairs.line(f"csv, {size_name}, every row bad, beside none", "GB/s", 0.67, 1e9), flush=True)
        zsv(path, size_name, rounds)
        path.unlink()
        bad.unlink()


def zsv(path, size_name, rounds):
    """zsv is in no registry: measured where SCALPER_PEERS names a folder that holds it."""
    peer = Path(os.environ.get("SCALPER_PEERS", "")) / "zsv"
    if not os.environ.get("SCALPER_PEERS") or not peer.exists():
        print("csv beside zsv: not measured, SCALPER_PEERS names no folder that holds zsv")
        return

    def counted():
        start = time.perf_counter()
        run(peer, "count", path)
        return path.stat().st_size / (time.perf_counter() - start)

    pairs = Pairs(lambda: checker_rate("csv", path, rounds), counted)
    print(pairs.line(f"csv, {size_name}, beside `zsv count`, its start included", "GB/s", 1.0, 1e9), flush=True)


def xml_of(size):
    head, tail = '<?xml version="1.0" encoding="UTF-8"?>\n<orders>\n', "</orders>\n"
    items, left, number = [], size - len(head) - len(tail), 0
    while left > 0:
        items.append(f'<order id="{number}" state="paid"><name>Customer {number}</name><city>Z\u00fcrich &amp; more</city>'
                     f'<price currency="EUR">{number % 9973 / 7:.2f}</price><note>a longer text that goes on for a while</note></order>\n')
        left -= len(items[-1]) + 1
        number += 1
    return head + "".join(items) + tail


def xml():
    versions("bench_peer_libxml2")
    all_refuse([("bench_checkers", "xml"), ("bench_peer_libxml2", "xml")], BROKEN_XML, "broken.xml")
    path = work_folder() / "orders.xml"
    for size_name, size, rounds in SIZES:
        path.write_text(xml_of(size), encoding="utf-8")
        pairs = Pairs(lambda: checker_rate("xml", path, rounds), lambda: subject_rate("bench_peer_libxml2", "xml", path, rounds, "valid"))
        print(pairs.line(f"xml, {size_name}, beside libxml2's push parser", "GB/s", 1.0, 1e9), flush=True)
    path.unlink()


WORST_BYTES, WORST_TIMES = 8 << 20, 5.0


def seconds_a_byte(path):
    """The least of some passes of the whole engine, whatever it says."""
    _, size, best, _ = run(program("bench_pass"), path, 5).split()
    return float(best) / int(size)


def worst():
    """Inputs that are made to be dear beside an ordinary one of their format; the whole engine, digests included."""
    print(load())
    for ending, inputs in WORST.items():
        path = work_folder() / f"worst.{ending}"
        dear = []
        for name, begin, unit, end in inputs:
            path.write_bytes(INPUTS[f"fused.{ending}"]() * (1 if ending in ("json", "xml") else 8))
            ordinary = seconds_a_byte(path)
            path.write_bytes(crafted(begin, unit, end, WORST_BYTES))
            dear.append((seconds_a_byte(path) / ordinary, name))
        dear.sort(reverse=True)
        met = "met" if dear[0][0] <= WORST_TIMES else "NOT MET"
        print(f"{ending}, the dearest of {len(dear)}: " + ", ".join(f"{name} {times:.1f} x" for times, name in dear[:3])
              + f" the time a byte; at most {WORST_TIMES}: {met}", flush=True)
        path.unlink()
