"""Compares Ripple's Cargo projects and edges with `cargo metadata`.

    cargo.py REPOSITORY [--rev REV] [--ripple PROGRAM] [--all] [--commits N]

Cargo is asked without a registry, so it names path dependencies but not what a `[patch]` leads to: the paths in the
root's `[patch.crates-io]` are followed here, where the requirement is a plain one that the version satisfies.
Every manifest with a Ripple project counts; `--all` asks Cargo about all of them, test data too.

`--commits N` compares the newest N commits that change Cargo.lock instead. `cargo tree` refuses without the registry's
index, so the lockfile's packages are followed here: a crate's closure is what its entry reaches, without what other
crates of the workspace use for their own development. An edge that leads elsewhere than before changes a closure too.
"""

import json
import pathlib
import subprocess
import tomllib

import graph
import locks

KINDS = {None: "runtime", "dev": "development", "build": "build"}


def wanted(path: str) -> bool:
    """What cargo reads to find members and targets; contents of sources do not matter, but that they are there does."""
    return path.endswith((".rs", ".toml", "Cargo.lock"))


def ask(directory: pathlib.Path) -> dict:
    command = ["cargo", "metadata", "--offline", "--no-deps", "--format-version", "1"]
    return json.loads(graph.run(command, directory))


def workspace(directory: pathlib.Path, root: pathlib.Path) -> tuple[dict[str, str], graph.Edges]:
    """The members and edges of the workspace that the manifest in `directory` belongs to."""
    metadata = ask(directory)
    packages = metadata["packages"]

    def place(path: str) -> str:
        return pathlib.Path(path).resolve().relative_to(root).as_posix()

    members = {place(pathlib.Path(p["manifest_path"]).parent): p["name"] for p in packages}
    patches = patched(pathlib.Path(metadata["workspace_root"]))
    edges: dict[tuple[str, str], set[str]] = {}
    for package in packages:
        source = place(pathlib.Path(package["manifest_path"]).parent)
        for dependency in package["dependencies"]:
            target = dependency.get("path")
            if target is None and (dependency["source"] or "").endswith("crates.io-index"):
                path, version = patches.get(dependency["name"], (None, ""))
                target = path if satisfies(version, dependency["req"]) else None
            if target is not None and place(target) != source:
                edges.setdefault((source, place(target)), set()).add(KINDS[dependency["kind"]])
    return members, {pair: frozenset(kinds) for pair, kinds in edges.items()}


def patched(root: pathlib.Path) -> dict[str, tuple[pathlib.Path, str]]:
    """Directories and versions of the crates that the root puts in the place of the registry's, by name."""
    found = {}
    manifest = tomllib.loads((root / "Cargo.toml").read_text())
    for key, patch in manifest.get("patch", {}).get("crates-io", {}).items():
        if isinstance(patch, dict) and "path" in patch:
            directory = root / patch["path"]
            version = tomllib.loads((directory / "Cargo.toml").read_text())["package"]["version"]
            found[patch.get("package", key)] = (directory, version if isinstance(version, str) else "")
    return found


def satisfies(version: str, requirement: str) -> bool:
    """Whether `^1.2.3`, `~1.2.3` or `*` allows a released version."""
    if requirement == "*":
        return True
    if not version or requirement[0] not in "^~=":
        return False
    have, need = ([int(part) for part in text.split(".")] for text in (version, requirement[1:].strip()))
    fixed = need if requirement[0] == "=" else need[: 2 if requirement[0] == "~" else 1 + next((i for i, n in enumerate(need) if n), 2)]
    return have[: len(fixed)] == fixed and have >= need


def oracle(subject: graph.Subject, manifests: list[str]) -> graph.Graph:
    members: dict[str, str] = {}
    edges: graph.Edges = {}
    with subject.files(wanted) as directory:
        for manifest in manifests:
            place = pathlib.PurePosixPath(manifest).parent
            if place.as_posix() in members:
                continue
            try:
                found = workspace(directory / place, directory.resolve())
            except subprocess.CalledProcessError as error:
                print(f"cargo: {manifest}: {error.stderr.decode().strip().splitlines()[0]}")
                continue
            members |= found[0]
            edges |= found[1]
    return graph.Graph(members, edges)


def closures(subject: graph.Subject, revision: str) -> locks.Closures:
    """What the crates of every Cargo.lock reach: name, version, source, checksum and edges."""
    subject = subject._replace(revision=revision)
    found: dict[str, frozenset] = {}
    with subject.files(wanted) as directory:
        for file in sorted(directory.rglob("Cargo.lock")):
            members = ask(file.parent)["packages"]
            lock = Lock(tomllib.loads(file.read_text()).get("package", []), members)
            for member in members:
                place = pathlib.Path(member["manifest_path"]).resolve().parent.relative_to(directory.resolve())
                found[place.as_posix()] = lock.closure(member["name"])
    return found


class Lock:
    """The packages of one Cargo.lock."""

    def __init__(self, packages: list[dict], members: list[dict]) -> None:
        self.packages: dict[str, list[dict]] = {}
        for package in packages:
            self.packages.setdefault(package["name"], []).append(package)
        # A lockfile does not say which edges of a member are for development: its manifest does.
        self.shipped = {m["name"]: {d["name"] for d in m["dependencies"] if d["kind"] != "dev"} for m in members}

    def named(self, text: str) -> dict:
        name, *rest = text.split()
        fitting = [p for p in self.packages[name] if not rest or p["version"] == rest[0]]
        return next((p for p in fitting if len(rest) < 2 or f"({p.get('source')})" == rest[1]), fitting[0])

    def closure(self, member: str) -> frozenset:
        own = [p for p in self.packages.get(member, ()) if "source" not in p]
        pending, seen, found = own[:1], set(), set()
        while pending:
            package = pending.pop()
            identity = (package["name"], package["version"], package.get("source"))
            if identity in seen:
                continue
            seen.add(identity)
            uses = package.get("dependencies", [])
            if "source" not in package and package["name"] != member:
                uses = [use for use in uses if use.split()[0] in self.shipped.get(package["name"], ())]
            targets = [self.named(use) for use in uses]
            pending += targets
            if "source" in package:
                edges = sorted((t["name"], t["version"], t.get("source")) for t in targets)
                found.add((*identity, package.get("checksum"), str(edges)))
        return frozenset(found)


def comparison() -> int:
    subject, arguments = graph.Subject.from_arguments(
        __doc__,
        ("--all", {"action": "store_true", "help": "ask about every manifest, not only those of Ripple's projects"}),
        ("--commits", {"type": int, "default": 0, "metavar": "N"}),
    )
    if arguments.commits:
        commits = locks.touching(subject, arguments.commits, "Cargo.lock", "*/Cargo.lock")
        return locks.compare("cargo", subject, commits, lambda revision: closures(subject, revision))
    ripple = subject.graph("cargo")
    manifests = [path for path in subject.paths() if pathlib.PurePosixPath(path).name == "Cargo.toml"]
    # Outer manifests first: most nested ones are members of their workspace.
    manifests.sort(key=lambda path: (path.count("/"), path))
    if not arguments.all:
        manifests = [path for path in manifests if pathlib.PurePosixPath(path).parent.as_posix() in ripple.members or "/" not in path]
    return graph.compare("cargo", oracle(subject, manifests), ripple)


if __name__ == "__main__":
    graph.main(comparison)
