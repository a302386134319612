"""Compares Ripple's pnpm workspaces with what pnpm wrote into pnpm-lock.yaml (version 6 and later): the importers, and
where a dependency of theirs is a link or a copy of a directory. A peer that is a member is added, because pnpm writes no links for peers.
"""

import contextlib
import json
import posixpath
import re

from graph import Graph, Subject, below, compare, main
from manifests import kinds

TABLES = ("dependencies", "optionalDependencies", "devDependencies")


def importers(text: str) -> dict[str, dict[str, dict[str, str]]]:
    """The members, and the version that each name of each table resolves to."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    member = table = name = ""
    inside = False
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        key, _, value = line.strip().partition(": ")
        key, value = key.rstrip(":").strip("'\""), value.strip("'\"")
        if not line or line.startswith("---"):
            continue
        if indent == 0:
            inside = key == "importers"
            if inside:
                found = {}
        elif inside and indent == 2:
            member = key
            found[member] = {}
        elif inside and indent == 4:
            table = key
            found[member][table] = {}
        elif inside and indent == 6:
            name = key
        elif inside and indent == 8 and key == "version":
            found[member][table][name] = value
    return found


def manifest_of(subject: Subject, path: str) -> dict:
    """The package.json of a member; a member without a readable one has no names."""
    with contextlib.suppress(json.JSONDecodeError):
        return json.loads((subject.text(below(path, "package.json")) or "{}").lstrip("\ufeff"))
    return {}


def oracle(subject: Subject) -> Graph:
    locked = importers(subject.text("pnpm-lock.yaml") or "")
    manifests = {path: manifest_of(subject, path) for path in locked}
    names = {manifest["name"]: path for path, manifest in manifests.items() if "name" in manifest}
    found: set[tuple[str, str, str]] = set()
    for path, tables in locked.items():
        found |= {(path, names[name], name) for name in manifests[path].get("peerDependencies", {}) if name in names}
        for table in TABLES:
            for name, version in tables.get(table, {}).items():
                if local := re.match(r"(?:.*@)?(link|file):([^(]*)", version):
                    start = path if local[1] == "link" else "."
                    found.add((path, posixpath.normpath(posixpath.join(start, local[2])), name))
    edges: dict[tuple[str, str], frozenset[str]] = {}
    for path, target, name in sorted(found):
        if target in locked and target != path:
            edges[path, target] = kinds(manifests[path], name)
    return Graph({path: manifest.get("name", path) for path, manifest in manifests.items()}, edges)


def comparison() -> int:
    subject, _ = Subject.from_arguments(__doc__)
    return compare("pnpm", oracle(subject), subject.graph("pnpm", manifest="package.json"))


if __name__ == "__main__":
    main(comparison)
