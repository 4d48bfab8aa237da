"""pyproject.toml, environment.yml and the two locks say the same; nothing names an index."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUN = [Requirement(line) for line in PROJECT["dependencies"]]
TEST = [Requirement(line) for line in PROJECT["optional-dependencies"]["test"]]
CONDA: list[Any] = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]


def locked(name: str) -> dict[str, list[str]]:
    """Each locked line with its hashes."""
    lines = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", "").splitlines()
    entries = [line.split(" --hash=") for line in lines if line and not line.startswith("#")]
    return {entry[0].strip(): [each.strip() for each in entry[1:]] for entry in entries}


def versions(name: str) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = {}
    for line in locked(name):
        requirement = Requirement(line)
        version = str(requirement.specifier).removeprefix("==")
        found.setdefault(canonicalize_name(requirement.name), []).append(Version(version))
    return found


def conda() -> list[Requirement]:
    """environment.yml's packages; conda writes `=3.12` where pip writes `==3.12.*`."""
    lines = [entry for entry in CONDA if isinstance(entry, str) and entry != "pip"]
    return [Requirement(re.sub(r"^([\w-]+)=([\d.]+)$", r"\1==\2.*", line)) for line in lines]


@pytest.mark.parametrize(("lock", "asked"), [("requirements.txt", RUN), ("requirements-test.txt", RUN + TEST)])
def test_the_lock_holds_what_pyproject_asks_for(lock: str, asked: list[Requirement]) -> None:
    assert asked
    held = versions(lock)
    for requirement in asked:
        found = held.get(canonicalize_name(requirement.name), [])
        assert found, f"{lock} lacks {requirement.name}: run `python start.py lock`"
        for version in found:
            assert version in requirement.specifier, f"{lock} has {requirement.name} {version}, not {requirement}"


def test_the_lock_for_tests_holds_the_other_one() -> None:
    run, test = locked("requirements.txt"), locked("requirements-test.txt")
    assert len(run) > 50
    assert {line: test.get(line) for line in run} == run


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-test.txt"])
def test_every_locked_package_is_exact_and_hashed(lock: str) -> None:
    entries = locked(lock)
    assert entries
    for line, hashes in entries.items():
        assert re.match(r"[a-z0-9-]+==[\w.]+( ; .+)?$", line), line
        assert hashes, line
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), line


def test_environment_yml_agrees_with_pyproject_and_lock() -> None:
    asked = {canonicalize_name(each.name): each.specifier for each in RUN + TEST}
    held = versions("requirements-test.txt")
    packages = {canonicalize_name(each.name): each.specifier for each in conda()}
    python = packages.pop("python")
    assert (
        Version(str(python).removeprefix("==").removesuffix(".*"))
        in Requirement(f"python{PROJECT['requires-python']}").specifier
    )
    assert {"ipykernel", "ipywidgets", "jupyterlab", "matplotlib", "nbval", "pandas"} <= set(packages)
    for name, specifier in packages.items():
        assert specifier == asked[name], name
        assert all(version in specifier for version in held[name]), name
    assert {"pip": ["-e ."]} in CONDA, "the other packages come with the project itself"


def test_no_file_names_an_index() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    assert len(files) > 10
    # In pieces, so that this file may be searched too.
    names = ["--index" + "-url", "--extra-index" + "-url", "--default" + "-index", "--find" + "-links"]
    names += ["index" + "-url =", "files.python" + "hosted", "pypi.org" + "/simple", "INDEX" + "_URL"]
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in files
        if path.is_file()
        for name in names
        if name.encode() in path.read_bytes()
    ]
    assert found == []
