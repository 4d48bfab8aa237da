"""What the shipped settings can't say in JSON: of what a workshop showed, only where its panels stood is saved.

With that a page that is loaded again finds its panels while the kernel lives. What the panels held, such as
people's names, is not written into the notebook.
"""

from typing import Any

VIEW = "application/vnd.jupyter.widget-view+json"

c = get_config()  # noqa: F821  # type: ignore[name-defined]


def keep_places_only(model: dict[str, Any], path: str, **_: object) -> None:
    """Called before a file is saved: takes everything but the panels' places out of a workshop's outputs."""
    if model["type"] != "notebook" or not path.startswith("workshops/"):
        return
    for cell in model["content"]["cells"]:
        if cell["cell_type"] == "code":
            views = [output for output in cell["outputs"] if VIEW in output.get("data", {})]
            for output in views:
                output["data"] = {VIEW: output["data"][VIEW]}
                output["execution_count"] = None
            cell["outputs"] = views
            cell["execution_count"] = None
            cell["metadata"].pop("execution", None)
    model["content"]["metadata"].pop("widgets", None)


c.FileContentsManager.pre_save_hook = keep_places_only
