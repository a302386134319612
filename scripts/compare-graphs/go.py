"""Compares Ripple's Go projects, edges and inputs with `go list`.

    go.py REPOSITORY [--rev REV] [--ripple PROGRAM] [--go PROGRAM] [--inputs | --commits N]

Expected are a project for every module and every main package, and an edge to every other module that the packages of
a project reach, tests of its own packages included. `--inputs` also changes one package after the other and compares
the programs that Ripple calls affected with those whose import graph holds the package. Go answers for one platform at
a time: the answers for `PLATFORMS` count together. No module is downloaded; what a module imports from outside does
not matter, and is taken out of go.mod files. Modules that go.work leaves out are asked without it.

`--commits N` compares the newest N commits that change a go.mod or go.sum instead. Go does not say without the modules
which of them a package needs: all that go.mod requires, as `go mod edit` reads it, count for the module, with their
hashes and what the modules of the repository that take their places require.
"""

import json
import os
import pathlib
import re
import subprocess

import graph
import locks

PLATFORMS = ["linux", "windows", "darwin"]


class Packages:
    """The packages of a repository, by directory, with what they import there."""

    def __init__(self) -> None:
        self.main: set[str] = set()
        self.module: dict[str, str] = {}
        self.imports: dict[str, set[str]] = {}
        self.tests: dict[str, set[str]] = {}

    def reach(self, starts: list[str], tests: bool) -> set[str]:
        """The directories that `starts` are built from; with their own tests."""
        pending = list(starts) + [d for start in starts if tests for d in self.tests[start]]
        found: set[str] = set()
        while pending:
            directory = pending.pop()
            if directory not in found:
                found.add(directory)
                pending += self.imports.get(directory, ())
        return found


def listed(go: str, module: pathlib.Path, platform: str) -> list[dict]:
    environment = {"GOOS": platform, "GOFLAGS": "-mod=readonly", "GOPROXY": "off", "GOTOOLCHAIN": "local", "CGO_ENABLED": "1"}
    if (module / "vendor/modules.txt").exists():
        environment["GOFLAGS"] = "-mod=vendor"
    fields = "Dir,ImportPath,Name,GoFiles,CgoFiles,Imports,TestImports,XTestImports,Module,Error"
    for choice in ({}, {"GOWORK": "off"}):
        done = subprocess.run(
            [go, "list", "-e", f"-json={fields}", "./..."], cwd=module, capture_output=True,
            env={**os.environ, **environment, **choice},
        )
        if b"not one of the workspace modules" not in done.stderr and done.stdout:
            break
    decoder, text, packages = json.JSONDecoder(), done.stdout.decode(), []
    while text := text.lstrip():
        package, end = decoder.raw_decode(text)
        packages.append(package)
        text = text[end:]
    return packages


def forget_outside(files: list[pathlib.Path]) -> None:
    """Takes the requirements of modules from outside out of go.mod files: without a registry Go looks no further."""
    texts = {file: file.read_text() for file in files}
    local = {m.group(1) for text in texts.values() if (m := re.search(r"^module\s+\"?([^\s\"]+)", text, re.MULTILINE))}
    for file, text in texts.items():
        if (file.parent / "vendor/modules.txt").exists():
            continue
        lines, block = [], None
        for line in text.splitlines():
            words = line.split("//")[0].split()
            if words[-1:] == ["("] or words == [")"]:
                block = words[0] if words[0] != ")" else None
            elif words:
                verb, *rest = [block, *words] if block else words
                if verb == "tool" or (verb == "require" and rest[0].strip('"') not in local):
                    continue
            lines.append(line)
        file.write_text("\n".join(lines) + "\n")


def module_directories(root: pathlib.Path) -> list[str]:
    """The directories of modules that Go's patterns do not pass over."""
    found = []
    for file in sorted(root.rglob("go.mod")):
        parts = file.parent.relative_to(root).parts
        if not any(part in ("testdata", "vendor") or part[0] in "._" for part in parts):
            found.append("/".join(parts) or ".")
    return found


def closures(subject: graph.Subject, revision: str, go: str) -> locks.Closures:
    """What each module requires from outside: versions, hashes, and what is put in their places."""
    with subject._replace(revision=revision).files(lambda path: path.endswith(("go.mod", "go.sum"))) as place:
        root = place.resolve()
        command = [go, "mod", "edit", "-json"]
        manifests = {d: json.loads(graph.run(command, root / d, GOTOOLCHAIN="local")) for d in module_directories(root)}
        local = {manifest["Module"]["Path"] for manifest in manifests.values()}
        found = {}
        for directory, manifest in manifests.items():
            replaced = {r["Old"]["Path"]: r["New"] for r in manifest.get("Replace") or ()}
            places = [(root / directory / new["Path"]).resolve() for new in replaced.values() if "Version" not in new]
            others = [manifests.get(p.relative_to(root).as_posix()) for p in places if p.is_relative_to(root)]
            file = root / directory / "go.sum"
            lines = file.read_text().splitlines() if file.exists() else []
            hashes = {(w[0], w[1]): w[2] for line in lines if len(w := line.split()) == 3}
            required = {
                (r["Path"], r["Version"]) for m in [manifest, *filter(None, others)] for r in m.get("Require") or ()
            }
            found[directory] = frozenset(
                (path, version, hashes.get((path, version)), str(replaced.get(path)))
                for path, version in required if path not in local
            )
    return found


