import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

@Suite("Projects with Dockerfiles")
struct DockerProjectTests {
    @Test("a directory with nothing else is an app; a Dockerfile beside a manifest belongs to its project")
    func projects() throws {
        let found = try discoverDocker([
            "vote/Dockerfile": "FROM x\nCOPY . .\n", "vote/app.py": "",
            "web/package.json": #"{"name": "web"}"#, "web/Dockerfile": "FROM x\nCOPY src src\n", "web/src/a": "",
            "web/deep/Dockerfile": "FROM x\n", "lib/package.json": #"{"name": "lib"}"#,
            "lib/Dockerfile.test": "FROM x\n",
            "testdata/Dockerfile": "FROM x\n", "docs/Dockerfile.template": "FROM x\n",
        ])
        #expect(found.paths == ["lib", "vote", "web"])
        #expect(found.project("vote")?.appEvidence == "vote/Dockerfile: a Dockerfile")
        #expect(found.project("web")?.appEvidence == "web/Dockerfile: a Dockerfile")
        #expect(found.project("lib")?.appEvidence == nil)
        #expect(found.projects.allSatisfy { $0.name == nil && !$0.sharesFiles && !$0.onlyGathers })
        let task = try #require(found.project("vote")?.tasks["docker"])
        #expect(task.command == "docker build ." && !task.cache && !task.claimsInputs && task.dependsOn.isEmpty)
        #expect(found.patterns("vote") == ["/vote/**", "/vote/Dockerfile"])
        #expect(Set(found.project("web")?.tasks.keys ?? [:].keys) == ["docker"])
        #expect(Set(found.project("lib")?.tasks.keys ?? [:].keys) == ["docker:test"])
        #expect(found.diagnostics.isEmpty && found.widenings.isEmpty)
    }

