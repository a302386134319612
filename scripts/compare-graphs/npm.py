"""Compares Ripple's npm workspaces with `npm query .workspace`, and edges with what the lockfile links.

npm follows package-lock.json here, so no registry is asked and nothing is installed.
"""

import json

from graph import Graph, Subject, compare, main, run

FIELDS = [
    ("devDependencies", "development"),
    ("peerDependencies", "peer"),
    ("optionalDependencies", "runtime"),
    ("dependencies", "runtime"),
]


def oracle(subject: Subject) -> Graph:
    """Members are npm's answer. npm prints a workspace's dependencies in place, as links to their directories."""
    wanted = ("package.json", "package-lock.json", ".npmrc")
    with subject.files(lambda path: path.rpartition("/")[2] in wanted) as directory:
        options = ["--package-lock-only", "--offline", "--json"]
        listed = json.loads(run(["npm", "query", ".workspace", *options], directory))
        root = json.loads((directory / "package.json").read_text())
        nodes = {member["location"]: member for member in listed} | {".": root}
        lock = json.loads((directory / "package-lock.json").read_text())["packages"]
    links = {place: entry["resolved"] for place, entry in lock.items() if entry.get("link")}
    edges: dict[tuple[str, str], frozenset[str]] = {}
    for path, manifest in nodes.items():
        peers = manifest.get("peerDependencies", {})
        for field, kind in FIELDS:
            for name in manifest.get(field, {}):
                target = resolve(links, lock, path, name)
                if target is None or target not in nodes or target == path:
                    continue
                edges[path, target] = frozenset(["peer" if kind == "development" and name in peers else kind])
    members = {path: node.get("name") or path for path, node in nodes.items()}
    return Graph(members, edges)


def resolve(links: dict[str, str], lock: dict, start: str, name: str) -> str | None:
    """The directory that `name` links to, seen from `start`: node's search upwards through node_modules."""
    at = "" if start == "." else start
    while True:
        place = f"{at}/node_modules/{name}".lstrip("/")
        if place in lock:
            return links.get(place)
        if not at:
            return None
        at = at.rpartition("/")[0]


def comparison() -> int:
    subject, _ = Subject.from_arguments(__doc__)
    return compare("npm", oracle(subject), subject.graph("npm", manifest="package.json"))


if __name__ == "__main__":
    main(comparison)
