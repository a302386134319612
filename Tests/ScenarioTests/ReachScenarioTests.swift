import GitObjects
import ScenarioKit
import Testing

/// A small workspace, one edit, and which projects it reaches.
struct ReachCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let files: [String: String]
    /// The new texts; `nil` deletes. A text that begins with `-> ` makes a symbolic link.
    let edit: [String: String?]
    let reaches: Set<String>
    var leaves: Set<String> = []

    init(
        _ name: String, _ files: [String: String], edit: [String: String?], reaches: Set<String>,
        leaves: Set<String> = []
    ) {
        testDescription = name
        self.files = files
        self.edit = edit
        self.reaches = reaches
        self.leaves = leaves
    }

    private static func write(_ path: String, _ text: String, to scenario: inout Scenario) {
        if text.hasPrefix("-> ") {
            scenario.symlink(RepoPath(path), to: String(text.dropFirst(3)))
        } else {
            scenario.write(RepoPath(path), text)
        }
    }

    func expect() throws {
        let scenario = Scenario {
            for (path, text) in files.sorted(by: { $0.key < $1.key }) { Self.write(path, text, to: &$0) }
            $0.commit("base")
            for (path, text) in edit.sorted(by: { $0.key < $1.key }) {
                if let text { Self.write(path, text, to: &$0) } else { $0.delete(RepoPath(path)) }
            }
            $0.commit("change")
        }
        let (answer, problems) = try scenario.agreedAnswer()
        for problem in problems { Issue.record("\(problem)") }
        let affected = Set(answer.projects.map(\.path))
        #expect(reaches.subtracting(affected).isEmpty, "not reached\n\(answer)")
        #expect(leaves.intersection(affected).isEmpty, "reached for nothing\n\(answer)")
    }
}

@Suite("What an edit far from a project reaches")
struct ReachScenarioTests {
    @Test("Maven", arguments: mavenCases) func maven(_ one: ReachCase) throws { try one.expect() }
    @Test("Go", arguments: goCases) func go(_ one: ReachCase) throws { try one.expect() }
    @Test("Docker", arguments: dockerCases) func docker(_ one: ReachCase) throws { try one.expect() }
    @Test("Cargo", arguments: cargoCases) func cargo(_ one: ReachCase) throws { try one.expect() }
}

// MARK: Maven

private func pom(_ artifact: String, _ rest: String = "", parent: String? = "") -> String {
    let above = parent.map {
        "<parent><groupId>g</groupId><artifactId>root</artifactId><version>1</version>\($0)</parent>"
    }
    return "<project>\(above ?? "")<groupId>g</groupId><artifactId>\(artifact)</artifactId>\(rest)</project>"
}

private func uses(_ artifact: String, _ version: String = "") -> String {
    "<dependencies><dependency><groupId>ext</groupId><artifactId>\(artifact)</artifactId>\(version)</dependency></dependencies>"
}

