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
    @Test("Terraform and Terragrunt", arguments: terraformCases)
    func terraform(_ one: ReachCase) throws { try one.expect() }
    @Test("Gradle", arguments: gradleCases) func gradle(_ one: ReachCase) throws { try one.expect() }
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
                    "root",
                    "<dependencies><dependency><groupId>g</groupId><artifactId>b</artifactId></dependency></dependencies>",
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
        "go.work": "go 1.22\nuse ./a\nuse ./b\n",
        "a/go.mod": "module ex.com/a\ngo 1.22\nrequire github.com/x/y v1.0.0\n",
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
                "go.mod": module("require github.com/x/y v1.0.0", go: "1.16"),
                "go.sum": "github.com/z/z v1.0.0 h1:a=\n",
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
        "docker/web.Dockerfile": "FROM below\nCOPY src /s\nCOPY --from=lib x /x\n",
        "base/Dockerfile": "FROM q\nCOPY m /\n",
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
            "a script that runs docker compose build",
            with("docker compose -f ../compose.yaml build app", ["compose.yaml": compose]),
            edit: edit, reaches: ["app"]),
        ReachCase(
            "a script that runs make",
            with(
                "make image", ["app/Makefile": "image:\n\tdocker build -t x \\\n\t  -f ../docker/app.Dockerfile ..\n"]),
            edit: edit, reaches: ["app"]),
        ReachCase(
            "a makefile elsewhere",
            with(
                "make -C ../tools image", ["tools/Makefile": "image:\n\t@docker build -f ../docker/app.Dockerfile ..\n"]
            ),
            edit: ["tools/Makefile": "image:\n\t@docker build --pull -f ../docker/app.Dockerfile ..\n"],
            reaches: ["app"]),
        ReachCase(
            "a script whose variables decide", with("docker build -f $FILE ..", ["fixtures/q": "1"]),
            edit: ["fixtures/q": "2"], reaches: ["app"]),
        ReachCase("what a bake target copies", bake, edit: ["src/x": "2"], reaches: ["docker"], leaves: ["base"]),
        ReachCase(
            "a named context of a bake target", bake, edit: ["lib/x": "2"], reaches: ["docker"], leaves: ["base"]),
        ReachCase("a target that another is built on", bake, edit: ["base/m": "2"], reaches: ["docker", "base"]),
        ReachCase("what no target copies", bake, edit: ["far/x": "2"], reaches: [], leaves: ["docker", "base"]),
        ReachCase(
            "a Dockerfile in a compose file",
            inline(
                "compose.yaml",
                "services:\n  a:\n    build:\n      context: ..\n      dockerfile_inline: |\n        FROM scratch\n        COPY src /s\n"
            ),
            edit: ["src/x": "2"], reaches: ["deploy"]),
        ReachCase(
            "a Dockerfile in a bake file in JSON",
            inline(
                "docker-bake.json",
                #"{"target": {"a": {"context": "..", "dockerfile-inline": "FROM scratch\nCOPY src /s\n"}}}"#),
            edit: ["src/x": "2"], reaches: ["deploy"]),
    ]
}()

// MARK: Terraform

