"""Contracts with schemas beside their peers: JSON Schema on NDJSON beside ajv, typed columns beside DuckDB. One thread each."""

import json
import shutil
import sys

import peers
from engine import orders_of
from measure import SIZES, Missing, Pairs, load, run, subject_rate, work_folder
from texts import checker_rate, records_of

TEXT = {"type": "string"}
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object", "required": ["id", "name", "email", "active", "address"], "additionalProperties": False,
    "properties": {
        "id": {"type": "integer", "minimum": 0}, "name": {"type": "string", "minLength": 1, "maxLength": 80},
        "email": {"type": "string", "pattern": "^[a-z0-9]+@[a-z.]+$"}, "active": {"type": "boolean"},
        "score": {"type": "number", "minimum": 0, "maximum": 100},
        "tags": {"type": "array", "items": {"enum": ["alpha", "beta", "gamma"]}, "maxItems": 10},
        "address": {"type": "object", "required": ["street", "city"],
                    "properties": {"street": TEXT, "city": TEXT, "zip": {"type": "string", "pattern": "^[0-9]{5}$"}}},
        "note": TEXT}}
FIELDS = {"fields": [
    {"name": "id", "type": "integer"}, {"name": "date", "type": "date"}, {"name": "name", "type": "string"},
    {"name": "amount", "type": "number"}, {"name": "currency", "type": "string"}, {"name": "paid", "type": "boolean"}]}


def contract_set(section, name, schema):
    """The environment in which bench_checkers knows a contract with this schema."""
    folder = work_folder() / f"set-{section}"
    folder.mkdir(exist_ok=True)
    (folder / "contract.yaml").write_text(f"contract: bench\n{section}: {{schema: {name}}}\n")
    (folder / name).write_text(json.dumps(schema))
    return {"BENCH_SET": str(folder)}


def ajv():
    folder, place = peers.HERE / "ajv", peers.MADE / "ajv"
    place.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "validate.js"):
        shutil.copy(folder / name, place / name)
    peers.make("ajv", [folder / "package-lock.json"], [["npm", "ci", "--silent", "--no-audit", "--no-fund"]], place)
    version = run("node", "-p", "require('./package-lock.json').packages['node_modules/ajv'].version", cwd=place).strip()
    print(f"ajv {version}, Node {run('node', '--version').strip()}; {load()}")
    return place / "validate.js"


def peer_rate(command, wanted, path, count):
    """`count` a second."""
    said, _, _, middle = run(*command).split()[:4]
    if said != wanted:
        raise Missing(f"{path.name}: {command[0]} says {said}, expected {wanted}")
    return count / float(middle)


def schema():
    environment, script = contract_set("json", "record.schema.json", SCHEMA), ajv()
    path = work_folder() / "records.ndjson"
    schema_file = work_folder() / "set-json" / "record.schema.json"
    for broken in ({"id": "1"}, {"id": 1, "name": "", "email": "a@b.c", "active": True, "address": {"street": "", "city": ""}}):
        path.write_text(json.dumps(broken) + "\n")
        peer_rate(["node", script, schema_file, path, 1], "invalid", path, 1)
        subject_rate("bench_checkers", "ndjson", path, 1, "invalid", environment)
    for size_name, size, rounds in SIZES:
        items = records_of(size)
        count = len(items)
        path.write_text("\n".join(items) + "\n")
        per_byte = count / path.stat().st_size
        rounds = max(1, rounds // 5)
        pairs = Pairs(lambda: checker_rate("ndjson", path, rounds, environment) * per_byte,
                      lambda: peer_rate(["node", script, schema_file, path, rounds], "valid", path, count))
        print(pairs.line(f"JSON Schema on NDJSON, {size_name}, beside ajv", "M records/s", 6.0, 1e6), flush=True)
    path.unlink()


def columns():
    environment = contract_set("csv", "orders.table.json", FIELDS)
    place, versions = peers.MADE / "duckdb", peers.HERE / "duckdb" / "requirements.txt"
    peers.make("duckdb", [versions], [[sys.executable, "-m", "venv", place],
                                      [place / "bin" / "pip", "install", "-q", "--no-deps", "-r", versions]])
    print(f"{versions.read_text().strip().replace('==', ' ')}, one thread; {load()}")
    script, path = peers.HERE / "duckdb" / "columns.py", work_folder() / "orders.csv"
    command = [place / "bin" / "python", script, path]
    good = orders_of(1000)
    for broken in (good + b"x,2026-11-22,Ann,1.50,EUR,true\n", good + b"1,2026-13-22,Ann,1.50,EUR,true\n",
                   good + b"1,2026-11-22,Ann,1.50,EUR,perhaps\n", good + b"1,2026-11-22,Ann,1.50,EUR\n"):
        path.write_bytes(broken)
        peer_rate([*command, 1], "invalid", path, 1)
        subject_rate("bench_checkers", "csv", path, 1, "invalid", environment)
    for size_name, size, rounds in SIZES:
        path.write_bytes(orders_of(size))
        length, rounds = path.stat().st_size, max(1, rounds // 5)
        pairs = Pairs(lambda: checker_rate("csv", path, rounds, environment),
                      lambda: peer_rate([*command, rounds], "valid", path, length))
        print(pairs.line(f"typed columns of csv, {size_name}, beside DuckDB", "GB/s", 4.0, 1e9), flush=True)
    print(f"DuckDB grows by {int(run(*command, 1).split()[4]) / 1024:.0f} MiB for them")
    path.unlink()
