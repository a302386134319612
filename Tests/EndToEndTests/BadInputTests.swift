internal import Foundation
internal import Glibc
internal import Testing

@Suite("Bad input: a sentence that names the thing, the right exit code, nothing on standard output")
struct BadInputTests {
    private static let commands = [["affected"], ["plan"], ["run"], ["graph", "--format", "json"], ["base"]]

    // MARK: The repository

    @Test("not a repository", arguments: commands)
    func notARepository(_ command: [String]) throws {
        let sandbox = try Sandbox(initialized: false)
        try sandbox.start(command).wait().expectRefusal(3, naming: "repository")
    }

    @Test("an unborn HEAD works: everything is new")
    func unborn() throws {
        let sandbox = try Sandbox()
        try sandbox.rootFiles()
        try sandbox.project("apps/web")
        let affected = try sandbox.ripple("affected", "--format", "json")
        #expect(affected.code == 0, "\(affected.summary)")
        #expect(affected.json["projects"].by("id").keys.sorted() == ["web"])
        #expect(try sandbox.run().states == ["web#build": "succeeded"])
        #expect(try sandbox.run("--all").states == ["web#build": "cached-local"])
    }

    @Test("an empty repository has nothing to do")
    func empty() throws {
        let sandbox = try Sandbox()
        let affected = try sandbox.ripple("affected", "--format", "json")
        #expect(affected.code == 0, "\(affected.summary)")
        #expect(affected.json["projects"].array.isEmpty)
    }

    @Test("an unknown revision, however it is given")
    func unknownRevision() throws {
        let shop = try Sandbox.shop()
        for command in Self.commands {
            try shop.start(command + ["--base", "no-such-rev"]).wait().expectRefusal(2, naming: "no-such-rev")
        }
        try shop.ripple("affected", "--head", "no-such-rev").expectRefusal(2, naming: "no-such-rev")
        try shop.ripple("affected", environment: ["RIPPLE_BASE": "no-such-rev"]).expectRefusal(2, naming: "no-such-rev")
        try shop.ripple("affected", environment: ["RIPPLE_HEAD": "no-such-rev"]).expectRefusal(2, naming: "no-such-rev")
        try shop.ripple("affected", "--base", String(repeating: "0", count: 40)).expectRefusal(2, naming: "0000000")
        try shop.ripple("affected", "--base", "HEAD^{tree}:nope").expectRefusal(2, naming: "nope")
        // Tags of files and trees are no commits.
        try shop.git("tag", "blob", "HEAD:ripple.yaml")
        try shop.ripple("affected", "--base", "blob").expectRefusal(2, naming: "blob")
    }

    @Test("a bare repository answers what is affected and refuses to run")
    func bare() throws {
        let shop = try Sandbox.shop()
        let first = try shop.git("rev-parse", "HEAD").trimmingCharacters(in: .newlines)
        try shop.append("apps/web/src.txt", "x\n")
        try shop.commit()
        let bare = shop.root + "/bare.git"
        try shop.git("clone", "-q", "--bare", shop.repository, bare)
        let affected = try shop.ripple("affected", "--base", first, "--format", "json", in: bare)
        #expect(affected.json["projects"].by("id").keys.sorted() == ["web"], "\(affected.summary)")
        try shop.ripple("run", "--base", first, in: bare).expectRefusal(3, naming: "bare")
    }

    @Test("run refuses a head that is not what lies on disk")
    func otherHead() throws {
        let shop = try Sandbox.shop()
        try shop.append("apps/web/src.txt", "x\n")
        try shop.commit()
        try shop.ripple("run", "--base", "HEAD~1", "--direct", "--head", "HEAD~1").expectRefusal(2, naming: "HEAD~1")
        #expect(try shop.ripple("run", "--base", "HEAD~1", "--head", "HEAD").code == 0)
        #expect(shop.ran() == ["core", "web"])
    }

    @Test("a corrupt object is an error with a sentence")
    func corruptObject() throws {
        let shop = try Sandbox.shop()
        let id = try shop.git("rev-parse", "HEAD:ripple.yaml").trimmingCharacters(in: .newlines)
        let file = shop.repository + "/.git/objects/\(id.prefix(2))/\(id.dropFirst(2))"
        chmod(file, 0o644)
        try Data("garbage".utf8).write(to: URL(fileURLWithPath: file))
        let result = try shop.ripple("affected", "--head", "HEAD", "--base", "HEAD")
        #expect(result.code == 3 || result.code == 2, "\(result.summary)")
        result.expectRefusal(result.code, naming: id)
    }

    // MARK: Configuration

