"""Compares whose external dependencies a commit changed: a package manager's answer against `ripple affected`."""

from typing import Callable

from graph import Subject, run

FLAG = ("--closures", {"action": "store_true", "help": "compare what the lockfile change of the commit --rev reaches"})

Facts = frozenset[tuple[str, str]]


Closures = dict[str, Facts]
"""Per member's directory, the dependencies within what it uses from outside: who needs, and what that resolves to."""


def reach(packages: dict[str, list[str]], members: dict[str, str]) -> Closures:
    """Follows `packages` from each of `members` (directories by package), but not to another that it names itself.

    A member that only a package from outside needs counts with what it uses.
    """
    found: Closures = {}
    for start, path in members.items():
        facts: set[tuple[str, str]] = set()
        seen, waiting = {start}, [start]
        while waiting:
            package = waiting.pop()
            for used in packages.get(package, []):
                if package == start and used in members:
                    continue
                facts.add(("" if package == start else package, used))
                if used not in seen:
                    seen.add(used)
                    waiting.append(used)
        found[path] = frozenset(facts)
    return found


def compare(name: str, subject: Subject, closure_of: Callable[[Subject], Closures]) -> int:
    """Prints who is affected by the externals between the commit's first parent and the commit.

    What the root uses reaches every member in Ripple, unless it only lints; such members are counted apart. Returns 1
    when Ripple leaves out a member that the package manager names, or names one without a reason in the root.
    """
    base = subject._replace(revision=subject.revision + "^")
    before, after = closure_of(base), closure_of(subject)
    changed = {path for path in before.keys() & after.keys() if before[path] != after[path]}
    document = subject.ask("affected", "--base", base.revision, "--head", subject.revision, "--direct")
    reasons = {
        project["path"]: [reason for reason in project["reasons"] if is_external(reason)]
        for project in document["projects"]
        if project["path"] in before and project["path"] in after
    }
    ours = {path for path, found in reasons.items() if found}
    fewer, more = changed - ours - {"."}, ours - changed
    by_root = more if "." in changed else set()
    commit = run(["git", "rev-parse", "--short", subject.revision], subject.repository).strip()
    print(
        f"{name} {commit}: of {len(after)} members {name} changes {len(changed)}{' with the root' if '.' in changed else ''},"
        f" Ripple {len(ours)}; fewer {len(fewer)}, more {len(more)}"
    )
    for path in sorted(fewer):
        print(f"  - {path}: {sample(before[path] ^ after[path])}")
    if "." in changed:
        print(f"  . {sample(before['.'] ^ after['.'])}")
    for path in sorted(more - by_root):
        print(f"  + {path}: {'; '.join(told(reason) for reason in reasons[path][:3])}")
    return 1 if fewer or more - by_root else 0


def is_external(reason: dict) -> bool:
    """Whether it is about packages from outside: by name, or about a lockfile that cannot be read entry by entry."""
    return reason["kind"] == "external" or reason.get("code") == "lockfile-changed"


def told(reason: dict) -> str:
    """What Ripple says of a package, and how the member comes to use it."""
    if reason["kind"] != "external":
        return reason["kind"]
    return f"{' > '.join(reason['via'])} {reason['from']} -> {reason['to']}"


def sample(facts: Facts) -> str:
    """The first of what differs, to look into."""
    shown = [f"{user or 'itself'} -> {used}" for user, used in sorted(facts)[:4]]
    return "; ".join(shown) + (f"; {len(facts) - 4} more" if len(facts) > 4 else "")
