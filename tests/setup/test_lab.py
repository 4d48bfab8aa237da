"""The real JupyterLab, started by start.py: single document, own settings, and the kit's own kernel."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from starting import place

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "jupyter"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home of somebody who has a Jupyter of their own, with a kernel that must not win."""
    for data in (".local/share/jupyter", "Library/Jupyter", "jupyter"):
        kernel = tmp_path / data / "kernels" / "python3"
        kernel.mkdir(parents=True)
        spec = {"argv": ["/no/such/python"], "display_name": "Somebody's own", "language": "python"}
        (kernel / "kernel.json").write_text(json.dumps(spec))
    return tmp_path


@pytest.fixture
def link(home: Path) -> Iterator[str]:
    if not place.is_ready(place.RUN):
        assert "CI" not in os.environ, "CI runs the tests by `python start.py test`"
        pytest.skip("JupyterLab of the kit is not set up here: run the tests by `python start.py test`")
    theirs = {"HOME": str(home), "APPDATA": str(home), "LOCALAPPDATA": str(home), "USERPROFILE": str(home)}
    env = {name: value for name, value in os.environ.items() if name != "XDG_DATA_HOME"} | theirs
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "start.py"), "--no-browser"],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C" in line:
            break
    found = re.search(r"http://127\.0\.0\.1:\d+/\S+", said)
    assert found, said
    yield found[0]
    process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)
    rest, _ = process.communicate(timeout=30)
    if os.name != "nt":
        assert process.returncode == 0
        assert "JupyterLab has stopped." in rest


def fetch(link: str, path: str | None = None) -> str:
    if path:
        link = re.sub(r"/doc/tree/[^?]+", path, link)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(link, timeout=20) as answer:
        return str(answer.read().decode())


def test_lab_as_shipped(link: str, home: Path) -> None:
    page = fetch(link)
    assert re.search(r'"mode":\s*"single-document"', page)
    assert "custom.css" in page
    assert re.search(r'"exposeAppInBrowser":\s*false', page)

    kernels = json.loads(fetch(link, "/api/kernelspecs"))["kernelspecs"]
    assert set(kernels) == {"python3"}
    argv = kernels["python3"]["spec"]["argv"]
    assert "/no/such/python" not in argv

    settings = json.loads(fetch(link, "/lab/api/settings/@jupyterlab/notebook-extension:panel"))
    toolbar = {item["name"]: item for item in settings["schema"]["properties"]["toolbar"]["default"]}
    assert toolbar["run-all"]["label"] == "Run all"
    assert not (home / ".jupyter").exists(), "nothing is written beside the owner's own settings"


def test_every_setting_belongs_to_an_extension_of_this_jupyterlab() -> None:
    schemas = place.VENV / "share" / "jupyter" / "lab" / "schemas"
    if not schemas.is_dir():
        schemas = Path(sys.prefix) / "share" / "jupyter" / "lab" / "schemas"
    overrides = json.loads((CONFIG / "labconfig" / "default_setting_overrides.json").read_text(encoding="utf-8"))
    assert overrides
    for plugin, settings in overrides.items():
        package, _, name = plugin.partition(":")
        schema = json.loads((schemas / package / f"{name}.json").read_text(encoding="utf-8"))
        assert set(settings) <= set(schema["properties"]), plugin


def test_the_page_has_the_colours_of_the_kit() -> None:
    from kit import look

    css = (CONFIG / "custom" / "custom.css").read_text(encoding="utf-8").upper()
    for name in ("PAPER", "INK", "QUIET", "LINE", "ACCENT"):
        assert f"--KIT-{name}: {getattr(look, name).light.upper()};" in css
