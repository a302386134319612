"""Compares Ripple's projects, edges and closures of Poetry projects with what Poetry reads.

    poetry.py REPOSITORY [--rev REV] [--ripple PROGRAM] [--commits N]

Runs in the Python that has Poetry. Every pyproject.toml that Poetry accepts is a project unless it lies in test data.
`--commits N` compares the newest N commits that change a poetry.lock instead: a project's closure is what its
dependencies of all groups and extras reach in its lockfile.
"""

import pathlib
import sys

import graph
import locks

# This file has the name of the package that it needs.
sys.path.pop(0)

from poetry.core.packages.directory_dependency import DirectoryDependency  # noqa: E402
from poetry.factory import Factory  # noqa: E402

TEST_DATA = {"tests", "fixtures", "templates", "testdata"}


def wanted(path: str) -> bool:
    return path.rpartition("/")[2] in ("pyproject.toml", "poetry.lock", "README.md", "__init__.py")


def projects(place: pathlib.Path) -> dict[str, object]:
    """What Poetry makes of every manifest, by directory."""
    found = {}
    for file in sorted(place.rglob("pyproject.toml")):
        directory = file.parent.relative_to(place)
        if TEST_DATA & set(directory.parts):
            continue
        try:
            found[directory.as_posix()] = Factory().create_poetry(file.parent)
        except Exception as error:  # Poetry raises RuntimeError and others for what it refuses.
            print(f"poetry: {directory}: {str(error).splitlines()[0]}")
    return found


def oracle(subject: graph.Subject) -> graph.Graph:
    edges: dict[tuple[str, str], set[str]] = {}
    with subject.files(wanted) as place:
        found = projects(place.resolve())
        for directory, project in found.items():
            for group in project.package.dependency_group_names(include_optional=True):
                for dependency in project.package.dependency_group(group).dependencies:
                    if not isinstance(dependency, DirectoryDependency):
                        continue
                    target = dependency.full_path.resolve().relative_to(place.resolve()).as_posix()
                    kind = "runtime" if group == "main" and not dependency.is_optional() else "development"
                    if target != directory:
                        edges.setdefault((directory, target), set()).add(kind)
        members = {directory: project.package.name for directory, project in found.items()}
    return graph.Graph(members, {pair: frozenset(kinds) for pair, kinds in edges.items()})


def closure(project: object) -> frozenset:
    locked: dict[str, list] = {}
    for package in project.locker.locked_repository().packages:
        locked.setdefault(package.name, []).append(package)
    names = project.package.dependency_group_names(include_optional=True)
    pending = [d for name in names for d in project.package.dependency_group(name).dependencies]
    found, seen = set(), set()
    while pending:
        dependency = pending.pop()
        for package in locked.get(dependency.name, ()):
            # A requirement may hold for one of several versions, each with its own markers.
            if not dependency.constraint.allows(package.version) and package.source_type != "directory":
                continue
            key = (package.name, str(package.version), dependency.features)
            if key in seen:
                continue
            seen.add(key)
            extras = {d.name for feature in dependency.features for d in package.extras.get(feature, ())}
            pending += [d for d in package.requires if not d.is_optional() or d.name in extras]
            if package.source_type != "directory":
                hashes = str(sorted(f["hash"] for f in package.files))
                found.add((package.name, str(package.version), package.source_resolved_reference, hashes))
    return frozenset(found)


def closures(subject: graph.Subject, revision: str) -> locks.Closures:
    with subject._replace(revision=revision).files(wanted) as place:
        found = projects(place.resolve())
        return {d: closure(p) for d, p in found.items() if (place / d / "poetry.lock").exists()}


def comparison() -> int:
    subject, arguments = graph.Subject.from_arguments(__doc__, ("--commits", {"type": int, "default": 0, "metavar": "N"}))
    if arguments.commits:
        commits = locks.touching(subject, arguments.commits, "poetry.lock", "*/poetry.lock")
        return locks.compare("poetry", subject, commits, lambda revision: closures(subject, revision))
    return graph.compare("poetry", oracle(subject), subject.graph("python"))


if __name__ == "__main__":
    graph.main(comparison)
