"""Compares Ripple's workspaces of Yarn 1 with `yarn workspaces info` and, with --closures, whose externals a commit
changed, by the rule of Yarn 1: what `name@range` means stands in yarn.lock, or else is the workspace of that name.
"""

import json

import closures
from graph import Graph, Subject, below, compare, main, run
from manifests import FIELDS, kinds

YARN = ("--yarn", {"default": "yarn", "metavar": "PROGRAM", "help": "Yarn 1 (default yarn; Debian calls it yarnpkg)"})
TABLES = [field for field, _ in FIELDS if field != "peerDependencies"] + ["devDependencies"]


def workspaces(subject: Subject, yarn: str) -> tuple[dict[str, dict], dict[str, dict], str]:
    """Yarn's answer by name, the manifests by directory, and the lockfile."""
    wanted = ("package.json", "yarn.lock", ".yarnrc")
    with subject.files(lambda path: path.rpartition("/")[2] in wanted) as directory:
        text = run([yarn, "--silent", "--offline", "workspaces", "info", "--json"], directory)
        listed = json.loads(text if text.startswith("{\n") else json.loads(text.splitlines()[0])["data"])
        paths = [".", *(member["location"] for member in listed.values())]
        manifests = {path: json.loads((directory / below(path, "package.json")).read_text()) for path in paths}
        return listed, manifests, (directory / "yarn.lock").read_text()


def oracle(subject: Subject, yarn: str) -> Graph:
    """Members and their edges are Yarn's answer, without the root, which Yarn does not list."""
    listed, manifests, _ = workspaces(subject, yarn)
    edges: dict[tuple[str, str], frozenset[str]] = {}
    for member in listed.values():
        for name in member["workspaceDependencies"]:
            if listed[name]["location"] != member["location"]:
                edges[member["location"], listed[name]["location"]] = kinds(manifests[member["location"]], name)
    return Graph({member["location"]: name for name, member in listed.items()}, edges)


def locked(text: str) -> dict[str, tuple[str, list[str]]]:
    """What each `name@range` resolves to, and the `name@range` that this uses."""
    found: dict[str, tuple[str, list[str]]] = {}
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if not lines:
            continue
        fields = [line.split(" ", 1) for line in (line.strip() for line in lines[1:]) if " " in line]
        values = {key: value.strip('"') for key, value in fields}
        used = [line.strip().split(" ", 1) for line in lines[1:] if line.startswith("    ")]
        patterns = [part.strip().strip('"') for part in lines[0].rstrip(":").split(", ")]
        name = patterns[0][0] + patterns[0][1:].split("@")[0]
        identity = f"{name}@{values.get('version', '')} {values.get('resolved', '')}"
        needs = [f"{key.strip(chr(34))}@{value.strip(chr(34))}" for key, value in used]
        found.update({pattern: (identity, needs) for pattern in patterns})
    return found


def closure_of(subject: Subject, yarn: str) -> closures.Closures:
    """What each member uses by the lockfile."""
    listed, manifests, text = workspaces(subject, yarn)
    lock = locked(text)
    directories = {name: member["location"] for name, member in listed.items()}

    def resolved(pattern: str) -> str | None:
        name = pattern[0] + pattern[1:].split("@")[0]
        return lock[pattern][0] if pattern in lock else directories.get(name)

    packages: dict[str, set[str]] = {}
    for identity, needs in lock.values():
        packages.setdefault(identity, set()).update(filter(None, map(resolved, needs)))
    for path, manifest in manifests.items():
        needs = [f"{name}@{version}" for table in TABLES for name, version in manifest.get(table, {}).items()]
        packages[path] = set(filter(None, map(resolved, needs)))
    return closures.reach({name: sorted(used) for name, used in packages.items()}, {path: path for path in manifests})


def comparison() -> int:
    subject, arguments = Subject.from_arguments(__doc__, closures.FLAG, YARN)
    if arguments.closures:
        return closures.compare("yarn 1", subject, lambda version: closure_of(version, arguments.yarn))
    ripple = subject.graph("yarn", manifest="package.json")
    members = {path: name for path, name in ripple.members.items() if path != "."}
    edges = {pair: kind for pair, kind in ripple.edges.items() if pair[0] != "."}
    return compare("yarn 1", oracle(subject, arguments.yarn), Graph(members, edges))


if __name__ == "__main__":
    main(comparison)
