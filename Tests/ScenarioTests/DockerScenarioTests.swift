import GitObjects
import ScenarioKit
import Testing

@Suite("Images")
struct DockerScenarioTests {
    /// `base` is an image that `api` is built on; `api` and `web` copy from `shared`, `web` is an npm package too, and
    /// `lib` is used by it as a package.
    private static func workspace(_ scenario: inout Scenario) {
        scenario.write(
            "compose.yaml",
            """
            services:
              base: {build: base, image: acme/base}
              api: {build: {context: ., dockerfile: api/Dockerfile}, depends_on: [web]}
              web: {build: {context: ., dockerfile: web/Dockerfile}, volumes: ["./data:/data"]}
            """)
        scenario.write("package.json", #"{"private": true, "workspaces": ["web", "lib"]}"#)
        scenario.write("base/Dockerfile", "FROM alpine\nCOPY . /\n")
        scenario.write("base/motd", "hello\n")
        scenario.write("api/Dockerfile", "FROM acme/base\nCOPY api /api\nCOPY shared /shared\n")
        scenario.write("api/main.py", "1\n")
        scenario.write(".dockerignore", "**/*.log\n")
        scenario.write("web/package.json", #"{"name": "web", "dependencies": {"lib": "*"}, "scripts": {"build": "x"}}"#)
        scenario.write("web/Dockerfile", "FROM node\nCOPY shared/theme.css web/dist ./\n")
        scenario.write("web/index.js", "1\n")
        scenario.write("lib/package.json", #"{"name": "lib", "scripts": {"build": "x"}}"#)
        scenario.write("lib/index.js", "1\n")
        scenario.write("shared/theme.css", "a {}\n")
        scenario.write("shared/x.log", "1\n")
        scenario.write("data/x", "1\n")
    }

    private func expect(
        _ expected: [String: ExpectedReasons], tasks: [String: [String]] = [:], removed: [String] = [],
        widenings: [String] = [], _ change: (inout Scenario) -> Void
    ) throws {
        try Scenario {
            Self.workspace(&$0)
            $0.commit("base")
            change(&$0)
            $0.commit("change")
        }.expectAffected(expected, tasks: tasks, removed: removed, widenings: widenings)
    }

    @Test("3: the files of an image affect it and the images built on it")
    func scenario3() throws {
        try expect([
            "base": .file("base/motd"), "api": .dependency("base", chain: ["api", "base"]),
        ]) { $0.edit("base/motd", "bye\n") }
    }

    @Test("24: what is copied from elsewhere affects the image, and not the package's build")
    func scenario24() throws {
        try expect(
            ["api": .file("shared/theme.css"), "web": .file("shared/theme.css")], tasks: ["web": ["docker"]]
        ) { $0.edit("shared/theme.css", "b {}\n") }
    }

    @Test("a package that is built before it is copied affects the image")
    func builtBefore() throws {
        try expect(
            ["lib": .file("lib/index.js"), "web": .dependency("lib")], tasks: ["web": ["build", "docker"]]
        ) { $0.edit("lib/index.js", "2\n") }
    }

    @Test("what .dockerignore leaves out, and what is only mounted, affects nothing")
    func leftOut() throws {
        try expect([:]) {
            $0.edit("shared/x.log", "2\n")
            $0.edit("data/x", "2\n")
        }
    }

    @Test("rules of .dockerignore affect an image when they change what it reads")
    func ignoreRules() throws {
        try expect(["api": .config("api/Dockerfile", "inputs")]) { $0.write(".dockerignore", "") }
        try expect([:]) { $0.write(".dockerignore", "**/*.log\nnothing-of-this-name\n") }
    }

    @Test("a task that ripple.yaml gives an image's directory reads what is copied from elsewhere")
    func ownTask() throws {
        try Scenario {
            Self.workspace(&$0)
            $0.write("api/ripple.yaml", "tasks: {build: {command: make image}}\n")
            $0.commit("base")
            $0.edit("shared/theme.css", "b {}\n")
            $0.edit("base/motd", "bye\n")
            $0.commit("change")
        }.expectAffected(
            [
                "api": [
                    .file("shared/theme.css", tasks: ["build", "docker"]),
                    .dependency("base", tasks: ["build", "docker"]),
                ],
                "base": .file("base/motd"), "web": .file("shared/theme.css"),
            ], tasks: ["api": ["build", "docker"]])
    }

    @Test("files that are copied stay inputs of the packages below them")
    func sharedFiles() throws {
        func workspace(_ scenario: inout Scenario) {
            scenario.write("Dockerfile", "FROM node\nCOPY tsconfig.json a ./\n")
            scenario.write("tsconfig.json", "{}\n")
            scenario.write("a/package.json", #"{"name": "a", "scripts": {"build": "x", "test": "y"}}"#)
            scenario.write("a/tool/Dockerfile", "FROM node\nCOPY . .\n")
            scenario.write("a/tool/x.js", "1\n")
            scenario.write("compose.yaml", "services: {tool: {build: a/tool}}\n")
        }
        func expect(
            _ expected: [String: ExpectedReasons], tasks: [String: [String]], _ change: (inout Scenario) -> Void
        ) throws {
            try Scenario {
                workspace(&$0)
                $0.commit("base")
                change(&$0)
                $0.commit("change")
            }.expectAffected(expected, tasks: tasks)
        }
        try expect(
            [".": .file("tsconfig.json"), "a": .file("tsconfig.json")],
            tasks: ["a": ["build", "test"], ".": ["docker"]]
        ) { $0.edit("tsconfig.json", "[]\n") }
        try expect(
            [".": .file("a/tool/x.js"), "a": .file("a/tool/x.js"), "a/tool": .file("a/tool/x.js")],
            tasks: ["a": ["build", "test"]]
        ) { $0.edit("a/tool/x.js", "2\n") }
        // An unowned Dockerfile reaches what makes or runs containers.
        try expect([".": .file("Dockerfile"), "a": .file("Dockerfile")], tasks: ["a": ["test"]]) {
            $0.edit("Dockerfile", "FROM node:2\nCOPY tsconfig.json a ./\n")
        }
    }

    @Test("8 and 18: an image deleted, and one that is new")
    func scenario8And18() throws {
        try expect(["fresh": .newProject, "api": .dependency("base")], removed: ["base"]) {
            $0.delete("base")
            $0.write("fresh/Dockerfile", "FROM alpine\n")
        }
    }
}

@Suite("Terraform")
struct TerraformScenarioTests {
    private static func lock(_ aws: String, _ random: String) -> String {
        ["aws": aws, "random": random].sorted { $0.key < $1.key }.map {
            "provider \"registry.terraform.io/hashicorp/\($0.key)\" {\n  version = \"\($0.value)\"\n}\n"
        }.joined()
    }

    /// `prod` uses `net`, which uses `base`; `dev` uses `base`. Only `prod` needs the provider aws.
    private static func workspace(_ scenario: inout Scenario) {
        scenario.write(
            "prod/main.tf", "terraform {\n  backend \"s3\" {}\n}\nmodule \"net\" {\n  source = \"../net\"\n}\n")
        scenario.write("prod/.terraform.lock.hcl", lock("1", "1"))
        scenario.write("dev/main.tf", "provider \"random\" {}\nmodule \"base\" {\n  source = \"../base\"\n}\n")
        scenario.write("dev/.terraform.lock.hcl", lock("1", "1"))
        scenario.write("net/main.tf", "module \"base\" {\n  source = \"../base\"\n}\nresource \"aws_vpc\" \"x\" {}\n")
        scenario.write("net/outputs.tf", "output \"x\" { value = 1 }\n")
        scenario.write("base/main.tf", "locals { x = file(\"${path.module}/../policies/a.json\") }\n")
        scenario.write("policies/a.json", "{}\n")
        scenario.write("policies/b.json", "{}\n")
    }

    private func expect(
        _ expected: [String: ExpectedReasons], removed: [String] = [], widenings: [String] = [],
        _ change: (inout Scenario) -> Void
    ) throws {
        try Scenario {
            Self.workspace(&$0)
            $0.commit("base")
            change(&$0)
            $0.commit("change")
        }.expectAffected(expected, removed: removed, widenings: widenings)
    }

    @Test("3: a module affects the modules that refer to it")
    func scenario3() throws {
        try expect(["net": .file("net/main.tf"), "prod": .dependency("net")]) {
            $0.edit("net/main.tf", "module \"base\" {\n  source = \"../base\"\n}\nresource \"aws_vpc\" \"y\" {}\n")
        }
    }

    @Test("24: a file that a module names affects it; its neighbours do not")
    func scenario24() throws {
        try expect([
            "base": .file("policies/a.json"), "net": .dependency("base"), "dev": .dependency("base"),
            "prod": .dependency("net", chain: ["prod", "net", "base"]),
        ]) { $0.edit("policies/a.json", "[]\n") }
        try expect([:]) { $0.edit("policies/b.json", "[]\n") }
    }

    @Test("15: a provider that moved in a lockfile affects the root that requires it")
    func scenario15() throws {
        try expect(["prod": .external("registry.terraform.io/hashicorp/aws", "1", "2")]) {
            $0.write("prod/.terraform.lock.hcl", Self.lock("2", "1"))
            $0.write("dev/.terraform.lock.hcl", Self.lock("2", "1"))
        }
    }

    @Test("9: a module has no name but its place: moved, it is a new one, and what refers to it is affected")
    func scenario9() throws {
        try expect(["modules/net": .newProject, "prod": [.file("prod/main.tf"), .others]], removed: ["net"]) {
            $0.rename("net", to: "modules/net")
            $0.replace("modules/net/main.tf", "../base", "../../base")
            $0.replace("prod/main.tf", "../net", "../modules/net")
        }
    }
}
