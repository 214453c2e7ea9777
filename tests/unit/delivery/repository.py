"""A repository of one document, as the guard of compatibility finds it."""

import json
import os
import subprocess
from pathlib import Path

FILE = "docs/api/openapi.json"
# Nothing of the machine's own git: no signing, no hooks, and not the repository of a hook that runs the tests.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}
AUTHOR = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")


class Repository:
    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def new(cls, root: Path) -> "Repository":
        root.mkdir()
        repository = cls(root)
        repository.git("init", "--quiet", "--initial-branch=main")
        return repository

    def commit(self, version: str, *paths: str) -> None:
        self.write(version, *paths)
        self.git("add", FILE)
        self.git(*AUTHOR, "commit", "--quiet", "--message", version)

    def write(self, version: str, *paths: str) -> None:
        document = {"info": {"version": version}, "paths": {path: {"get": {"responses": {}}} for path in paths}}
        (self.root / FILE).parent.mkdir(parents=True, exist_ok=True)
        (self.root / FILE).write_text(json.dumps(document), encoding="utf-8")

    def clone(self, to: Path, *options: str) -> "Repository":
        # By URL: a clone by path would copy the whole history, whatever the depth.
        self.git("clone", "--quiet", *options, self.root.as_uri(), str(to))
        return Repository(to)

    def git(self, *words: str) -> None:
        subprocess.run(("git", "-C", self.root, *words), check=True, env=ENVIRONMENT, timeout=10, capture_output=True)
