import GitObjects
import Testing
import WorkspaceModel

@Suite("ripple.yaml that is right")
struct ConfigurationGoodTests {
    @Test("the root file of the product contract reads as written")
    func contractExample() throws {
        let text = """
            version: 1
            projects: ["apps/*", "packages/**"]     # default: discovered from manifests
            ignore: ["**/*.md", "docs/**"]          # never an input of anything
            globalInputs: ["tsconfig.base.json"]    # an input of every task
            defaultBase: main
            tasks:                                   # defaults for every project that can run them
              build:
                command: npm run build
                dependsOn: ["^build"]                # ^ = the same task of the projects this one depends on
                inputs: ["**/*", "!**/*.test.ts"]    # relative to the project; a leading / means the workspace root
                outputs: ["dist/**"]
                env: ["NODE_ENV"]
              test: { command: npm test, dependsOn: ["build"], cache: true, timeout: 10m, retries: 1 }
            """
        let configuration = try WorkspaceConfiguration.parse(Array(text.utf8), path: "ripple.yaml")
        #expect(configuration.version == 1)
        #expect(configuration.projects == ["apps/*", "packages/**"])
        #expect(configuration.ignore == ["**/*.md", "docs/**"])
        #expect(configuration.globalInputs == ["tsconfig.base.json"])
        #expect(configuration.defaultBase == "main")
        var build = TaskOverride(origin: Evidence(path: "ripple.yaml", line: 7))
        build.command = "npm run build"
        build.dependsOn = [.dependencies("build")]
        build.inputs = ["**/*", "!**/*.test.ts"]
        build.outputs = ["dist/**"]
        build.env = ["NODE_ENV"]
        var test = TaskOverride(origin: Evidence(path: "ripple.yaml", line: 13))
        test.command = "npm test"
        test.dependsOn = [.sameProject("build")]
        test.cache = true
        test.timeoutSeconds = 600
        test.retries = 1
        #expect(configuration.tasks == ["build": build, "test": test])
    }

    @Test("rootDependencies is a word or a list of names")
    func rootDependencies() throws {
        for (text, expected) in [
            ("all", RootDependencies.all), ("none", .none), ("[]", .named([])),
            ("[typescript, \"@types/*\"]", .named(["typescript", "@types/*"])),
        ] {
            let bytes = Array("version: 1\nrootDependencies: \(text)\n".utf8)
            #expect(try WorkspaceConfiguration.parse(bytes, path: "ripple.yaml").rootDependencies == expected)
        }
    }

