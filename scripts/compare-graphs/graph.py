"""What the comparisons of this folder share: reading a version of a repository, Ripple's graph of it, and the verdict."""

import argparse
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from typing import Callable, Iterable, Iterator, NamedTuple

Edges = dict[tuple[str, str], frozenset[str]]


class Graph(NamedTuple):
    """Projects by directory, and what depends on what."""

    members: dict[str, str]
    """Names by directory, relative to the root of the repository; the root is a dot."""
    edges: Edges
    """Kinds (runtime, development, build, peer) by dependent's and dependency's directory; none: kinds are not known."""


class Subject(NamedTuple):
    """The version of a repository that is compared, and the program that is."""

    repository: pathlib.Path
    revision: str
    ripple: str

    @staticmethod
    def from_arguments(description: str, *extra: tuple[str, dict]) -> tuple["Subject", argparse.Namespace]:
        """Reads the arguments all comparisons take, and `extra` ones: pairs of a flag and argparse's options."""
        parser = argparse.ArgumentParser(description=description)
        parser.add_argument("repository", type=pathlib.Path)
        parser.add_argument("--rev", default="HEAD", metavar="REV", help="the commit to compare (default HEAD)")
        parser.add_argument(
            "--ripple", default=os.environ.get("RIPPLE_BINARY", "ripple"), metavar="PROGRAM", help="default RIPPLE_BINARY"
        )
        for flag, options in extra:
            parser.add_argument(flag, **options)
        arguments = parser.parse_args()
        return Subject(arguments.repository.resolve(), arguments.rev, arguments.ripple), arguments

    def ask(self, *arguments: str) -> dict:
        """Runs Ripple and reads the document that it prints."""
        return json.loads(run([self.ripple, *arguments, "--quiet", "--format", "json"], self.repository))

    def graph(self, *managers: str, manifest: str | None = None) -> Graph:
        """The projects that one of `managers` sees, without edges that come from imports or from ripple.yaml.

        With `manifest`, such as package.json, only projects with such a file, and only edges that stand in the
        dependent's own: what a workspace root gives to every member is Ripple's rule and in no manifest of theirs.
        """
        document = self.ask("graph", "--head", self.revision)
        paths = {p["id"]: p["path"] for p in document["projects"] if set(managers) & set(p["managers"])}
        if manifest:
            files = set(self.paths())
            paths = {name: path for name, path in paths.items() if below(path, manifest) in files}
        edges: dict[tuple[str, str], set[str]] = {}
        for edge in document["edges"]:
            if edge["kind"] in ("declared", "import") or not {edge["from"], edge["to"]} <= paths.keys():
                continue
            own = manifest and below(paths[edge["from"]], manifest)
            if own and all(place["path"] != own for place in edge["evidence"]):
                continue
            edges.setdefault((paths[edge["from"]], paths[edge["to"]]), set()).add(edge["kind"])
        members = {path: name for name, path in paths.items()}
        return Graph(members, {pair: frozenset(kinds) for pair, kinds in edges.items()})

    def paths(self) -> list[str]:
        """All files of the version, sorted."""
        listing = run(["git", "ls-tree", "-r", "-z", "--name-only", self.revision], self.repository)
        return sorted(path for path in listing.split("\0") if path)

    def text(self, path: str) -> str | None:
        """A file of the version, or nothing when it is not there."""
        with contextlib.suppress(subprocess.CalledProcessError):
            return run(["git", "show", f"{self.revision}:{path}"], self.repository)
        return None

    @contextlib.contextmanager
    def files(self, wanted: Callable[[str], bool]) -> Iterator[pathlib.Path]:
        """A directory, removed afterwards, with the files whose path is `wanted`; symbolic links are left out."""
        with tempfile.TemporaryDirectory(prefix="compare-graphs-") as place:
            directory = pathlib.Path(place)
            listing = run(["git", "ls-tree", "-r", "-z", self.revision], self.repository)
            entries = [line.split("\t", 1) for line in listing.split("\0") if line]
            chosen = [(facts.split(), path) for facts, path in entries if wanted(path)]
            chosen = [(facts, path) for facts, path in chosen if facts[0] in ("100644", "100755")]
            ids = "".join(facts[2] + "\n" for facts, _ in chosen).encode()
            command = ["git", "cat-file", "--batch"]
            blobs = subprocess.run(command, cwd=self.repository, input=ids, stdout=subprocess.PIPE, check=True).stdout
            place_in_blobs = 0
            for facts, path in chosen:
                end = blobs.index(b"\n", place_in_blobs)
                words = blobs[place_in_blobs:end].split()
                place_in_blobs = end + 1
                if words[-1] == b"missing":
                    continue
                size = int(words[2])
                file = directory / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(blobs[place_in_blobs : place_in_blobs + size])
                file.chmod(0o755 if facts[0] == "100755" else 0o644)
                place_in_blobs += size + 1
            yield directory


def below(directory: str, name: str) -> str:
    """A path in `directory`, where a dot is the root of the repository."""
    return name if directory == "." else f"{directory}/{name}"


def run(command: Iterable[str], directory: pathlib.Path, **environment: str) -> str:
    """Runs a program and returns what it prints; a failure shows what it said."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=directory, capture_output=True, env={**os.environ, **environment})
    if done.returncode != 0:
        raise subprocess.CalledProcessError(done.returncode, words, done.stdout, done.stderr)
    return done.stdout.decode(errors="surrogateescape")


def compare(name: str, oracle: Graph, ripple: Graph) -> int:
    """Prints what is equal and what differs; returns the exit code: 1 when something differs.

    `oracle` may know no kinds: then only pairs are compared. What only Ripple has is printed with a plus, what only the
    oracle has with a minus.
    """
    both = oracle.members.keys() & ripple.members.keys()
    pairs = oracle.edges.keys() & ripple.edges.keys()
    kinds = [p for p in pairs if oracle.edges[p] and oracle.edges[p] != ripple.edges[p]]
    print(f"{name}: members {len(both)} of {len(oracle.members)}, Ripple has {len(ripple.members)}")
    print(f"{name}: edges {len(pairs)} of {len(oracle.edges)}, Ripple has {len(ripple.edges)}, kinds differ {len(kinds)}")
    for path in sorted(oracle.members.keys() ^ ripple.members.keys()):
        print(f"  {'+' if path in ripple.members else '-'} member {path}")
    for pair in sorted(oracle.edges.keys() ^ ripple.edges.keys()):
        sign, edges = ("+", ripple.edges) if pair in ripple.edges else ("-", oracle.edges)
        print(f"  {sign} edge {pair[0]} -> {pair[1]} {' '.join(sorted(edges[pair]))}")
    for pair in sorted(kinds):
        theirs, ours = (" ".join(sorted(edges[pair])) for edges in (oracle.edges, ripple.edges))
        print(f"  ~ edge {pair[0]} -> {pair[1]}: {theirs}, Ripple says {ours}")
    members_equal = oracle.members.keys() == ripple.members.keys()
    return 0 if members_equal and oracle.edges.keys() == ripple.edges.keys() and not kinds else 1


def main(comparison: Callable[[], int]) -> None:
    """Ends the program with the comparison's exit code, or with 2 and what a program said that failed."""
    try:
        sys.exit(comparison())
    except FileNotFoundError as error:
        print(f"{error.filename} is not there", file=sys.stderr)
        sys.exit(2)
    except subprocess.CalledProcessError as error:
        said = (error.stderr or b"").decode(errors="replace").strip()
        print(f"{' '.join(error.cmd)} ended with {error.returncode}: {said}", file=sys.stderr)
        sys.exit(2)
