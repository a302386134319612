"""Compares Ripple's Bun workspaces with what Bun wrote into bun.lock: the members, and which packages are members."""

import json
import re

from graph import Graph, Subject, compare, main
from manifests import kinds


def oracle(subject: Subject) -> Graph:
    """A name that a member depends on is what bun.lock has for it under the member's own name, or else for all."""
    # JSON with commas at the end of lists.
    lock = json.loads(re.sub(r",(\s*[}\]])", r"\1", subject.text("bun.lock") or "{}"))
    members = {path or ".": manifest for path, manifest in lock["workspaces"].items()}
    places = {key: entry[0] for key, entry in lock["packages"].items()}
    edges: dict[tuple[str, str], frozenset[str]] = {}
    for path, manifest in members.items():
        tables = ("dependencies", "optionalDependencies", "peerDependencies", "devDependencies")
        for name in {name for table in tables for name in manifest.get(table, {})}:
            place = places.get(f"{manifest.get('name', '')}/{name}", places.get(name, ""))
            target = place.rpartition("@workspace:")[2] if "@workspace:" in place else ""
            if target in members and target != path:
                edges[path, target] = kinds(manifest, name)
    return Graph({path: manifest.get("name", path) for path, manifest in members.items()}, edges)


def comparison() -> int:
    subject, _ = Subject.from_arguments(__doc__)
    return compare("bun", oracle(subject), subject.graph("bun", manifest="package.json"))


if __name__ == "__main__":
    main(comparison)