private let terraformCases: [ReachCase] = {
    let unknown = [
        "m/main.tf": "variable \"f\" {}\nlocals { x = file(var.f) }\n", "m/sub/main.tf": "provider \"aws\" {}\n",
        "m/sub/x.txt": "1", "a/main.tf": "module \"m\" {\n  source = \"../m\"\n  f = var.f\n}\n",
        "a/terraform.tfvars": "f = \"../tpl/x.txt\"\n", "tpl/x.txt": "1", "tpl/y.txt": "1",
    ]
    let units = [
        "root.hcl": "locals {\n  account = read_terragrunt_config(find_in_parent_folders(\"account.hcl\"))\n}\n",
        "common/db.hcl":
            "locals { base = \"${get_repo_root()}/modules\" }\ninputs = { p = file(\"${get_parent_terragrunt_dir()}/policy.json\") }\n",
        "common/policy.json": "1", "live/account.hcl": "locals { id = 1 }\n",
        "live/db/terragrunt.hcl": """
        include "root" { path = find_in_parent_folders("root.hcl") }
        include "common" {
          path   = "${dirname(find_in_parent_folders("root.hcl"))}/common/db.hcl"
          expose = true
        }
        terraform { source = "${include.common.locals.base}//db?ref=v1" }
        dependency "net" { config_path = "../net" }
        """,
        "live/net/terragrunt.hcl":
            "include {\n  path = find_in_parent_folders(\"root.hcl\")\n}\nterraform { source = \"../../modules//net\" }\n",
        "modules/db/main.tf": "", "modules/net/main.tf": "", "far/main.tf": "",
        "live/far/terragrunt.hcl": "terraform { source = \"tfr:///a/b/aws?version=1.0.0\" }\n",
    ]
    let all: Set<String> = ["live/db", "live/net"]
    func edit(_ path: String) -> [String: String?] { [path: "\(units[path] ?? "")\n# x\n"] }
    return [
        ReachCase(
            "a file of a project in a module that reads what a variable says", unknown, edit: ["m/sub/x.txt": "2"],
            reaches: ["m", "m/sub"]),
        ReachCase(
            "a file that the values of variables name", unknown, edit: ["tpl/x.txt": "2"], reaches: ["a"]),
        ReachCase("a file beside it", unknown, edit: ["tpl/y.txt": "2"], reaches: [], leaves: ["a", "m"]),
        ReachCase(
            "the module of a unit", units, edit: edit("modules/db/main.tf"), reaches: ["live/db"],
            leaves: ["live/net", "live/far", "far"]),
        ReachCase(
            "a unit that another waits for", units, edit: edit("modules/net/main.tf"), reaches: all,
            leaves: ["live/far"]),
        ReachCase("what all units include", units, edit: edit("root.hcl"), reaches: all),
        ReachCase(
            "what one unit includes", units, edit: edit("common/db.hcl"), reaches: ["live/db"],
            leaves: ["live/net", "live/far"]),
        ReachCase(
            "a file that an included configuration reads", units, edit: edit("common/policy.json"),
            reaches: ["live/db"], leaves: ["live/net", "live/far"]),
        ReachCase("a configuration that is read", units, edit: edit("live/account.hcl"), reaches: all),
        ReachCase(
            "a unit from elsewhere", units, edit: edit("live/far/terragrunt.hcl"), reaches: ["live/far"], leaves: all),
    ]
}()

// MARK: Gradle

private let gradleCases: [ReachCase] = {
    let files = [
        "a/build.gradle.kts": "", "b/build.gradle.kts": "", "a/src/A.kt": "", "b/src/B.kt": "",
    ]
    let plugin =
        "class C : Plugin<Project> { override fun apply(p: Project) { names.forEach { p.dependencies.add(\"api\", p.project(\":$it\")) } } }\n"
    let place = "logic/conv/src/main/kotlin/my.set.settings.gradle.kts"
    return [
        ReachCase(
            "a project that the class of a plugin names by a path that code ends",
            files.merging([
                "settings.gradle.kts": "include(\":a\", \":b\")\n", "buildSrc/build.gradle.kts": "",
                "buildSrc/src/main/kotlin/C.kt": plugin,
            ]) { $1 }, edit: ["b/src/B.kt": "x"], reaches: ["a", "b"]),
        ReachCase(
            "a plugin of the settings in an included build",
            files.merging([
                "settings.gradle.kts":
                    "pluginManagement { includeBuild(\"logic\") }\nplugins { id(\"my.set\") }\ninclude(\":a\", \":b\")\n",
                "logic/settings.gradle.kts": "include(\":conv\")\n", "logic/conv/build.gradle.kts": "", place: "//\n",
            ]) { $1 }, edit: [place: "// x\n"], reaches: ["a", "b"]),
    ]
}()
