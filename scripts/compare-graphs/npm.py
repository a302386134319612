"""Compares Ripple's npm workspaces with `npm query` and, with --closures, whose externals a commit changed.

npm resolves from package-lock.json alone: no registry is asked and nothing is installed.
"""

import json

import closures
from graph import Graph, Subject, compare, main, run
from manifests import kinds


def query(subject: Subject) -> tuple[dict[str, dict], dict[str, str]]:
    """All packages of npm's tree by their place, and the directories of members by the place that links to them."""
    wanted = ("package.json", "package-lock.json", "npm-shrinkwrap.json", ".npmrc")
    with subject.files(lambda path: path.rpartition("/")[2] in wanted) as directory:
        text = run(["npm", "query", ":root, *", "--package-lock-only", "--offline", "--json"], directory)
        members = json.loads(run(["npm", "query", ".workspace", "--package-lock-only", "--offline", "--json"], directory))
        lock = json.loads((directory / "package-lock.json").read_text())
    places = {package["location"]: package for package in json.loads(text)}
    directories = {member["location"] for member in members}
    # npm query shows a link only as the end of an edge.
    links = {place: entry["resolved"] for place, entry in lock["packages"].items() if entry.get("link")}
    return places, {place: target for place, target in links.items() if target in directories}


def oracle(subject: Subject) -> Graph:
    """Members and edges are npm's answer; the kind of an edge is the manifest's."""
    places, links = query(subject)
    members = {"": places[""]} | {target: places[target] for target in links.values()}
    edges: dict[tuple[str, str], frozenset[str]] = {}
    for path, manifest in members.items():
        for place in manifest["to"]:
            target = links.get(place)
            name = place.rpartition("node_modules/")[2]
            # The root has an edge to each member, declared or not.
            if target is not None and target != path and kinds(manifest, name):
                edges[path or ".", target] = kinds(manifest, name)
    return Graph({path or ".": manifest.get("name") or path for path, manifest in members.items()}, edges)


def closure_of(subject: Subject) -> closures.Closures:
    """What npm's tree says each member uses."""
    places, links = query(subject)
    members = {path: path or "." for path in {"", *links.values()}}
    names = {place: place if place in members else identity(package) for place, package in places.items()}
    packages: dict[str, list[str]] = {}
    for place, package in places.items():
        used = packages.setdefault(names[place], [])
        for target in package["to"]:
            if place == "" and target in links:
                continue
            used.append(names.get(links.get(target, target), target))
    return closures.reach(packages, members)


def identity(package: dict) -> str:
    return f"{package.get('_id') or package['pkgid']} {package.get('resolved') or ''}"


def comparison() -> int:
    subject, arguments = Subject.from_arguments(__doc__, closures.FLAG)
    if arguments.closures:
        return closures.compare("npm", subject, closure_of)
    return compare("npm", oracle(subject), subject.graph("npm", manifest="package.json"))


if __name__ == "__main__":
    main(comparison)