private let mavenCases: [ReachCase] = {
    func root(_ rest: String, outside: Bool = false) -> String {
        "<project>"
            + (outside
                ? "<parent><groupId>boot</groupId><artifactId>parent</artifactId><version>3</version><relativePath/></parent>"
                : "")
            + "<groupId>g</groupId><artifactId>root</artifactId><version>1</version><packaging>pom</packaging>"
            + "<modules><module>a</module><module>b</module></modules>\(rest)</project>"
    }
    func managed(_ version: String) -> String {
        "<dependencyManagement><dependencies><dependency><groupId>ext</groupId><artifactId>bom</artifactId>"
            + "<version>\(version)</version><type>pom</type><scope>import</scope></dependency></dependencies></dependencyManagement>"
    }
    func property(_ value: String) -> String { "<properties><x.version>\(value)</x.version></properties>" }
    let modules = ["a/pom.xml": pom("a", uses("x")), "b/pom.xml": pom("b"), "a/src/A": "", "b/src/B": ""]
    let elsewhere = "<relativePath>../poms/parent.xml</relativePath>"
    let plugin =
        "<build><plugins><plugin><groupId>g</groupId><artifactId>b</artifactId></plugin></plugins></build>"
    return [
        ReachCase(
            "the version of an imported bill of materials", modules.merging(["pom.xml": root(managed("1"))]) { $1 },
            edit: ["pom.xml": root(managed("2"))], reaches: ["a"], leaves: ["b"]),
        ReachCase(
            "a property that a parent from outside may use, although another module says a version with it",
            modules.merging([
                "pom.xml": root(property("1"), outside: true),
                "b/pom.xml": pom("b", uses("y", "<version>${x.version}</version>")),
            ]) { $1 },
            edit: ["pom.xml": root(property("2"), outside: true)], reaches: ["a", "b"]),
        ReachCase(
            "a property that says the version of one dependency, without a parent from outside",
            modules.merging([
                "pom.xml": root(property("1")), "b/pom.xml": pom("b", uses("y", "<version>${x.version}</version>")),
            ]) { $1 },
            edit: ["pom.xml": root(property("2"))], reaches: ["b"], leaves: ["a"]),
        ReachCase(
            "a parent in a file of another name",
            [
                "pom.xml": pom("all", "<modules><module>a</module><module>b</module></modules>", parent: nil),
                "poms/parent.xml": pom("root", property("1"), parent: nil), "a/pom.xml": pom("a", parent: elsewhere),
                "b/pom.xml": pom("b", parent: nil), "a/src/A": "", "b/src/B": "",
            ], edit: ["poms/parent.xml": pom("root", property("2"), parent: nil)], reaches: ["a"], leaves: ["b"]),
        ReachCase(
            "a dependency that such a parent declares",
            [
                "pom.xml": pom("all", "<modules><module>a</module><module>b</module></modules>", parent: nil),
                "poms/parent.xml": pom(
                    "root", "<dependencies><dependency><groupId>g</groupId><artifactId>b</artifactId></dependency></dependencies>",
                    parent: nil), "a/pom.xml": pom("a", parent: elsewhere),
                "b/pom.xml": pom("b", parent: nil), "a/src/A": "", "b/src/B": "",
            ], edit: ["b/src/B": "x"], reaches: ["a", "b"]),
        ReachCase(
            "the .mvn directory of a build that is not at the root",
            Dictionary(uniqueKeysWithValues: modules.map { ("x/\($0.key)", $0.value) })
                .merging(["x/pom.xml": root(""), "x/.mvn/jvm.config": "1"]) { $1 },
            edit: ["x/.mvn/jvm.config": "2"], reaches: ["x/a", "x/b"]),
        ReachCase(
            "a plugin that is a module", modules.merging(["pom.xml": root(plugin)]) { $1 }, edit: ["b/src/B": "x"],
            reaches: ["a", "b"]),
    ]
}()

// MARK: Go

private let goCases: [ReachCase] = {
    func module(_ rest: String, go: String = "1.22") -> String { "module ex.com/m\n\ngo \(go)\n\n\(rest)\n" }
    let programs = [
        "a/main.go": "package main\nimport _ \"github.com/x/y/sub\"\nfunc main() {}\n",
        "b/main.go": "package main\nfunc main() {}\n", "go.sum": "",
    ]
    let workspace = programs.merging([
        "go.work": "go 1.22\nuse ./a\nuse ./b\n", "a/go.mod": "module ex.com/a\ngo 1.22\nrequire github.com/x/y v1.0.0\n",
        "b/go.mod": "module ex.com/b\ngo 1.22\n", "go.work.sum": "github.com/z/z v1.0.0 h1:c=\n",
    ]) { $1 }
    let vendored = programs.merging([
        "go.mod": module("require github.com/x/y v1.0.0"),
        "vendor/github.com/x/y/sub/s.go": "package sub\n", "vendor/github.com/q/q/q.go": "package q\n",
        "vendor/modules.txt":
            "# github.com/x/y v1.0.0\n## explicit\ngithub.com/x/y/sub\n# github.com/q/q v1.0.0\ngithub.com/q/q\n",
    ]) { $1 }
    let replaced = programs.merging([
        "go.mod": module("require github.com/o/o v1.0.0\nreplace github.com/x/y v1.2.0 => ./third/y", go: "1.16"),
        "third/y/go.mod": "module github.com/x/y\n", "third/y/sub/s.go": "package sub\n",
    ]) { $1 }
    return [
        ReachCase(
            "a module that provides nothing directly: any version may select another",
            programs.merging(["go.mod": module("require github.com/other/z v1.0.0", go: "1.16")]) { $1 },
            edit: ["go.mod": module("require github.com/other/z v1.1.0", go: "1.16")], reaches: ["a"], leaves: ["b"]),
        ReachCase(
            "an import without a dot that some module provides",
            programs.merging([
                "go.mod": module("require github.com/other/z v1.0.0"),
                "a/main.go": "package main\nimport _ \"corp/tool\"\nfunc main() {}\n",
            ]) { $1 },
            edit: ["go.mod": module("require github.com/other/z v1.1.0")], reaches: ["a"], leaves: ["b"]),
        ReachCase(
            "the hash of a module that an old go.mod does not list",
            programs.merging([
                "go.mod": module("require github.com/x/y v1.0.0", go: "1.16"), "go.sum": "github.com/z/z v1.0.0 h1:a=\n",
            ]) { $1 }, edit: ["go.sum": "github.com/z/z v1.0.0 h1:b=\n"], reaches: ["a"], leaves: ["b"]),
        ReachCase(
            "a hash in go.sum of what nothing requires",
            programs.merging([
                "go.mod": module("require github.com/x/y v1.0.0"), "go.sum": "github.com/z/z v1.0.0 h1:a=\n",
            ]) { $1 }, edit: ["go.sum": "github.com/z/z v1.0.0 h1:b=\n"], reaches: [], leaves: ["a", "b"]),
        ReachCase(
            "a hash in go.work.sum", workspace, edit: ["go.work.sum": "github.com/z/z v1.0.0 h1:d=\n"], reaches: ["a"],
            leaves: ["b"]),
        ReachCase(
            "a requirement of another module of the workspace", workspace,
            edit: ["b/go.mod": "module ex.com/b\ngo 1.22\nrequire github.com/x/y v1.5.0\n"], reaches: ["a", "b"]),
        ReachCase(
            "the module of a vendored package in modules.txt", vendored,
            edit: [
                "vendor/modules.txt":
                    "# github.com/x/y v1.0.0\n## explicit; go 1.18\ngithub.com/x/y/sub\n# github.com/q/q v1.0.0\ngithub.com/q/q\n"
            ], reaches: ["a"], leaves: ["b"]),
        ReachCase(
            "another module in modules.txt", vendored,
            edit: [
                "vendor/modules.txt":
                    "# github.com/x/y v1.0.0\n## explicit\ngithub.com/x/y/sub\n# github.com/q/q v1.1.0\ngithub.com/q/q\n"
            ], reaches: ["."], leaves: ["a", "b"]),
        ReachCase(
            "a replacement of a version that nothing here requires", replaced,
            edit: ["third/y/sub/s.go": "package sub // \n"], reaches: ["a", "third/y"], leaves: ["b"]),
    ]
}()

