"""Compares Ripple's Maven projects and edges with the effective models of Maven's own model builder.

    maven.py REPOSITORY [--rev REV] [--ripple PROGRAM] [--commits N]

Expected are a project for every module that the outermost pom.xml files lead to, but for those that only gather, and
what Maven orders modules by: dependencies, plugins with their dependencies, extensions, each at the version built here.
Imported bills of materials count by their entries instead. Nothing from outside is read, so what external parents manage
is not known. Maven's libraries are looked for in /usr/share/maven/lib (MAVEN_LIB).

`--commits N` compares the newest N commits that change a pom.xml instead: a module's closure is its effective dependencies
with their versions, and those of the modules that it depends on. Ripple names more: a managed version that no module
names pins something deeper down, and what a parent configures counts too.
"""

import os
import pathlib

import graph
import locks

LIBRARIES = os.environ.get("MAVEN_LIB", "/usr/share/maven/lib")
PROGRAM = pathlib.Path(__file__).with_name("MavenModels.java")


class Module:
    def __init__(self, directory: str, group: str, artifact: str, version: str, packaging: str, outer: str) -> None:
        self.has_outer_parent = outer == "true"
        self.directory, self.name, self.version, self.packaging = directory, (group, artifact), version, packaging
        self.uses: list[tuple[str, tuple[str, str], str, str]] = []


def models(subject: graph.Subject, starts: list[str]) -> list[Module]:
    found: list[Module] = []
    with subject.files(lambda path: path.endswith(".xml")) as place:
        command = ["java", "-cp", f"{LIBRARIES}/*", PROGRAM, place, *(place / start for start in starts)]
        for line in graph.run(command, place).splitlines():
            kind, *fields = line.split("\t")
            if kind == "module":
                found.append(Module(*fields))
            else:
                group, artifact, version, scope = fields
                found[-1].uses.append((kind, (group, artifact), version, scope))
    return found


def oracle(modules: list[Module], gatherers: set[str]) -> graph.Graph:
    named: dict[tuple[str, str], Module] = {}
    for module in modules:
        named.setdefault(module.name, module)
    edges: dict[tuple[str, str], set[str]] = {}
    for module in modules:
        for kind, name, version, scope in module.uses:
            target = named.get(name)
            if target is None or target is module:
                continue
            # Without a version it is whichever is built here, unless a parent from outside may say one.
            is_any = version.startswith(("[", "(")) or not (version or module.has_outer_parent)
            if version != target.version and not is_any:
                continue
            meaning = "build" if kind != "dependency" else "development" if scope == "test" else "runtime"
            edges.setdefault((module.directory, target.directory), set()).add(meaning)
    members = {m.directory: m.name[1] for m in modules if m.directory not in gatherers}
    kept = {pair: frozenset(kinds) for pair, kinds in edges.items() if not gatherers & set(pair)}
    return graph.Graph(members, kept)


def outermost(subject: graph.Subject) -> list[str]:
    """The pom.xml files that lie below no other."""
    poms = sorted(p for p in subject.paths() if p == "pom.xml" or p.endswith("/pom.xml"))
    return [p for p in poms if not any(p != o and p.startswith(o.removesuffix("pom.xml")) for o in poms)]


def closures(modules: list[Module]) -> locks.Closures:
    named = {module.name: module for module in modules}
    found = {}
    for module in modules:
        pending, seen, closure = [module], {module.name}, set()
        while pending:
            at = pending.pop()
            for kind, name, version, scope in at.uses:
                if kind != "dependency" or (at is not module and scope in ("test", "provided")):
                    continue
                if name not in named:
                    closure.add((*name, version, scope if at is module else ""))
                elif name not in seen:
                    seen.add(name)
                    pending.append(named[name])
        found[module.directory] = frozenset(closure)
    return found


def comparison() -> int:
    subject, arguments = graph.Subject.from_arguments(__doc__, ("--commits", {"type": int, "default": 0, "metavar": "N"}))
    if arguments.commits:
        def at(revision: str) -> locks.Closures:
            other = subject._replace(revision=revision)
            return closures([m for m in models(other, outermost(other)) if m.packaging != "pom"])

        commits = locks.touching(subject, arguments.commits, "pom.xml", "*/pom.xml")
        return locks.compare("maven", subject, commits, at, kind="config")
    ripple = subject.graph("maven")
    modules = models(subject, outermost(subject))
    parents = {m.directory for m in modules if m.packaging == "pom"}
    sources = {path.rpartition("/src/")[0] for path in subject.paths() if "/src/" in path}
    # A parent or aggregator without sources is no project of Ripple's; a bill of materials is.
    gatherers = {d for d in parents - sources if d not in ripple.members}
    return graph.compare("maven", oracle(modules, gatherers), ripple)


if __name__ == "__main__":
    graph.main(comparison)
