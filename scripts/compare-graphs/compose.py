"""Compares the images that compose files build with Ripple's projects, by `docker-compose config`.

    compose.py REPOSITORY [--rev REV] [--ripple PROGRAM]

Every service that is built makes two demands: the Dockerfile belongs to a project that builds an image, and a change of
the Dockerfile and of every file that lies beside it in its context affects the project, unless COPY leaves the file out.
The first is compared; for the second the files that a plain `COPY . .` takes are changed one after the other.
"""

import json
import pathlib
import re
import subprocess

import graph

COMPOSE = re.compile(r"(^|/)(docker-)?compose[^/]*\.ya?ml$")
WHOLE = re.compile(r"^\s*(COPY|ADD)\s+(--\S+\s+)*\./?\s+\S+\s*$", re.MULTILINE | re.IGNORECASE)


def config(file: pathlib.Path, root: pathlib.Path) -> dict:
    """What docker-compose makes of one file; its YAML is turned into JSON by the program itself when it can."""
    text = graph.run(["docker-compose", "-f", file, "config"], root, COMPOSE_PROJECT_NAME="compared")
    program = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout, default=str)"
    done = subprocess.run(["/usr/bin/python3", "-c", program], input=text.encode(), capture_output=True, check=True)
    return json.loads(done.stdout)


def builds(subject: graph.Subject) -> dict[str, tuple[str, bool]]:
    """The Dockerfiles that are built, with their context, and whether they copy all of it."""
    found: dict[str, tuple[str, bool]] = {}
    with subject.files(lambda path: True) as place:
        root = place.resolve()
        for path in filter(COMPOSE.search, subject.paths()):
            try:
                services = config(root / path, root).get("services", {})
            except subprocess.CalledProcessError as error:
                print(f"compose: {path}: {(error.stderr or b'').decode().strip().splitlines()[-1]}")
                continue
            for service in services.values():
                build = service.get("build")
                build = {"context": build} if isinstance(build, str) else build
                if not build or "://" in build["context"]:
                    continue
                context = pathlib.Path(build["context"])
                dockerfile = context / build.get("dockerfile", "Dockerfile")
                if dockerfile.is_file() and dockerfile.resolve().is_relative_to(root):
                    whole = WHOLE.search(dockerfile.read_text(errors="replace")) is not None
                    ignored = (context / ".dockerignore").exists() or dockerfile.with_name(dockerfile.name + ".dockerignore").exists()
                    key = dockerfile.resolve().relative_to(root).as_posix()
                    found[key] = (context.resolve().relative_to(root).as_posix(), whole and not ignored)
    return found


def owner(path: str, projects: set[str]) -> str | None:
    above = pathlib.PurePosixPath(path).parents
    return next((p.as_posix() for p in above if p.as_posix() in projects), None)


def comparison() -> int:
    subject, _ = graph.Subject.from_arguments(__doc__)
    document = subject.ask("graph", "--head", subject.revision)
    projects = {p["path"] for p in document["projects"] if "docker" in p["managers"]}
    expected = builds(subject)
    owned = {dockerfile: owner(dockerfile, projects) for dockerfile in expected}
    lost = sorted(d for d, project in owned.items() if project is None)
    print(f"compose: Dockerfiles {len(owned) - len(lost)} of {len(owned)} belong to a project that builds an image")
    for dockerfile in lost:
        print(f"  - {dockerfile}")
    total, missed = 0, []
    for dockerfile, (context, whole) in expected.items():
        inside = [p for p in subject.paths() if whole and (context == "." or p.startswith(context + "/"))]
        for path in {dockerfile, *inside[:: max(1, len(inside) // 20)]}:
            command = [subject.ripple, "affected", "--base", subject.revision, "--head", subject.revision, "--quiet"]
            command += ["--files-from", "-", "--format", "json"]
            done = subprocess.run(command, cwd=subject.repository, input=path.encode(), capture_output=True, check=True)
            total += 1
            if owned[dockerfile] not in {p["path"] for p in json.loads(done.stdout)["projects"]}:
                missed.append((path, dockerfile))
    print(f"compose: files of images {total - len(missed)} of {total} affect the image's project")
    for path, dockerfile in sorted(missed):
        print(f"  - {path} of {dockerfile}")
    return 1 if lost or missed else 0


if __name__ == "__main__":
    graph.main(comparison)