// MARK: Cargo

private let cargoCases: [ReachCase] = {
    func crate(_ name: String, _ rest: String = "") -> String {
        "[package]\nname = \"\(name)\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\(rest)\n"
    }
    let lock = """
        version = 3
        [[package]]
        name = "a"
        version = "0.1.0"
        dependencies = ["x"]
        [[package]]
        name = "b"
        version = "0.1.0"
        [[package]]
        name = "x"
        version = "1.0.0"
        source = "registry+https://github.com/rust-lang/crates.io-index"
        checksum = "c"

        """
    let files = [
        "Cargo.toml": "[workspace]\nmembers = [\"a\", \"b\"]\n", "Cargo.lock": lock,
        "a/Cargo.toml": crate("a", "[dependencies]\nx = \"1\""), "b/Cargo.toml": crate("b"), "a/src/lib.rs": "",
        "b/src/lib.rs": "",
    ]
    func with(_ configuration: String, _ more: [String: String]) -> [String: String] {
        files.merging([".cargo/config.toml": configuration]) { $1 }.merging(more) { $1 }
    }
    let vendored = with(
        "[source.crates-io]\nreplace-with = \"v\"\n[source.v]\ndirectory = \"vendor\"\n",
        ["vendor/x/src/lib.rs": "", "vendor/y/src/lib.rs": ""])
    return [
        ReachCase(
            "a vendored package that the lockfile leads to", vendored, edit: ["vendor/x/src/lib.rs": "//"],
            reaches: ["a"], leaves: ["b"]),
        ReachCase(
            "a vendored package that nobody uses", vendored, edit: ["vendor/y/src/lib.rs": "//"], reaches: [],
            leaves: ["a", "b"]),
        ReachCase(
            "an override by path", with("paths = [\"over/x\"]\n", ["over/x/src/lib.rs": ""]),
            edit: ["over/x/src/lib.rs": "//"], reaches: ["a"]),
        ReachCase(
            "a patch in the configuration",
            with("[patch.crates-io]\nx = { path = \"over/x\" }\n", ["over/x/src/lib.rs": ""]),
            edit: ["over/x/src/lib.rs": "//"], reaches: ["a"]),
        ReachCase(
            "the configuration of a workspace that is not at the root",
            Dictionary(uniqueKeysWithValues: files.map { ("r/\($0.key)", $0.value) })
                .merging(["r/.cargo/config.toml": "[build]\nrustflags = []\n"]) { $1 },
            edit: ["r/.cargo/config.toml": "[build]\nrustflags = [\"-g\"]\n"], reaches: ["r/a", "r/b"]),
        ReachCase(
            "a broken configuration", with("[patch\n", ["over/x/src/lib.rs": ""]), edit: ["b/src/lib.rs": "//"],
            reaches: ["b"], leaves: ["a"]),
    ]
}()