    @Test("a project file gives every field of a project and of a task")
    func everyField() throws {
        let text = """
            ---
            name: "@shop/web"
            type: app
            tags: [frontend, 2024]
            dependsOn:
              - packages/ui
              - "@shop/api"
            tasks:
              deploy:
                command: |
                  echo "a? b*"
                  ./deploy
                dependsOn: [build, ^build, "@shop/api#build"]
                inputs: [/shared/*.json, 'src/**/*.ts', "!src/?.ts"]
                outputs: []
                env: [A, _B2]
                passThroughEnv: [TOKEN]
                cache: false
                timeout: 1h30m
                retries: 3
                image: registry.example/node:22
                sandbox: image
                resources: { cpus: 1.5, memory: 2GiB }
                platforms: [linux/amd64]
                toolchain: [node --version]
                persistent: true
                interactive: true
            """
        let configuration = try ProjectConfiguration.parse(Array(text.utf8), path: "apps/web/ripple.yaml")
        #expect(configuration.name == "@shop/web")
        #expect(configuration.type == .app)
        #expect(configuration.tags == ["frontend", "2024"])
        #expect(
            configuration.dependsOn == [
                ProjectReference(name: "packages/ui", line: 6), ProjectReference(name: "@shop/api", line: 7),
            ])
        var deploy = TaskOverride(origin: Evidence(path: "apps/web/ripple.yaml", line: 9))
        deploy.command = "echo \"a? b*\"\n./deploy\n"
        deploy.dependsOn = [
            .sameProject("build"), .dependencies("build"), .task(project: "@shop/api", task: "build"),
        ]
        deploy.inputs = ["/shared/*.json", "src/**/*.ts", "!src/?.ts"]
        deploy.outputs = []
        deploy.env = ["A", "_B2"]
        deploy.passThroughEnv = ["TOKEN"]
        deploy.cache = false
        deploy.timeoutSeconds = 5400
        deploy.retries = 3
        deploy.image = "registry.example/node:22"
        deploy.sandbox = .image
        deploy.cpus = 1.5
        deploy.memoryBytes = 2 << 30
        deploy.platforms = ["linux/amd64"]
        deploy.toolchain = ["node --version"]
        deploy.persistent = true
        deploy.interactive = true
        #expect(configuration.tasks == ["deploy": deploy])
    }

    @Test(
        "a file that says nothing is an empty project configuration",
        arguments: ["", "\n\n", "# only a comment", "---\n", "~", "{}", "\u{FEFF}", "tasks:\n", "version: 1\n"])
    func empty(text: String) throws {
        let configuration = try ProjectConfiguration.parse(Array(text.utf8), path: "a/ripple.yaml")
        #expect(configuration.name == nil)
        #expect(configuration.type == nil)
        #expect(configuration.tags.isEmpty)
        #expect(configuration.dependsOn.isEmpty)
        #expect(configuration.tasks.isEmpty)
    }

    @Test("anchors, aliases and merge keys work, and explicit keys win")
    func anchors() throws {
        let text = """
            version: 1
            tasks:
              build: &build
                command: make
                outputs: &out ["*.o"]
                retries: 2
              test:
                <<: *build
                command: make test
              lint:
                <<: [{ command: lint, cache: false }, *build]
                outputs: *out
              again: *build
            """
        let tasks = try WorkspaceConfiguration.parse(Array(text.utf8), path: "ripple.yaml").tasks
        #expect(tasks["test"]?.command == "make test")
        #expect(tasks["test"]?.retries == 2)
        #expect(tasks["test"]?.outputs == ["*.o"])
        #expect(tasks["lint"]?.command == "lint")
        #expect(tasks["lint"]?.cache == false)
        #expect(tasks["lint"]?.retries == 2)
        #expect(tasks["again"]?.command == "make")
        #expect(tasks["again"]?.origin.line == 13)
    }

    @Test("a task without fields is kept, and text is taken as written")
    func plainText() throws {
        let text = "version: 1\r\ntasks:\r\n  build:\r\n  ok: { command: true }\r\n  v: {command: 'null', tags: }"
        #expect(throws: ConfigurationError.self) {
            try WorkspaceConfiguration.parse(Array(text.utf8), path: "ripple.yaml")
        }
        let right = text.replacing(", tags: ", with: "")
        let tasks = try WorkspaceConfiguration.parse(Array(right.utf8), path: "ripple.yaml").tasks
        #expect(tasks["build"] == TaskOverride(origin: Evidence(path: "ripple.yaml", line: 3)))
        #expect(tasks["ok"]?.command == "true")
        #expect(tasks["v"]?.command == "null")
    }

    @Test("text with private-use characters, stars and question marks survives")
    func privateUse() throws {
        let command = "echo \u{E000}*\u{E001}?\u{E003} \u{1F600}\u{301}*"
        let text = "tasks: { a: { command: \"\(command)\" } }"
        let tasks = try ProjectConfiguration.parse(Array(text.utf8), path: "ripple.yaml").tasks
        #expect(tasks["a"]?.command.map { Array($0.utf8) } == Array(command.utf8))
    }

    @Test(
        "durations and sizes",
        arguments: [
            ("10m", 600.0), ("90s", 90), ("1h30m", 5400), ("500ms", 0.5), ("45", 45), ("1.5", 1.5), ("1.5h", 5400),
            ("1m500ms", 60.5), ("\"30\"", 30),
        ])
    func durations(text: String, seconds: Double) throws {
        let bytes = Array("tasks: { a: { timeout: \(text) } }".utf8)
        #expect(try ProjectConfiguration.parse(bytes, path: "ripple.yaml").tasks["a"]?.timeoutSeconds == seconds)
    }

    @Test(
        "sizes of memory",
        arguments: [
            ("512MiB", 512 << 20), ("2GiB", 2 << 30), ("2Gi", 2 << 30), ("4G", 4_000_000_000), ("4gb", 4_000_000_000),
            ("1073741824", 1 << 30), ("1.5KiB", 1536), ("7 B", 7), ("1T", 1_000_000_000_000), ("10k", 10_000),
        ])
    func sizes(text: String, size: Int) throws {
        let bytes = Array("tasks: { a: { resources: { memory: \(text) } } }".utf8)
        #expect(try ProjectConfiguration.parse(bytes, path: "ripple.yaml").tasks["a"]?.memoryBytes == size)
    }

    @Test("an override replaces field by field")
    func applied() {
        var base = TaskDefinition(command: "make")
        base.outputs = ["out/**"]
        base.env = ["A"]
        base.retries = 4
        base.inputs = .patterns(["x"], includesDefault: true)
        let origin = Evidence(path: "ripple.yaml", line: 9)
        var override = TaskOverride(origin: origin)
        var expected = base
        expected.origin = origin
        #expect(override.applied(to: base) == expected)

        override.inputs = []
        override.outputs = ["dist/**"]
        override.sandbox = .inputs
        override.timeoutSeconds = 5
        expected.inputs = .patterns([], includesDefault: false)
        expected.outputs = ["dist/**"]
        expected.sandbox = "inputs"
        expected.timeoutSeconds = 5
        #expect(override.applied(to: base) == expected)

        #expect(override.applied(to: nil) == nil)
        override.command = "ninja"
        #expect(override.applied(to: nil)?.command == "ninja")
        #expect(override.applied(to: nil)?.env == [])
        #expect(override.applied(to: base)?.retries == 4)
    }

    @Test("every field of an override reaches the task")
    func everyFieldApplies() throws {
        let fields = [
            "command: other", "dependsOn: [x]", "inputs: [x]", "outputs: [x]", "env: [X]", "passThroughEnv: [X]",
            "cache: false", "timeout: 1", "retries: 1", "image: x", "sandbox: none",
            "resources: { cpus: 2, memory: 1 }", "platforms: [x]", "toolchain: [x]", "persistent: true",
            "interactive: true",
        ]
        #expect(fields.map { String($0.prefix { $0 != ":" }) } == TaskOverride.keys)
        for field in fields {
            let bytes = Array("tasks: { t: { \(field) } }".utf8)
            let tasks = try ProjectConfiguration.parse(bytes, path: "ripple.yaml").tasks
            let override = try #require(tasks["t"])
            var base = TaskDefinition(command: "make")
            base.origin = override.origin
            #expect(override.applied(to: base) != base, "\(field) changes nothing")
        }
    }

    @Test("laying one override over another keeps what only the lower one says, in every field")
    func layers() throws {
        let text = """
            command: x, dependsOn: [x], inputs: [x], outputs: [x], env: [X], passThroughEnv: [X], cache: false,
            timeout: 1, retries: 1, image: x, sandbox: none, resources: { cpus: 2, memory: 1 }, platforms: [x],
            toolchain: [x], persistent: true, interactive: true
            """
        let bytes = Array("tasks: { all: { \(text) }, some: { command: y, retries: 2 } }".utf8)
        let tasks = try ProjectConfiguration.parse(bytes, path: "ripple.yaml").tasks
        let all = try #require(tasks["all"]), some = try #require(tasks["some"])
        #expect(TaskOverride(origin: all.origin).laid(over: all) == all)
        #expect(all.laid(over: some) == all)
        var expected = all
        expected.command = "y"
        expected.retries = 2
        expected.origin = some.origin
        #expect(some.laid(over: all) == expected)
    }

    @Test("a new command drops the script, the same command keeps it; outputs make a result cacheable")
    func scriptAndCache() {
        var base = TaskDefinition(command: "npm run build")
        base.script = "tsc"
        base.cache = false
        var override = TaskOverride(origin: Evidence(path: "ripple.yaml", line: 1))
        override.command = "npm run build"
        #expect(override.applied(to: base)?.script == "tsc" && override.applied(to: base)?.cache == false)
        override.command = "make"
        override.outputs = ["out/**"]
        #expect(override.applied(to: base)?.script == nil && override.applied(to: base)?.cache == true)
        #expect(override.applied(to: base, definesCaching: true)?.cache == false)
    }
}