    @Test(
        "a ripple.yaml that is wrong, with its line",
        arguments: [
            ("version: 1\ntasks:\n  build: [unclosed\n", "ripple.yaml:"),
            ("version: 1\ntasks:\n  build:\n    comand: make\n", "ripple.yaml:4"),
            ("version: 1\n\nprojcts: [a]\n", "ripple.yaml:3"), ("version: 2\n", "ripple.yaml:1"),
            ("version: 1\ntasks:\n  build:\n    timeout: soon\n", "ripple.yaml:4"),
            ("version: 1\ntasks:\n  build:\n    retries: -1\n", "ripple.yaml:4"),
            ("version: 1\ntasks:\n  build:\n    outputs: [\"../elsewhere/**\"]\n", "ripple.yaml:4"),
            ("version: 1\ntasks:\n  build:\n    outputs: [\"out/../../x\"]\n", "ripple.yaml:4"),
            ("version: 1\ntasks:\n  build:\n    outputs: [\"/etc/**\"]\n", "ripple.yaml:4"),
            ("version: 1\ntasks:\n  build:\n    inputs: [\"../../../etc/passwd\"]\n", "ripple.yaml:4"),
            ("- a\n- b\n", "ripple.yaml:1"), ("version: 1\nversion: 1\n", "ripple.yaml:"),
            ("\tversion: 1\n", "ripple.yaml:1"),
            ("version: 1\ntasks: &a\n  build: *nothing\n", "ripple.yaml:3"),
        ])
    func brokenConfiguration(_ text: String, _ place: String) throws {
        let shop = try Sandbox.shop()
        try shop.write("ripple.yaml", text)
        for command in ["affected", "run"] { try shop.ripple(command).expectRefusal(2, naming: place) }
    }

    @Test("unknown keys name the nearest known one")
    func didYouMeanKey() throws {
        let shop = try Sandbox.shop()
        try shop.write("ripple.yaml", "version: 1\ntasks:\n  build:\n    dependOn: []\n")
        try shop.ripple("affected").expectRefusal(2, naming: "ripple.yaml:4", "dependOn", "dependsOn")
        try shop.git("checkout", "-q", ".")
        try shop.write("apps/web/ripple.yaml", "name: web\ntpye: app\n")
        try shop.ripple("affected").expectRefusal(2, naming: "apps/web/ripple.yaml:2", "tpye", "'type'")
    }

    @Test("a project's broken ripple.yaml, with its path and line")
    func brokenProjectConfiguration() throws {
        let shop = try Sandbox.shop()
        try shop.write("apps/web/ripple.yaml", "name: web\ndependsOn: {a: }}\n")
        try shop.ripple("plan").expectRefusal(2, naming: "apps/web/ripple.yaml:2")
    }

    @Test("a dependency on a project that does not exist, with the line and the nearest name")
    func unknownDependency() throws {
        let shop = try Sandbox.shop()
        try shop.project("apps/web", dependsOn: ["cores"])
        try shop.ripple("affected").expectRefusal(2, naming: "apps/web/ripple.yaml:2", "cores", "core")
    }

    @Test("a task that needs a task nobody has", arguments: ["core#biuld", "nobody#build"])
    func unknownTaskDependency(_ name: String) throws {
        let shop = try Sandbox.shop()
        try shop.write(
            "apps/web/ripple.yaml",
            "name: web\ntasks:\n  build:\n    command: make\n    dependsOn: [\"\(name)\"]\n")
        try shop.ripple("run").expectRefusal(2, naming: "apps/web/ripple.yaml:3", String(name.prefix { $0 != "#" }))
    }

    @Test("a cycle of projects is printed with its evidence")
    func projectCycle() throws {
        let shop = try Sandbox.shop()
        try shop.project("libs/core", dependsOn: ["web"])
        let result = try shop.ripple("run", "--all")
        result.expectRefusal(2, naming: "core", "web", "libs/core/ripple.yaml:2", "apps/web/ripple.yaml:2")
        #expect(result.errorText.lowercased().contains("cycle"))
    }

    @Test("a cycle of a project's own tasks is printed")
    func taskCycle() throws {
        let sandbox = try Sandbox()
        try sandbox.rootFiles()
        try sandbox.write(
            "apps/web/ripple.yaml",
            """
            name: web
            tasks:
              build: { command: "true", dependsOn: [test] }
              test: { command: "true", dependsOn: [build] }

            """)
        let result = try sandbox.ripple("run", "--all")
        result.expectRefusal(2, naming: "web#build", "web#test")
        #expect(result.errorText.lowercased().contains("cycle"))
    }

