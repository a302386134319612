"""Compares Ripple's Terraform projects and edges with what `terraform get` finds.

    terraform.py REPOSITORY [--rev REV] [--ripple PROGRAM]

Every directory with .tf files outside of test data is a project. No registry is asked: sources of modules from outside
are replaced by an empty module, and required versions of Terraform are dropped.
"""

import json
import os
import pathlib
import re

import graph

TEST_DATA = {"testdata", "fixtures", "templates", "test-fixtures"}
MODULE = re.compile(r'^module\s+"[^"]+"\s*\{.*?^\}', re.MULTILINE | re.DOTALL)
OUTSIDE = re.compile(r'^(\s*source\s*=\s*)"(?!\.{1,2}/)[^"]*"', re.MULTILINE)


def keep_inside(file: pathlib.Path, stub: pathlib.Path) -> None:
    """Makes a file ask for nothing from outside."""
    def replaced(match: re.Match) -> str:
        # A relative source: Terraform copies what has an absolute one.
        text, count = OUTSIDE.subn(rf'\1"./{os.path.relpath(stub, file.parent)}"', match[0])
        return re.sub(r"^\s*version\s*=.*$", "", text, flags=re.MULTILINE) if count else text

    text = MODULE.sub(replaced, file.read_text())
    file.write_text(re.sub(r"^\s*required_version\s*=.*$", "", text, flags=re.MULTILINE))


def oracle(subject: graph.Subject) -> graph.Graph:
    edges: graph.Edges = {}
    with subject.files(lambda path: path.endswith((".tf", ".tf.json"))) as place:
        root = place.resolve()
        stub = root / ".stub"
        files = [f for f in root.rglob("*") if f.is_file() and not TEST_DATA & set(f.relative_to(root).parts)]
        stub.mkdir()
        (stub / "main.tf").touch()
        for file in files:
            if file.suffix == ".tf":
                keep_inside(file, stub)
        members = {file.parent.relative_to(root).as_posix(): "" for file in files}
        for directory in members:
            graph.run(["terraform", "get", "-no-color"], root / directory, CHECKPOINT_DISABLE="1")
            found = root / directory / ".terraform/modules/modules.json"
            modules = json.loads(found.read_text())["Modules"] if found.exists() else []
            # Keys are the names on the way, so the key without its last name is the caller's.
            places = {m["Key"]: (root / directory / m["Dir"]).resolve() for m in modules}
            for key, target in places.items():
                source = places[key.rpartition(".")[0]] if key else target
                if target != source and target != stub:
                    pair = (source.relative_to(root).as_posix(), target.relative_to(root).as_posix())
                    edges[pair] = frozenset(["runtime"])
    return graph.Graph(members, edges)


def comparison() -> int:
    subject, _ = graph.Subject.from_arguments(__doc__)
    return graph.compare("terraform", oracle(subject), subject.graph("terraform"))


if __name__ == "__main__":
    graph.main(comparison)
