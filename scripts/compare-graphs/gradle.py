"""Compares Ripple's Gradle projects and edges with Gradle's own settings and with scripts that run as Groovy.

    gradle.py REPOSITORY [--rev REV] [--ripple PROGRAM]

Gradle evaluates settings.gradle without its blocks about plugins, and says which projects it includes. What the projects depend on is declared by build.gradle scripts, which run as Groovy without Gradle (GradleUses.groovy): every
condition on something outside the script is true there. Needs gradle and Groovy's library (GROOVY_JAR). A project
without a build script and sources is only a name on the way to others, and does not count, nor does a root without sources
that nothing depends on.
"""

import os
import pathlib
import re
import subprocess

import graph

HERE = pathlib.Path(__file__).parent
PLUGINS = re.compile(
    r"^(plugins|pluginManagement|dependencyResolutionManagement|develocity|gradleEnterprise|buildCache)\s*\{.*?^\}",
    re.MULTILINE | re.DOTALL,
)
GROOVY = os.environ.get("GROOVY_JAR", "/usr/share/java/groovy-all.jar")


def included(place: pathlib.Path) -> dict[str, str]:
    """The projects of the settings: directories by path."""
    answer = place / ".compared"
    settings, properties = place / "settings.gradle", place / "gradle.properties"
    text = PLUGINS.sub("", settings.read_text())
    settings.write_text(re.sub(r"^enableFeaturePreview.*$", "", text, flags=re.MULTILINE))
    if properties.exists():
        # Options for a Java that Gradle does not run in here.
        lines = properties.read_text().splitlines()
        properties.write_text("\n".join(line for line in lines if not line.startswith("org.gradle.")) + "\n")
    command = ["gradle", "--offline", "--no-daemon", "-I", HERE / "gradle-projects.gradle", f"-Pcompared.projects={answer}", "help"]
    done = subprocess.run(command, cwd=place, capture_output=True)
    if not answer.exists():
        raise subprocess.CalledProcessError(done.returncode, [str(word) for word in command], done.stdout, done.stderr)
    return dict(line.split("\t") for line in answer.read_text().splitlines())


def kind(configuration: str) -> str:
    name = configuration.lower()
    if "test" in name or "jmh" in name:
        return "development"
    return "build" if name in ("annotationprocessor", "kapt", "ksp", "classpath") else "runtime"


def oracle(subject: graph.Subject) -> graph.Graph:
    edges: dict[tuple[str, str], set[str]] = {}
    with subject.files(lambda path: path.endswith((".gradle", "gradle.properties")) and not path.startswith("buildSrc/")) as place:
        projects = {path: directory or "." for path, directory in included(place).items()}
        command = ["java", "-cp", GROOVY, "groovy.ui.GroovyMain", HERE / "GradleUses.groovy", place, place / ".compared"]
        done = subprocess.run(command, cwd=place, capture_output=True)
        early = done.stderr.decode().splitlines()
        if early:
            # Such as a closure that makes a file of what is not known: what it says after that is not heard.
            print(f"gradle: {len(early)} parts of scripts ended early, the first: {early[0]}"[:250])
        for line in done.stdout.decode().splitlines():
            fields = line.split("\t")
            if len(fields) == 3 and fields[0] != fields[2] and {fields[0], fields[2]} <= projects.keys():
                edges.setdefault((projects[fields[0]], projects[fields[2]]), set()).add(kind(fields[1]))
    owned = {path.rpartition("/src/")[0] or "." for path in subject.paths() if path.startswith("src/") or "/src/" in path}
    owned |= {path.rpartition("/")[0] or "." for path in subject.paths() if path.endswith((".gradle", ".gradle.kts"))}
    if "." not in {target for _, target in edges} and not any(path.startswith("src/") for path in subject.paths()):
        # A root that only gathers.
        owned.discard(".")
    members = {directory: path for path, directory in projects.items() if directory in owned}
    return graph.Graph(members, {pair: frozenset(kinds) for pair, kinds in edges.items()})


def ripple_graph(subject: graph.Subject) -> graph.Graph:
    """Ripple's graph, with the edges that it calls imports: to every project that code may mean."""
    document = subject.ask("graph", "--head", subject.revision)
    paths = {p["id"]: p["path"] for p in document["projects"] if "gradle" in p["managers"]}
    edges: dict[tuple[str, str], set[str]] = {}
    for edge in document["edges"]:
        if {edge["from"], edge["to"]} <= paths.keys():
            edges.setdefault((paths[edge["from"]], paths[edge["to"]]), set()).add(edge["kind"])
    return graph.Graph({path: path for path in paths.values()}, {pair: frozenset(kinds) for pair, kinds in edges.items()})


def comparison() -> int:
    subject, _ = graph.Subject.from_arguments(__doc__)
    ripple, expected = ripple_graph(subject), oracle(subject)
    # Code that may mean any project has no kind to compare.
    unknown = {pair for pair, kinds in ripple.edges.items() if "import" in kinds}
    edges = {pair: frozenset() if pair in unknown else kinds for pair, kinds in expected.edges.items()}
    return graph.compare("gradle", expected._replace(edges=edges), ripple)


if __name__ == "__main__":
    graph.main(comparison)
