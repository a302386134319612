"""Compares Ripple's workspaces of Yarn 2 and later with `yarn workspaces list` and, with --closures, `yarn info`.

Runs the release that the repository keeps in .yarn/releases, without network and without installing: Yarn resolves from
yarn.lock alone.
"""

import json
import pathlib
import re

import closures
from graph import Graph, Subject, below, compare, main, run
from manifests import kinds


def yarn(directory: pathlib.Path, *arguments: str) -> list[dict]:
    """What the repository's own Yarn prints, a JSON value a line."""
    settings = (directory / ".yarnrc.yml").read_text()
    release = re.search(r"^yarnPath: *\"?([^\"\n]+)", settings, re.MULTILINE)
    found = [directory / release[1]] if release else sorted((directory / ".yarn/releases").glob("*.cjs"))
    if not found:
        raise FileNotFoundError(2, "no release of Yarn", ".yarn/releases")
    environment = {"YARN_ENABLE_NETWORK": "0", "YARN_IGNORE_PATH": "1", "YARN_ENABLE_TELEMETRY": "0"}
    text = run(["node", found[-1], *arguments, "--json"], directory, **environment)
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def wanted(path: str) -> bool:
    return path.startswith(".yarn/") or path.rpartition("/")[2] in ("package.json", "yarn.lock", ".yarnrc.yml")


def oracle(subject: Subject) -> Graph:
    """Members and edges are Yarn's answer; the kind of an edge is the manifest's."""
    members: dict[str, str] = {}
    edges: dict[tuple[str, str], frozenset[str]] = {}
    with subject.files(wanted) as directory:
        listed = yarn(directory, "workspaces", "list", "-v")
        members = {member["location"]: member["name"] for member in listed}
        for member in listed:
            manifest = json.loads((directory / below(member["location"], "package.json")).read_text())
            for target in member["workspaceDependencies"]:
                if target != member["location"]:
                    edges[member["location"], target] = kinds(manifest, members[target])
    return Graph(members, edges)


def closure_of(subject: Subject) -> closures.Closures:
    """What `yarn info` says each workspace uses. Peers are left out: who provides one is on the way to who needs it."""
    with subject.files(wanted) as directory:
        members = {f"{m['name']}@workspace:{m['location']}": m["location"] for m in yarn(directory, "workspaces", "list")}
        listed = yarn(directory, "info", "--all", "--recursive")

    def plain(locator: str) -> str:
        return re.sub(r"@virtual:[0-9a-f]+#", "@", locator)

    packages: dict[str, list[str]] = {}
    for package in listed:
        used = [plain(dependency["locator"]) for dependency in package["children"].get("Dependencies", [])]
        packages.setdefault(plain(package["value"]), []).extend(used)
    return closures.reach(packages, members)


def comparison() -> int:
    subject, arguments = Subject.from_arguments(__doc__, closures.FLAG)
    if arguments.closures:
        return closures.compare("yarn", subject, closure_of)
    return compare("yarn", oracle(subject), subject.graph("yarn", manifest="package.json"))


if __name__ == "__main__":
    main(comparison)
