"""A copy of terraform/ in which the real Terraform works offline, on a provider that knows only the schemas of AWS's.

What a pass means and what not: the provider's README. Nothing is written into the repository, least of all a lock file.
"""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# Beside the source, or where the variable says.
TOOL = Path(os.environ.get("SCALPER_TERRAFORM_SCHEMAS", ROOT.parent / "shared" / "tools" / "terraform"))
PROVIDER = ROOT / "build" / "terraform-provider"
NEEDED = ("contracts", "samples", "schemas", "terraform")  # what the HCL reads, besides the zip
COMMAND_SECONDS = 300
ACCOUNT, REGION = "123456789012", "eu-central-1"
OLDEST = "5.46.0"  # what versions.tf allows
VARIABLES = {"name": "gate", "region": REGION}


class NotHere(Exception):
    """Terraform or a provider is missing, and which."""


def run(command, folder, environment):
    done = subprocess.run([str(word) for word in command], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=COMMAND_SECONDS)
    return done.returncode, done.stdout


def environment():
    """For Terraform: a real provider where one is set up, else the one of schemas, else the registry. Raises NotHere."""
    terraform = shutil.which(os.environ.get("TERRAFORM", "terraform"))
    if not terraform:
        raise NotHere("terraform is not installed")
    found = {name: value for name, value in os.environ.items() if not name.startswith(("TF_", "AWS_"))}
    found |= {"TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "AWS_EC2_METADATA_DISABLED": "true", "CHECKPOINT_DISABLE": "1"}
    configured = os.environ.get("TF_CLI_CONFIG_FILE", "")
    if configured and Path(configured).exists():
        return found | {"TF_CLI_CONFIG_FILE": configured}
    if not (TOOL / "install.sh").exists():
        return found  # the registry, if it answers
    if not shutil.which("go"):
        raise NotHere("go is not installed, which builds the provider of schemas")
    code, said = run(["sh", TOOL / "install.sh", PROVIDER], ROOT, found | {"TERRAFORM": terraform})
    if code:
        raise NotHere(f"the provider of schemas does not build: {said.strip().splitlines()[-1]}")
    return found | {"TF_CLI_CONFIG_FILE": str(PROVIDER / "terraform.rc")}


class Workspace:
    """A context: the copy, with a zip that stands in for the Lambda's."""

    def __init__(self, version=None):
        self.version = version
        self.environment = environment()

    def __enter__(self):
        self.root = Path(tempfile.mkdtemp(prefix="scalper-terraform-"))
        try:
            for name in NEEDED:
                shutil.copytree(ROOT / name, self.root / name, ignore=shutil.ignore_patterns(".terraform*", "terraform.tfstate*"))
            (self.root / "dist").mkdir()
            for architecture in ("x86_64", "arm64"):
                with zipfile.ZipFile(self.root / "dist" / f"scalper-lambda-{architecture}.zip", "w") as archive:
                    archive.writestr("bootstrap", "stands in for the program")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root, ignore_errors=True)

    @property
    def terraform(self):
        return self.root / "terraform"

    def folders(self):
        """What is planned as it stands: the root stack, the examples, and each module's own."""
        return [self.terraform, *sorted(self.terraform.glob("examples/*/")), *sorted(self.terraform.glob("modules/*/example/"))]

    def call(self, folder, *words):
        """Exit code and output of one command of Terraform."""
        return run(["terraform", f"-chdir={folder}", *words], folder, self.environment)

    def must(self, folder, *words):
        code, said = self.call(folder, *words)
        if code:
            raise RuntimeError(f"terraform {' '.join(words[:2])} in {folder.relative_to(self.root)} ended with {code}: {said[-3000:]}")
        return said

    def init(self, folder):
        """Raises NotHere where no provider is to be had at all."""
        if self.version:
            pinned = {"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": f"= {self.version}"}}}}
            (folder / "version_override.tf.json").write_text(json.dumps(pinned))
        code, said = self.call(folder, "init", "-no-color", "-input=false")
        if code and ("registry" in said or "query" in said) and "TF_CLI_CONFIG_FILE" not in self.environment:
            raise NotHere("no provider: no schemas beside the source, and the registry does not answer")
        if code:
            raise RuntimeError(f"terraform init in {folder.relative_to(self.root)}: {said[-3000:]}")

    def variables(self, folder, values):
        (folder / "test.auto.tfvars.json").write_text(json.dumps(values))

    @contextlib.contextmanager
    def applied(self, folder, values):
        """The whole state as `terraform show -json` has it; destroyed afterwards."""
        self.variables(folder, values)
        self.must(folder, "apply", "-no-color", "-input=false", "-auto-approve")
        try:
            yield json.loads(self.must(folder, "show", "-json"))
        finally:
            self.must(folder, "destroy", "-no-color", "-input=false", "-auto-approve")


def said(value):
    """The value without what the provider of schemas made up where it had nothing to say."""
    if isinstance(value, dict):
        return {name: said(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [said(inner) for inner in value]
    return None if isinstance(value, str) and value.startswith("schema-only:") else value


def resources(state):
    """Every resource of a state, those of modules too: (address, type, values)."""
    def walk(module):
        for resource in module.get("resources", []):
            if resource["mode"] == "managed":
                yield resource["address"], resource["type"], said(resource["values"])
        for child in module.get("child_modules", []):
            yield from walk(child)

    return list(walk(state.get("values", {}).get("root_module", {})))