    @Test("a workspace root that gathers still gathers; an image above or inside other projects shares their files")
    func sharing() throws {
        let gathered = try discoverDocker([
            "package.json": #"{"workspaces": ["a"]}"#, "a/package.json": #"{"name": "a"}"#,
            "Dockerfile": "FROM x\nCOPY . .\n",
        ])
        #expect(gathered.project(.root)?.onlyGathers == true && gathered.project(.root)?.appEvidence == nil)
        let above = try discoverDocker(["Dockerfile": "FROM x\nCOPY . .\n", "a/package.json": #"{"name": "a"}"#])
        #expect(above.project(.root)?.sharesFiles == true && above.project(.root)?.appEvidence != nil)
        #expect(above.project(.root)?.dependencies.isEmpty == true)
        let inside = try discoverDocker([
            "go.mod": "module m\n", "svc/Dockerfile": "FROM x\nCOPY svc/a /\nCOPY shared /\n", "svc/a": "",
            "shared/b": "",
            "build/Dockerfile": "FROM x\nCOPY go.mod /\n", "other/Dockerfile": "FROM x\n",
            "compose.yaml": """
            services:
              svc: {build: {context: ., dockerfile: svc/Dockerfile}}
              all: {build: {context: ., dockerfile: build/Dockerfile}}
            """,
        ])
        #expect(inside.paths == [".", "svc"])
        #expect(inside.project("svc")?.sharesFiles == true)
        #expect(inside.project(.root)?.tasks.keys.sorted() == ["docker:build"])
        #expect(inside.patterns("svc") == ["/svc/a", "/shared", "/svc/Dockerfile"])
        #expect(edges(of: inside.projects) == ["svc -> . build"])
        #expect(inside.project("svc")?.tasks["docker"]?.command == "cd .. && docker build -f svc/Dockerfile .")
    }

    @Test("the context is where everything that is copied exists")
    func context() throws {
        let shared = ["go.sum": "", "lib/x": "", "a/main.go": "", "a/app/go.sum": ""]
        func patterns(_ text: String, _ more: [String: String] = [:]) throws -> (Discovery, [String]) {
            let found = try discoverDocker(shared.merging(["a/app/Dockerfile": text]) { $1 }.merging(more) { $1 })
            return (found, found.patterns("a/app") ?? [])
        }
        #expect(try patterns("FROM x\nCOPY . .").1.first == "/a/app/**")
        #expect(try patterns("FROM x\nCOPY lib go.sum ./").1 == ["/lib", "/go.sum", "/a/app/Dockerfile"])
        #expect(try patterns("FROM x\nCOPY main.go .").1 == ["/a/main.go", "/a/app/Dockerfile"])
        let (ambiguous, both) = try patterns("FROM x\nCOPY go.sum .")
        #expect(both == ["/go.sum", "/a/app/go.sum", "/a/app/Dockerfile"])
        #expect(ambiguous.widenings.map(\.code) == ["build-context-unknown"])
        // A .dockerignore says where the context is.
        let (marked, own) = try patterns("FROM x\nCOPY go.sum .", ["a/app/.dockerignore": ""])
        #expect(own == ["/a/app/go.sum", "/a/app/Dockerfile"] && marked.widenings.isEmpty)
        let (missing, made) = try patterns("FROM x\nCOPY dist here ./", ["a/app/here": ""])
        #expect(made.contains("/a/app/dist") && missing.diagnostics.map(\.evidence.path) == ["a/app/Dockerfile"])
    }

    @Test("compose says context, Dockerfile, arguments, target and image; .env and defaults fill in; overrides add")
    func compose() throws {
        let found = try discoverDocker([
            "deploy/compose.yaml": """
            include: [more.yaml]
            services:
              api:
                image: acme/api:${TAG:-dev}
                build:
                  context: ..
                  dockerfile: ${API_FILE}
                  target: run
                  args: {APP: api, SECRET: "${SECRET}"}
                depends_on: [db]
                volumes: ["../data:/data"]
              db: {image: postgres}
            """,
            "deploy/.env": "API_FILE='images/api.Dockerfile' # comment\n",
            "deploy/compose.override.yaml": "services: {api: {build: {args: [APP=web]}}}",
            "deploy/more.yaml": "services:\n  job: {build: ../job, image: acme/job}\n  gone: {build: ../gone}\n",
            "images/api.Dockerfile": "FROM x\nARG APP\nCOPY apps/$APP /\n", "apps/api/a": "", "apps/web/b": "",
            "job/Dockerfile": "FROM acme/api\n", "data/x": "",
        ])
        #expect(found.paths == ["images", "job"])
        #expect(
            found.project("images")?.tasks["docker:api"]?.command
                == "cd .. && docker build -f images/api.Dockerfile -t acme/api:dev --target run --build-arg APP=api .")
        #expect(
            try found.reads("images", "docker:api", among: ["apps/api/a", "apps/web/b", "data/x"]) == [
                "apps/api/a", "apps/web/b",
            ])
        #expect(found.project("job")?.tasks["docker"]?.dependsOn == [.dependencies("docker:api")])
        let edge = try #require(found.project("job")?.dependencies.first)
        #expect(edge.target == "images" && edge.kind == .build && edge.tasks == ["docker"])
        #expect(edge.evidence == Evidence(path: "job/Dockerfile", line: 1))
        #expect(found.diagnostics.map(\.evidence) == [Evidence(path: "deploy/more.yaml", line: 3)])
    }

    @Test("contexts by name: directories, images and services")
    func namedContexts() throws {
        let found = try discoverDocker([
            "compose.yaml": """
            services:
              base: {build: base}
              app:
                build:
                  context: app
                  additional_contexts: {Shared: ./shared, under: "service:base", tool: "docker-image://base/tool"}
              tool: {build: tool, image: base/tool}
            """,
            "base/Dockerfile": "FROM x\n", "tool/Dockerfile": "FROM x\n", "shared/lib/a": "", "shared/b": "",
            "app/Dockerfile": "FROM under\nCOPY --from=shared lib /lib\nCOPY --from=tool /t /t\nCOPY main /\n",
            "app/main": "",
        ])
        #expect(found.patterns("app") == ["/app/main", "/shared/lib", "/app/Dockerfile"])
        #expect(edges(of: found.projects) == ["app -> base build", "app -> tool build"])
    }

