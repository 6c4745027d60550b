"""The peers of the Lambda: made from their registries with the exact versions of peers/*, under build/peers, once."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from measure import BIN, ROOT, Missing, run

HERE = Path(__file__).resolve().parent / "peers"
MADE = ROOT / "build" / "peers"
# As Lambda gives it to a function. Nothing of this machine's own, certificate bundles above all.
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "en_US.UTF-8", "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_LAMBDA_FUNCTION_NAME": "files", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
    "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/files", "AWS_LAMBDA_LOG_STREAM_NAME": "1", "AWS_EC2_METADATA_DISABLED": "true",
}


@dataclass
class Function:
    """A program that Lambda would start."""

    name: str
    command: list
    environment: dict = field(default_factory=dict)

    def with_(self, **more):
        return Function(self.name, self.command, self.environment | more)


def ours(handler):
    """The very file of ./package where its static libraries are here."""
    made = subprocess.run(["cmake", "--build", "--preset", "release", "--target", "bootstrap_static"], cwd=ROOT,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0
    program = ROOT / "build" / "package" / "bootstrap" if made else BIN / "bootstrap"
    name = f"ours ({program.relative_to(ROOT)})"
    return Function(name, [program], {
        "_HANDLER": handler, "SCALPER_INPUT_BUCKET": "files-in", "SCALPER_OUTPUT_BUCKET": "files-out",
        "SCALPER_QUARANTINE_BUCKET": "files-bad", "SCALPER_TABLE": "records", "SCALPER_CONTRACTS": "builtin",
        "SCALPER_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/111122223333/files"})


def make(what, inputs, commands, folder=None):
    """Runs the commands once for these inputs."""
    stamp = MADE / f"{what}.made"
    wanted = "".join(path.read_text() for path in inputs)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    MADE.mkdir(parents=True, exist_ok=True)
    for command in commands:
        if not shutil.which(str(command[0])):
            raise Missing(f"{what}: {Path(command[0]).name} is not here")
        print(f"making the peer {what}: {Path(command[0]).name} {command[1]}", flush=True)
        run(*command, cwd=folder or HERE / what)
    stamp.write_text(wanted)


def python():
    place, versions = MADE / "python", HERE / "python" / "requirements.txt"
    make("python", [versions], [[sys.executable, "-m", "venv", place],
                                [place / "bin" / "pip", "install", "-q", "--no-deps", "-r", versions]])
    name = "Python {}.{}.{}, ".format(*sys.version_info[:3]) + ", ".join(versions.read_text().split()[:2]).replace("==", " ")
    return Function(name, [place / "bin" / "python", "-m", "awslambdaric", "handler.handle"],
                    {"_HANDLER": "handler.handle", "LAMBDA_TASK_ROOT": str(HERE / "python"), "PYTHONPATH": str(HERE / "python"),
                     "PYTHONPYCACHEPREFIX": str(MADE / "pycache")})


def locked(path, *names):
    """What a lock file of Cargo says of them: "name version, name version"."""
    blocks = [block.splitlines() for block in path.read_text().split("[[package]]")]
    found = {block[1].split('"')[1]: block[2].split('"')[1] for block in blocks if len(block) > 2 and block[1].startswith("name")}
    return ", ".join(f"{name} {found[name]}" for name in names)


def rust():
    folder, made = HERE / "rust", MADE / "rust"
    make("rust", [folder / "Cargo.lock", folder / "src" / "main.rs"],
         [["cargo", "build", "--release", "--locked", "--target-dir", made]])
    versions = locked(folder / "Cargo.lock", "lambda_runtime", "aws-sdk-s3", "aws-sdk-dynamodb")
    return Function(f"Rust, {versions}", [made / "release" / "peer"], {"_HANDLER": "peer"})


def go():
    folder, program = HERE / "go", MADE / "go" / "bootstrap"
    make("go", [folder / "go.mod", folder / "go.sum", folder / "main.go"],
         [["go", "build", "-mod=readonly", "-trimpath", "-ldflags=-s", "-tags", "lambda.norpc", "-o", program, "."]])
    lines = [line.split() for line in (folder / "go.mod").read_text().splitlines() if "// indirect" not in line]
    versions = ", ".join(f"{line[0].split('/')[-1]} {line[1]}" for line in lines if len(line) == 2 and "/" in line[0])
    return Function(f"Go, {versions}", [program], {"_HANDLER": "bootstrap"})


def node():
    folder, place = HERE / "node", MADE / "node"
    place.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "handler.js"):
        shutil.copy(folder / name, place / name)
    make("node", [folder / "package-lock.json"], [["npm", "ci", "--silent", "--no-audit", "--no-fund"]], place)
    version = run("node", "--version").strip()
    ric = run("node", "-p", "require('./package-lock.json').packages['node_modules/aws-lambda-ric'].version", cwd=place).strip()
    return Function(f"Node {version}, aws-lambda-ric {ric}",
                    [shutil.which("node"), place / "node_modules" / "aws-lambda-ric" / "index.mjs", "handler.handle"],
                    {"_HANDLER": "handler.handle", "LAMBDA_TASK_ROOT": str(place)})


def cpp():
    """aws-lambda-cpp is in no registry: a program made with it, with both clients of the AWS SDK for C++."""
    folder = os.environ.get("SCALPER_PEERS")
    program = Path(folder or "/nonexistent") / "aws-lambda-cpp"
    if not os.access(program, os.X_OK):
        raise Missing("aws-lambda-cpp is in no registry, and SCALPER_PEERS names no folder that holds it")
    return Function(f"{program}", [program], {"_HANDLER": "peer"})