def survey(subject: graph.Subject, go: str) -> tuple[Packages, list[str]]:
    """All packages of the repository and the directories of its modules."""
    found, by_path, imports = Packages(), {}, {}
    with subject.files(lambda path: True) as place:
        root = place.resolve()
        forget_outside(sorted(root.rglob("go.mod")))
        modules = module_directories(root)
        for module in modules:
            for platform in PLATFORMS:
                for package in listed(go, root / module, platform):
                    directory = pathlib.Path(package["Dir"]).resolve()
                    if not package.get("Name") or not directory.is_relative_to(root):
                        continue
                    place_of = directory.relative_to(root).as_posix()
                    by_path[package["ImportPath"]] = place_of
                    found.module[place_of] = module
                    # One with nothing but tests is no program.
                    if package["Name"] == "main" and (package.get("GoFiles") or package.get("CgoFiles")):
                        found.main.add(place_of)
                    named = imports.setdefault(place_of, (set(), set()))
                    named[0].update(package.get("Imports", ()))
                    named[1].update(package.get("TestImports", ()), package.get("XTestImports", ()))
        near = {module: neighbours(root, module, go) for module in modules}
    for directory, (own, tests) in imports.items():
        module = found.module[directory]
        here = {path: place_of for path, place_of in by_path.items() if found.module[place_of] in near[module] | {module}}
        found.imports[directory] = {here[path] for path in own if path in here}
        found.tests[directory] = {here[path] for path in tests if path in here}
    return found, modules


def neighbours(root: pathlib.Path, module: str, go: str) -> set[str]:
    """The modules of the repository that take the place of what a module requires: by go.work, or by its go.mod."""
    places = []
    manifest = json.loads(graph.run([go, "mod", "edit", "-json"], root / module, GOTOOLCHAIN="local"))
    places += [root / module / r["New"]["Path"] for r in manifest.get("Replace") or () if "Version" not in r["New"]]
    for above in [root / module, *(root / module).parents]:
        if above.is_relative_to(root) and (above / "go.work").exists():
            work = json.loads(graph.run([go, "work", "edit", "-json"], above, GOTOOLCHAIN="local"))
            uses = [(above / use["DiskPath"]).resolve() for use in work.get("Use") or ()]
            places += uses if (root / module).resolve() in uses else []
            break
    inside = [place.resolve() for place in places if place.resolve().is_relative_to(root)]
    return {place.relative_to(root).as_posix() for place in inside}


def starts(packages: Packages, modules: list[str], project: str) -> list[str]:
    """The packages of a project: those below its directory."""
    home = project if project in modules else packages.module[project]
    below = [d for d, module in packages.module.items() if module == home]
    return [d for d in below if project in (".", d) or d.startswith(project + "/")]


def oracle(packages: Packages, modules: list[str]) -> graph.Graph:
    members = {project: project for project in [*modules, *packages.main]}
    edges = {}
    for project in members:
        own = starts(packages, modules, project)
        for directory in packages.reach(own, tests=True).difference(own):
            target = packages.module[directory]
            if target != project:
                edges[project, target] = frozenset()
    return graph.Graph(members, edges)


def ripple_graph(subject: graph.Subject) -> graph.Graph:
    document = subject.ask("graph", "--head", subject.revision)
    paths = {p["id"]: p["path"] for p in document["projects"] if "go" in p["managers"]}
    pairs = {(paths[e["from"]], paths[e["to"]]) for e in document["edges"] if {e["from"], e["to"]} <= paths.keys()}
    return graph.Graph({path: name for name, path in paths.items()}, {pair: frozenset() for pair in pairs})


def compare_inputs(subject: graph.Subject, packages: Packages, modules: list[str], members: set[str]) -> int:
    """Changes a file of each package and compares the programs affected; prints what differs."""
    programs = sorted(packages.main & members)
    reached = {p: packages.reach(starts(packages, modules, p), tests=True) for p in programs}
    files: dict[str, str] = {}
    for path in subject.paths():
        if path.endswith(".go") and not path.endswith("_test.go"):
            files.setdefault(pathlib.PurePosixPath(path).parent.as_posix(), path)
    equal = total = under = over = 0
    for directory in sorted(packages.module.keys() & files.keys()):
        command = [subject.ripple, "affected", "--head", subject.revision, "--base", subject.revision]
        command += ["--files-from", "-", "--quiet", "--format", "json"]
        done = subprocess.run(command, cwd=subject.repository, input=files[directory].encode(), capture_output=True, check=True)
        # A Dockerfile beside a program may copy more than Go compiles.
        answer = json.loads(done.stdout)["projects"]
        affected = {p["path"] for p in answer if {"build", "test", "vet"} & set(p["tasks"])} & set(programs)
        expected = {p for p in programs if directory in reached[p]}
        total += len(programs)
        equal += len(programs) - len(affected ^ expected)
        under += len(expected - affected)
        over += len(affected - expected)
        for sign, names in (("-", expected - affected), ("+", affected - expected)):
            if names:
                print(f"  {sign} input {files[directory]} of {' '.join(sorted(names)[:5])}{' ...' if len(names) > 5 else ''}")
    print(f"go: package and program pairs {equal} of {total} equal, missing {under}, more than needed {over}")
    return 1 if under or over else 0


def comparison() -> int:
    subject, arguments = graph.Subject.from_arguments(
        __doc__,
        ("--go", {"default": "go"}),
        ("--inputs", {"action": "store_true", "help": "compare inputs too"}),
        ("--commits", {"type": int, "default": 0, "metavar": "N"}),
    )
    if arguments.commits:
        commits = locks.touching(subject, arguments.commits, "go.mod", "go.sum", "*/go.mod", "*/go.sum")
        return locks.compare("go", subject, commits, lambda revision: closures(subject, revision, arguments.go))
    packages, modules = survey(subject, arguments.go)
    ripple = ripple_graph(subject)
    code = graph.compare("go", oracle(packages, modules), ripple)
    if arguments.inputs:
        code |= compare_inputs(subject, packages, modules, set(ripple.members))
    return code


if __name__ == "__main__":
    graph.main(comparison)
