"""Compares Ripple's projects, edges and closures of a uv workspace with `uv workspace metadata`.

    uv.py REPOSITORY [--rev REV] [--ripple PROGRAM] [--commits N]

uv prints the graph of uv.lock as it reads it, extras and groups as packages of their own. `--commits N` compares the
newest N commits that change uv.lock instead: a project's closure is what its dependencies, extras and groups reach, and
what the packages from outside do that the groups of the workspace's root name: uv installs these for every member. Members
that such a group names count for those that declare them.
"""

import json
import pathlib

import graph
import locks

COMMAND = ["uv", "workspace", "metadata", "--frozen", "--preview", "--offline", "--no-python-downloads"]


class Lock:
    """uv.lock as uv sees it: packages by id, the members by directory."""

    def __init__(self, subject: graph.Subject) -> None:
        names = ("pyproject.toml", "uv.lock", "uv.toml")
        with subject.files(lambda path: path.rpartition("/")[2] in names) as place:
            document = json.loads(graph.run(COMMAND, place))
            root = place.resolve()
            self.members = {self.place(m["path"], root): m["name"] for m in document["members"]}
        self.nodes: dict[str, dict] = document["resolution"]
        self.directory: dict[str, str] = {}
        for identity, node in self.nodes.items():
            source = node.get("source", {})
            path = source.get("editable") or source.get("virtual") or source.get("directory")
            if path is not None and (place_of := self.place(path, root)) in self.members:
                self.directory[identity] = place_of

    @staticmethod
    def place(path: str, root: pathlib.Path) -> str:
        return pathlib.Path(path).resolve().relative_to(root).as_posix()

    def own(self, directory: str, groups_only: bool = False) -> list[str]:
        """The nodes of a member: itself, its extras and its groups."""
        nodes = [i for i, place in self.directory.items() if place == directory]
        return [i for i in nodes if not groups_only or self.kind(i) == "group"]

    def kind(self, identity: str) -> str:
        kind = self.nodes[identity]["kind"]
        return kind if isinstance(kind, str) else next(iter(kind))

    def uses(self, identity: str) -> list[str]:
        return [use["id"] for use in self.nodes[identity].get("dependencies", ())]

    def reached(self, identity: str, seen: set[str]) -> set[str]:
        """The members that a node uses; whoever asks for an extra of a member uses what that extra uses."""
        found = set()
        for use in self.uses(identity):
            if use in self.directory and use not in seen:
                seen.add(use)
                found.add(self.directory[use])
                if self.kind(use) == "extra":
                    found |= self.reached(use, seen)
        return found

    def graph(self) -> graph.Graph:
        edges: dict[tuple[str, str], set[str]] = {}
        for identity, source in self.directory.items():
            # Ripple shows extras as development too: they may close circles, but pass to dependents.
            kind = "runtime" if self.kind(identity) == "package" else "development"
            for target in self.reached(identity, set()) - {source}:
                edges.setdefault((source, target), set()).add(kind)
        return graph.Graph(self.members, {pair: frozenset(kinds) for pair, kinds in edges.items()})

    def closure(self, directory: str) -> frozenset:
        tools = {use for group in self.own(".", groups_only=True) for use in self.uses(group)}
        pending, seen, found = self.own(directory) + sorted(tools - self.directory.keys()), set(), set()
        while pending:
            identity = pending.pop()
            if identity in seen:
                continue
            seen.add(identity)
            node = self.nodes[identity]
            pending += self.uses(identity)
            found.update((node["name"], use["id"], use["marker"]) for use in node.get("dependencies", ()) if use.get("marker"))
            if identity not in self.directory:
                files = [node.get("sdist"), *node.get("wheels", ())]
                hashes = sorted(json.dumps(f.get("hashes"), sort_keys=True) for f in files if f)
                found.add((node["name"], node.get("version"), json.dumps(node["kind"]), *hashes))
        return frozenset(found)


def comparison() -> int:
    subject, arguments = graph.Subject.from_arguments(__doc__, ("--commits", {"type": int, "default": 0, "metavar": "N"}))
    if arguments.commits:
        def closures(revision: str) -> locks.Closures:
            lock = Lock(subject._replace(revision=revision))
            return {directory: lock.closure(directory) for directory in lock.members}

        return locks.compare("uv", subject, locks.touching(subject, arguments.commits, "uv.lock"), closures)
    return graph.compare("uv", Lock(subject).graph(), subject.graph("python"))


if __name__ == "__main__":
    graph.main(comparison)
