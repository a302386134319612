"""Compares Ripple's Swift packages, edges and apps with `swift package dump-package`.

    swiftpm.py REPOSITORY [--rev REV] [--ripple PROGRAM]

Every Package.swift outside of test data is a project; an edge is a dependency by path, for development when only test
targets use its products. A package with an executable target is an app:
differences are printed and do not count.
"""

import json
import pathlib

import graph

TEST_DATA = ("/Fixtures/", "/Tests/Resources/", "/Templates/")


def dumped(directory: pathlib.Path) -> dict:
    return json.loads(graph.run(["swift", "package", "dump-package"], directory))


def kinds(package: dict, identity: str) -> frozenset[str]:
    """For what targets use the products of a dependency; nothing when the manifest does not say."""
    found = set()
    for target in package["targets"]:
        for dependency in target["dependencies"]:
            named = dependency.get("product", [None, None])[1]
            if named is not None and named.lower() == identity:
                found.add("development" if target["type"] == "test" else "runtime")
    return frozenset(["runtime"]) if "runtime" in found else frozenset(found)


def oracle(subject: graph.Subject) -> tuple[graph.Graph, set[str]]:
    members: dict[str, str] = {}
    edges: graph.Edges = {}
    apps: set[str] = set()
    with subject.files(lambda path: True) as place:
        # A package is known by the name of its directory.
        root = place.resolve() / subject.repository.name
        files = list(place.iterdir())
        root.mkdir()
        for file in files:
            file.rename(root / file.name)
        manifests = [p for p in subject.paths() if p == "Package.swift" or p.endswith("/Package.swift")]
        for manifest in manifests:
            if any(part in "/" + manifest for part in TEST_DATA) or not (root / manifest).is_file():
                continue
            directory = pathlib.PurePosixPath(manifest).parent.as_posix()
            package = dumped(root / directory)
            members[directory] = package["name"]
            if any(target["type"] == "executable" for target in package["targets"]):
                apps.add(directory)
            for dependency in package["dependencies"]:
                for local in dependency.get("fileSystem", ()):
                    target = pathlib.Path(local["path"]).resolve()
                    if target.is_relative_to(root) and target != root / directory:
                        edges[directory, target.relative_to(root).as_posix()] = kinds(package, local["identity"])
    return graph.Graph(members, edges), apps


def comparison() -> int:
    subject, _ = graph.Subject.from_arguments(__doc__)
    expected, apps = oracle(subject)
    document = subject.ask("graph", "--head", subject.revision)
    said = {p["path"] for p in document["projects"] if p["type"] == "app" and "swiftpm" in p["managers"]}
    print(f"swiftpm: apps {len(apps & said)} of {len(apps)}, Ripple has {len(said)}")
    for path in sorted(apps ^ said):
        print(f"  {'+' if path in said else '-'} app {path}")
    return graph.compare("swiftpm", expected, subject.graph("swiftpm"))


if __name__ == "__main__":
    graph.main(comparison)