// MARK: Docker

private let dockerCases: [ReachCase] = {
    let base = [
        "package.json": #"{"private": true, "workspaces": ["app", "other"]}"#, "tsconfig.json": "{}",
        "other/package.json": #"{"name": "other"}"#, "other/x": "", "shared/x.txt": "1", "docs/y.txt": "1",
        "docker/app.Dockerfile": "FROM scratch\nCOPY shared /s\n",
    ]
    func with(_ script: String, _ more: [String: String] = [:]) -> [String: String] {
        base.merging(["app/package.json": #"{"name": "app", "scripts": {"build": "\#(script)"}}"#]) { $1 }
            .merging(more) { $1 }
    }
    let compose = "services:\n  app:\n    build: {context: ., dockerfile: docker/app.Dockerfile}\n"
    let direct = with("docker buildx build --push -t app -f ../docker/app.Dockerfile ../")
    let bake = [
        "docker-bake.hcl": """
        variable "DIR" { default = "docker" }
        group "default" { targets = ["web"] }
        target "_common" { args = { A = "1" } }
        target "base" { context = "base" }
        target "web" {
          inherits = ["_common"]
          context = "."
          dockerfile = "${DIR}/web.Dockerfile"
          contexts = { lib = "./lib", below = "target:base" }
        }
        """,
        "docker/web.Dockerfile": "FROM below\nCOPY src /s\nCOPY --from=lib x /x\n", "base/Dockerfile": "FROM q\nCOPY m /\n",
        "base/m": "1", "src/x": "1", "lib/x": "1", "far/x": "1",
    ]
    func inline(_ name: String, _ text: String) -> [String: String] {
        ["deploy/\(name)": text, "src/x": "1", "far/x": "1", "deploy/x": "1"]
    }
    let edit: [String: String?] = ["shared/x.txt": "2"]
    return [
        ReachCase("a script that runs docker build", direct, edit: edit, reaches: ["app"], leaves: ["other"]),
        ReachCase(
            "the same script, a file that is not copied", direct, edit: ["docs/y.txt": "2"], reaches: [],
            leaves: ["app", "other"]),
        ReachCase(
            "the same script, a file above that counts by default", direct, edit: ["tsconfig.json": "{ }"],
            reaches: ["app", "other"]),
        ReachCase(
            "a script that runs docker compose build", with("docker compose -f ../compose.yaml build app", ["compose.yaml": compose]),
            edit: edit, reaches: ["app"]),
        ReachCase(
            "a script that runs make", with("make image", ["app/Makefile": "image:\n\tdocker build -t x \\\n\t  -f ../docker/app.Dockerfile ..\n"]),
            edit: edit, reaches: ["app"]),
        ReachCase(
            "a makefile elsewhere", with("make -C ../tools image", ["tools/Makefile": "image:\n\t@docker build -f ../docker/app.Dockerfile ..\n"]),
            edit: ["tools/Makefile": "image:\n\t@docker build --pull -f ../docker/app.Dockerfile ..\n"], reaches: ["app"]),
        ReachCase(
            "a script whose variables decide", with("docker build -f $FILE ..", ["fixtures/q": "1"]),
            edit: ["fixtures/q": "2"], reaches: ["app"]),
        ReachCase("what a bake target copies", bake, edit: ["src/x": "2"], reaches: ["docker"], leaves: ["base"]),
        ReachCase("a named context of a bake target", bake, edit: ["lib/x": "2"], reaches: ["docker"], leaves: ["base"]),
        ReachCase("a target that another is built on", bake, edit: ["base/m": "2"], reaches: ["docker", "base"]),
        ReachCase("what no target copies", bake, edit: ["far/x": "2"], reaches: [], leaves: ["docker", "base"]),
        ReachCase(
            "a Dockerfile in a compose file",
            inline(
                "compose.yaml",
                "services:\n  a:\n    build:\n      context: ..\n      dockerfile_inline: |\n        FROM scratch\n        COPY src /s\n"),
            edit: ["src/x": "2"], reaches: ["deploy"]),
        ReachCase(
            "a Dockerfile in a bake file in JSON",
            inline(
                "docker-bake.json",
                #"{"target": {"a": {"context": "..", "dockerfile-inline": "FROM scratch\nCOPY src /s\n"}}}"#),
            edit: ["src/x": "2"], reaches: ["deploy"]),
    ]
}()
