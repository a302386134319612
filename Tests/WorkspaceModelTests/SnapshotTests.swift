import GitObjects
import Testing

@testable import WorkspaceModel

@Suite("Workspaces as bytes")
struct SnapshotTests {
    /// Every field differs from what a reader fills in.
    private static func full() -> Workspace {
        var task = TaskDefinition(command: "make \u{1F600}")
        task.script = "tsc"
        task.dependsOn = [
            .sameProject("a"), .dependencies("b"), .task(project: "p#q", task: "c"), .dependencySources,
            .sameProject(""),
        ]
        task.inputs = .patterns(["src/**", "!x"], includesDefault: true)
        task.outputs = ["out/**"]
        task.env = ["A"]
        task.passThroughEnv = ["B"]
        task.cache = false
        task.timeoutSeconds = 0.1
        task.retries = 3
        task.persistent = true
        task.interactive = true
        task.image = "image"
        task.sandbox = "inputs"
        task.cpus = 2.5
        task.memoryBytes = 1 << 40
        task.platforms = ["linux/amd64"]
        task.toolchain = ["node --version"]
        task.claimsInputs = true
        task.origin = Evidence(path: "one/package.json", line: 7)
        var elsewhere = task
        elsewhere.origin = nil
        var empty = TaskDefinition(command: "")
        empty.inputs = .patterns([], includesDefault: false)

        var one = Project(path: "one"), two = Project(path: RepoPath(bytes: [0xFF, 0x2F, 0x61]))
        one.name = "One"
        one.id = "one"
        one.type = .app
        one.typeEvidence = "because"
        one.managers = [.npm, .docker]
        one.tags = ["public"]
        one.manifest = "one/package.json"
        one.tasks = TaskTable(["build": task, "again": elsewhere, "empty": empty])
        one.externals = [
            ExternalClosure(
                manager: .pnpm, lockfile: "pnpm-lock.yaml", digest: "d", isWholeLockfile: true, problem: "torn"),
            ExternalClosure(manager: .npm, lockfile: "package-lock.json", digest: "e", isWholeLockfile: false),
        ]
        one.externals[1].audience = .lintTasks
        one.structuralDigests = [StructuralDigest(path: "package.json", line: 3, field: "f", digest: "g")]
        one.inputsExcludeUnowned = true
        one.namedFiles = ["README.md"]
        one.configuredFiles = [
            NamedFile(
                path: "tsconfig.json", role: .testTool(.go), chain: [Evidence(path: "one/tsconfig.json", line: 2)]),
            NamedFile(path: "x", role: .lint, chain: []),
        ]
        one.toolVersions = [StructuralDigest(path: ".tool-versions", line: 4, field: "nodejs", digest: "20")]
        one.brokenReason = "broken"
        one.onlyGathers = true
        one.sharesFiles = true
        two.id = "two"
        two.structuralDigests = one.structuralDigests
        var edge = ProjectEdge(
            from: ProjectIndex(1), to: ProjectIndex(0), kind: .build, passesToDependents: false,
            evidence: [Evidence(path: "one/package.json", line: nil), Evidence(path: "x", line: -1)])
        edge.tasks = ["docker", "build"]
        return Workspace(
            projects: [one, two], edges: [edge], ignore: ["i"], globalInputs: ["g"], structuralFiles: ["b", "a"],
            sharedFiles: [
                "d": [.general, .test, .testCode, .container, .ignored, .toolchain(.jvm)].map {
                    NamedFile(path: "s", role: $0, chain: [])
                }
            ],
            namedPlaces: ["p"],
            widenings: [Widening(code: "c", scope: "s", message: "m")],
            diagnostics: [Diagnostic(evidence: Evidence(path: "d", line: 1), message: "n")], followsFileNames: false,
            followsImports: true,
            contentsRead: [ObjectStore.emptyTreeID])
    }

    private func decoded(_ bytes: [UInt8]) -> Workspace? {
        bytes.withUnsafeBytes { WorkspaceSnapshot.decode($0) }
    }

    /// Every stored property of every value in it, sets and dictionaries in order.
    private func text(_ value: Any) -> String {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .set, .dictionary:
            return "{" + mirror.children.map { text($0.value) }.sorted().joined(separator: ", ") + "}"
        case nil: return "\(value)"
        default:
            return "\(type(of: value))("
                + mirror.children.map { "\($0.label ?? ""): \(text($0.value))" }.joined(separator: ", ")
                + (mirror.children.isEmpty ? "\(value)" : "") + ")"
        }
    }

    @Test("every field comes back")
    func roundTrip() throws {
        let workspace = SnapshotTests.full()
        let bytes = WorkspaceSnapshot.encode(workspace)
        let read = try #require(decoded(bytes))
        #expect(text(read) == text(workspace))
        #expect(WorkspaceSnapshot.encode(read) == bytes)
        #expect(read.project(id: "two") == ProjectIndex(1))
    }

    /// A field that is added to one of these types must be added to the coder and to `full`.
    @Test("the types have the fields that are written")
    func fields() {
        func count(_ value: Any) -> Int { Mirror(reflecting: value).children.count }
        let full = SnapshotTests.full()
        #expect(count(full) == 12 + 2, "byPath and byID are made anew")
        #expect(count(full.projects[0]) == 18)
        #expect(count(full.edges[0]) == 6)
        #expect(count(TaskDefinition(command: "")) == 20)
        #expect(count(full.projects[0].externals[0]) == 6 + 1, "resolution is left out")
        #expect(count(full.projects[0].structuralDigests[0]) == 4)
        #expect(count(full.widenings[0]) == 3)
        #expect(count(full.diagnostics[0]) == 2)
        #expect(count(full.projects[0].configuredFiles[0]) == 3)
        #expect(count(Evidence(path: "", line: nil)) == 2)
    }

    @Test("damaged bytes are no workspace or another, and never a crash", arguments: [UInt64(20_261_124)])
    func damage(seed: UInt64) {
        let bytes = WorkspaceSnapshot.encode(SnapshotTests.full())
        for count in bytes.indices { #expect(decoded(Array(bytes[..<count])) == nil) }
        #expect(decoded(bytes + [0]) == nil)
        var state = seed
        func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        for _ in 0..<3000 {
            var other = bytes
            for _ in 0...next(3) { other[next(other.count)] = UInt8(next(256)) }
            _ = decoded(other)
        }
    }
}
