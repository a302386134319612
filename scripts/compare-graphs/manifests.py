"""What package.json says of a dependency."""

FIELDS = [("dependencies", "runtime"), ("optionalDependencies", "runtime"), ("peerDependencies", "peer")]


def kinds(manifest: dict, name: str) -> frozenset[str]:
    """The kind of the dependency on the package `name`, the strongest that the manifest names; none under an alias."""
    for field, kind in FIELDS:
        if name in manifest.get(field, {}):
            return frozenset([kind])
    return frozenset(["development"] if name in manifest.get("devDependencies", {}) else [])