    @Test("projects of one name are known by their paths")
    func duplicateNames() throws {
        let sandbox = try Sandbox()
        try sandbox.write(
            "package.json", "{ \"name\": \"root\", \"private\": true, \"workspaces\": [\"packages/*\"] }\n")
        for directory in ["one", "two"] {
            try sandbox.write(
                "packages/\(directory)/package.json",
                "{ \"name\": \"same\", \"version\": \"1.0.0\", \"scripts\": { \"build\": \"true\" } }\n")
        }
        try sandbox.write("packages/three/package.json", "{ \"name\": \"other\", \"version\": \"1.0.0\" }\n")
        try sandbox.commit()
        let result = try sandbox.ripple("affected", "--all", "--format", "json")
        #expect(result.code == 0, "\(result.summary)")
        #expect(result.json["projects"].by("id").keys.sorted() == ["other", "packages/one", "packages/two"])
    }

    // MARK: Manifests

    private func javaScript(_ members: [(String, String)]) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(
            "package.json", "{ \"name\": \"root\", \"private\": true, \"workspaces\": [\"packages/*\"] }\n")
        for (name, text) in members { try sandbox.write("packages/\(name)/package.json", text) }
        try sandbox.commit()
        return sandbox
    }

    @Test("a member's broken package.json widens and warns")
    func brokenManifest() throws {
        let build = "\"scripts\": { \"build\": \"true\" }"
        let sandbox = try javaScript([
            ("a", "{ \"name\": \"a\", \"version\": \"1.0.0\", \(build) }\n"),
            ("b", "{ \"name\": \"b\", \"version\": \"1.0.0\", \(build) }\n"),
        ])
        try sandbox.write("packages/a/package.json", "{ \"name\": \"a\",\n  \"version\": oops }\n")
        let result = try sandbox.ripple("affected", "--format", "json")
        #expect(result.code == 0, "\(result.summary)")
        #expect(result.errorText.contains("warning: "))
        #expect(result.errorText.contains("packages/a/package.json:2"), "\(result.errorText)")
        #expect(result.json["widenings"].array.count == 1)
        #expect(result.json["widenings"].array.first?["message"].string?.contains("packages/a/package.json") == true)
        #expect(!result.json["projects"].array.isEmpty, "unknown means more work")
    }

    @Test("a member's broken Cargo.toml widens and warns")
    func brokenCrate() throws {
        let sandbox = try Sandbox()
        try sandbox.write("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\"a\", \"b\"]\n")
        for name in ["a", "b"] {
            try sandbox.write(
                "\(name)/Cargo.toml", "[package]\nname = \"\(name)\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
            try sandbox.write("\(name)/src/lib.rs", "")
        }
        try sandbox.commit()
        try sandbox.write("a/Cargo.toml", "[package]\nname = \"a\"\nversion = = 1\n")
        let result = try sandbox.ripple("affected", "--format", "json")
        #expect(result.code == 0, "\(result.summary)")
        #expect(result.errorText.contains("a/Cargo.toml:3"), "\(result.errorText)")
        #expect(!result.json["widenings"].array.isEmpty)
        #expect(!result.json["projects"].array.isEmpty)
    }

    @Test("a broken turbo.json, with its line")
    func brokenTurbo() throws {
        let sandbox = try javaScript([
            ("a", "{ \"name\": \"a\", \"version\": \"1.0.0\", \"scripts\": { \"build\": \"true\" } }\n")
        ])
        try sandbox.write("turbo.json", "{\n  \"tasks\": {\n    \"build\": { \"outputs\": [ }\n  }\n}\n")
        for command in Self.commands.dropLast() {
            try sandbox.start(command).wait().expectRefusal(2, naming: "turbo.json:3")
        }
    }

    @Test("an output of turbo.json that leaves the project")
    func escapingTurboOutput() throws {
        let sandbox = try javaScript([
            ("a", "{ \"name\": \"a\", \"version\": \"1.0.0\", \"scripts\": { \"build\": \"true\" } }\n")
        ])
        try sandbox.write("turbo.json", "{ \"tasks\": { \"build\": { \"outputs\": [\"../../../out/**\"] } } }\n")
        try sandbox.ripple("run", "--all").expectRefusal(2, naming: "turbo.json", "../../../out/**")
    }

    @Test("a workspace: dependency on a package that is not there, with its line")
    func missingWorkspacePackage() throws {
        let sandbox = try javaScript([
            ("a", "{\n  \"name\": \"a\",\n  \"dependencies\": {\n    \"gone\": \"workspace:*\"\n  }\n}\n")
        ])
        try sandbox.ripple("affected").expectRefusal(2, naming: "packages/a/package.json:4", "gone")
    }

    @Test("a path dependency of Cargo that is not there, with its line")
    func missingCrate() throws {
        let sandbox = try Sandbox()
        try sandbox.write("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\"crates/*\"]\n")
        try sandbox.write(
            "crates/a/Cargo.toml",
            "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\ngone = { path = \"../gone\" }\n"
        )
        try sandbox.write("crates/a/src/lib.rs", "")
        try sandbox.commit()
        try sandbox.ripple("affected").expectRefusal(2, naming: "crates/a/Cargo.toml:7", "gone")
    }

    @Test("a base whose ripple.yaml is broken selects everything and says so")
    func brokenBase() throws {
        let shop = try Sandbox.shop()
        try shop.write("ripple.yaml", "version: [\n")
        try shop.commit()
        try shop.git("revert", "--no-edit", "HEAD")
        let result = try shop.ripple("affected", "--base", "HEAD~1", "--direct", "--format", "json")
        #expect(result.code == 0, "\(result.summary)")
        #expect(result.json["projects"].by("id").keys.sorted() == Sandbox.shopProjects.sorted())
        #expect(result.json["fallback"]["code"].string != nil)
        #expect(result.errorText.contains("warning: "))
    }

    // MARK: Arguments

    @Test("unknown tasks and projects name the nearest known one")
    func didYouMean() throws {
        let shop = try Sandbox.shop()
        for command in ["run", "plan"] {
            try shop.ripple(command, "biuld").expectRefusal(2, naming: "biuld", "'build'")
            try shop.ripple(command, "wbe#build").expectRefusal(2, naming: "wbe", "web")
            try shop.ripple(command, "web#biuld").expectRefusal(2, naming: "biuld", "web#build")
            try shop.ripple(command, "#build").expectRefusal(2, naming: "project")
            try shop.ripple(command, "web#").expectRefusal(2, naming: "web")
        }
        try shop.ripple("affected", "--tasks", "biuld").expectRefusal(2, naming: "biuld", "build")
        try shop.ripple("why", "wbe").expectRefusal(2, naming: "wbe", "web")
        try shop.ripple("graph", "--format", "json", "--focus", "wbe").expectRefusal(2, naming: "wbe", "web")
    }

    @Test(
        "flags that are wrong",
        arguments: [
            (["run", "--bogus"], "--bogus"), (["run", "--jobs", "0"], "--jobs"), (["run", "--jobs", "-3"], "--jobs"),
            (["run", "--jobs", "many"], "many"), (["run", "--format", "yaml"], "yaml"),
            (["plan", "--agents", "0"], "--agents"),
            (["affected", "--base"], "--base"), (["frobnicate"], "frobnicate"),
            (["run", "--plan", "p", "build"], "--plan"),
            (["affected", "-C", "no-such-directory"], "no-such-directory"), (["graph", "--format", "gif"], "gif"),
            (["affected", "--files-from", "no-such-file"], "no-such-file"),
            (["affected", "--on-unknown", "maybe"], "maybe"),
            (["why"], "PROJECT"),
        ])
    func wrongFlags(_ arguments: [String], _ word: String) throws {
        let shop = try Sandbox.shop()
        try shop.start(arguments).wait().expectRefusal(2, naming: word)
    }

    @Test("RIPPLE_JOBS that is no number", arguments: ["x", "0", "-1", "1.5", "99999999999999999999"])
    func wrongJobs(_ value: String) throws {
        let shop = try Sandbox.shop()
        try shop.ripple("run", "--all", environment: ["RIPPLE_JOBS": value]).expectRefusal(
            2, naming: "RIPPLE_JOBS=\(value)")
    }

    @Test("a report that cannot be written is an error after the work, not instead of it")
    func unwritableReport() throws {
        let shop = try Sandbox.shop()
        let result = try shop.ripple("run", "--all", "--report", shop.root + "/no/such/directory/report.json")
        #expect(result.code == 3 || result.code == 2, "\(result.summary)")
        #expect(result.errorText.contains("no/such/directory/report.json"))
        #expect(shop.exists("apps/web/out/result.txt"))
    }

    @Test("a reader of standard output that went away is no crash")
    func closedPipe() throws {
        let shop = try Sandbox.shop()
        let shell = try RunningProgram(
            "sh",
            [
                "-c", "\"$0\" run --all --format json | true; \"$0\" graph --format json > /dev/full; echo code $?",
                try ProgramUnderTest.path(),
            ],
            environment: shop.environment, directory: shop.repository, files: shop.root + "/io/pipe")
        let result = shell.wait()
        #expect(!result.timedOut)
        #expect(!result.errorText.contains("Fatal error"))
        #expect(result.text != "code 0\n", "an answer that could not be written is no success")
    }

    @Test(
        "--help and --version answer on standard output",
        arguments: [["--help"], ["--version"], ["run", "--help"], ["help", "run"]])
    func help(_ arguments: [String]) throws {
        let sandbox = try Sandbox(initialized: false)
        let result = try sandbox.start(arguments).wait()
        #expect(result.code == 0, "\(result.summary)")
        #expect(!result.output.isEmpty && result.errors.isEmpty)
    }
}