    @Test("copies of other projects are edges that no task follows; what is not there yet is built before")
    func copies() throws {
        let found = try discoverDocker([
            "api/package.json": #"{"name": "api"}"#, "api/x": "", "lib/package.json": #"{"name": "lib"}"#,
            "lib/src/a": "",
            "ui/package.json": #"{"name": "ui"}"#, ".dockerignore": "**/a\n", "pnpm-lock.yaml": "",
            "api/Dockerfile":
                "FROM x\nCOPY pnpm-lock.yaml .\nCOPY api api\nCOPY lib lib\nCOPY ui/dist ui\nCOPY api/dist .\n",
        ])
        let project = try #require(found.project("api"))
        #expect(project.dependencies.map(\.target) == ["lib", "ui"])
        #expect(project.dependencies.map(\.tasks) == [[], ["docker"]])
        #expect(project.dependencies.map(\.evidence.line) == [4, 5])
        #expect(project.tasks["docker"]?.dependsOn == [.sameProject("build"), .dependencies("build")])
        #expect(project.namedFiles.isEmpty)
        #expect(
            try found.reads(
                "api", among: ["lib/src/a", "lib/src/b", "ui/dist/a", "ui/dist/b", "pnpm-lock.yaml", "ui/x"])
                == ["lib/src/b", "pnpm-lock.yaml", "ui/dist/b"])
    }

    @Test("an image that triggers copies makes those built on it read all of their context")
    func triggers() throws {
        let found = try discoverDocker([
            "compose.yaml": "services:\n  base: {build: base, image: acme/base}\n",
            "base/Dockerfile": "FROM x\nONBUILD COPY . .\n",
            "app/Dockerfile": "FROM acme/base:3\n", "app/a": "",
        ])
        #expect(try found.reads("app", among: ["app/a", "base/a"]) == ["app/a"])
    }

    @Test("links are followed, and what they lead to counts too")
    func links() throws {
        let found = try discoverDocker([
            "a/Dockerfile": "-> ../shared/image.txt", "shared/image.txt": "FROM x\nCOPY conf /\n",
            "a/conf": "-> real/conf",
            "a/real/conf": "", "b/Dockerfile": "-> gone",
        ])
        #expect(found.patterns("a") == ["/a/conf", "/a/real/conf", "/a/Dockerfile", "/shared/image.txt"])
        #expect(found.patterns("b") == ["/**"] && found.widenings.map(\.code) == ["broken-manifest"])
    }

    @Test("names: variants, folders of images, tasks that exist already")
    func names() throws {
        let found = try discoverDocker([
            "a/package.json": #"{"name": "a", "scripts": {"docker": "x"}}"#, "a/Dockerfile": "FROM x\n",
            "a/Dockerfile.worker": "FROM x\n", "b/package.json": #"{"name": "b"}"#, "b/docker/Dockerfile": "FROM x\n",
            "b/docker/dev.Dockerfile": "FROM x\n",
        ])
        #expect(found.project("a")?.tasks.keys.sorted() == ["docker-image", "docker:worker"])
        #expect(found.project("b")?.tasks.keys.sorted() == ["docker", "docker:dev"])
        #expect(found.paths == ["a", "b"])
    }

    @Test("a file that cannot be read widens what it concerns and hides nothing else")
    func broken() throws {
        let found = try discoverDocker([
            "a/Dockerfile": "FROM x\n<<<<<<< HEAD\n", "b/Dockerfile": "FROM x\nCOPY c /\n", "b/c": "",
            "compose.yaml": "services: [\n",
        ])
        #expect(found.patterns("a") == ["/**"])
        #expect(found.patterns("b") == ["/c", "/b/c", "/b/Dockerfile"])
        #expect(found.widenings.map(\.scope).sorted() == ["a/Dockerfile", "compose.yaml"])
        #expect(
            found.widenings.contains { $0.message.hasPrefix("a/Dockerfile:2: the file has merge conflict markers.") })
    }

    @Test("damaged compose files neither crash nor hang, and compose files may include each other")
    func composeFuzz() throws {
        let circle = try discoverDocker([
            "compose.yaml": "include: [b.yaml]\nservices: {a: {extends: {file: b.yaml, service: a}}}",
            "b.yaml": "include: [compose.yaml, ../out.yaml, /abs.yaml]\nservices: {a: {build: .}}",
            "Dockerfile": "FROM x\n",
        ])
        #expect(circle.project(.root)?.tasks["docker"]?.command == "docker build .")
        #expect(circle.diagnostics.count == 2)
        let sample = Array(
            "services:\n  a: &x\n    build: {context: ., args: [A=${B:-1}]}\n    image: q\n  b: *x\n".utf8)
        try mutations(of: sample, seed: 77) { bytes in
            _ = try discoverDocker(["compose.yaml": String(decoding: bytes, as: UTF8.self), "Dockerfile": "FROM q\n"])
        }
    }

    @Test("damaged bake files neither crash nor hang, and targets may inherit from each other")
    func bakeFuzz() throws {
        let circle = try discoverDocker([
            "docker-bake.hcl":
                "target \"a\" { inherits = [\"b\"] }\ntarget \"b\" {\n inherits = [\"a\"]\n context = \".\"\n}\n",
            "Dockerfile": "FROM x\n",
        ])
        #expect(circle.project(.root)?.tasks["docker"]?.command == "docker build .")
        var chain = ""
        for number in 0..<400 {
            let parents = (0..<number).suffix(3).map { "\"t\($0)\"" }.joined(separator: ", ")
            chain += "target \"t\(number)\" {\n inherits = [\(parents)]\n context = \".\"\n}\n"
        }
        #expect(try BakeFile.read(Array(chain.utf8), isJSON: false).builds.count == 400)
        let samples = [
            (
                "docker-bake.hcl",
                "variable \"V\" { default = \"x\" }\ntarget \"a\" {\n context = \"${V}/q\"\n args = { A = V, B = f(1) }\n}\n"
            ),
            (
                "docker-bake.json",
                #"{"variable": {"V": {"default": "x"}}, "target": {"a": {"tags": ["q"], "args": {"A": "${V}"}}}}"#
            ),
        ]
        for (name, sample) in samples {
            try mutations(of: Array(sample.utf8), seed: 1_905) { bytes in
                _ = try discoverDocker([name: String(decoding: bytes, as: UTF8.self), "Dockerfile": "FROM q\n"])
            }
        }
    }

    @Test("commands that build images are found in scripts")
    func commands() {
        func builds(_ script: String) -> [ImageCommand] { ImageCommand.read(script) }
        #expect(builds("echo docker && dockerize build .") == [])
        let plain = builds("cd api && sudo docker build -t 'a b' --build-arg=A=1 --no-cache -f x/D . > log; ls")
        #expect(plain.map(\.directory) == ["api"] && plain.map(\.context) == ["."])
        #expect(plain.first?.tool == .build(file: "x/D") && plain.first?.arguments == ["A": "1"])
        #expect(
            builds("docker compose -f a.yml -f b.yml --profile x build --pull web")
                == [ImageCommand(tool: .compose, directory: "", files: ["a.yml", "b.yml"], names: ["web"])])
        #expect(builds("docker buildx bake -f b.hcl web").first?.names == ["web"])
        #expect(builds("@docker build -f $(FILE) .").first?.tool == .build(file: "\0"))
        #expect(builds("cd $X && docker build .").first?.directory == nil)
        #expect(builds("docker run --rm x build .") == [])
    }

    @Test("damaged scripts neither crash nor hang")
    func commandFuzz() {
        let sample = Array("cd a && docker build -f \"x y\" $A . \\\n | docker compose build; make -C b 'q".utf8)
        mutations(of: sample, seed: 99) { bytes in _ = ImageCommand.read(String(decoding: bytes, as: UTF8.self)) }
    }
}
