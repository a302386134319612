"""What the comparisons of lockfile commits share: which projects' packages from outside a commit changes."""

from typing import Callable, Mapping

import graph

Closures = Mapping[str, frozenset]
"""By a project's directory: the packages from outside that it resolves to, through other projects too, with their hashes."""


def touching(subject: graph.Subject, count: int, *patterns: str) -> list[str]:
    """The newest commits with one parent that change a file that matches, the newest first."""
    command = ["git", "log", f"-{count}", "--no-merges", "--format=%H", subject.revision, "--", *patterns]
    return graph.run(command, subject.repository).split()


def compare(
    name: str, subject: graph.Subject, commits: list[str], closures: Callable[[str], Closures], kind: str = "external"
) -> int:
    """Prints for every commit the projects whose closure changed and those that Ripple names; 1 when one is left out.

    A project must be affected, for whatever reason, when its closure changed. It should have a reason of `kind` only
    then: what has one without is printed with a plus, and is more than needed.
    """
    missing = 0
    for commit in commits:
        before, after = closures(f"{commit}^"), closures(commit)
        changed = {path for path, closure in after.items() if before.get(path) != closure}
        document = subject.ask("affected", "--base", f"{commit}^", "--head", commit, "--direct")
        affected = {p["path"]: p for p in document["projects"]}
        external = {path for path, p in affected.items() if any(r["kind"] == kind for r in p["reasons"])}
        missed = changed - affected.keys()
        more = (external & after.keys()) - changed
        missing += len(missed)
        date_and_subject = graph.run(["git", "log", "-1", "--format=%cs %s", commit], subject.repository).strip()[:60]
        print(
            f"{name}: {commit[:9]} {date_and_subject}: changed {len(changed)} of {len(after)}, "
            f"Ripple names {len(external & after.keys())}, affects {len(affected.keys() & after.keys())}"
        )
        for path in sorted(missed):
            difference = sorted(str(entry) for entry in before.get(path, frozenset()) ^ after[path])[:3]
            print(f"  - {path}: {'; '.join(difference)[:300]}")
        for path in sorted(more):
            print(f"  + {path}: {told(next(r for r in affected[path]['reasons'] if r['kind'] == kind))}")
    return 1 if missing else 0


def told(reason: dict) -> str:
    if reason["kind"] == "config":
        return f"{reason['path']} {reason['field']}"
    return f"{reason['package']} {reason['from']} -> {reason['to']} via {' > '.join(reason['via'])}"
