internal import Dispatch
internal import GitObjects
internal import ProjectDiscovery
internal import WorkspaceModel

/// The languages whose imports are read.
enum SourceLanguage: CaseIterable, Hashable, Sendable {
    case javaScript, go, python, rust, swift

    init?(fileName name: some BidirectionalCollection<UInt8>) {
        if name.hasEnd(".go") {
            self = .go
        } else if name.hasEnd(".py") || name.hasEnd(".pyi") {
            self = .python
        } else if name.hasEnd(".rs") {
            self = .rust
        } else if name.hasEnd(".swift") {
            self = .swift
        } else if SourceImport.isJavaScript(name) {
            self = .javaScript
        } else {
            return nil
        }
    }

    /// The file that makes a directory a package of its own.
    var manifest: String {
        switch self {
        case .javaScript: "package.json"
        case .go: "go.mod"
        case .python: "pyproject.toml"
        case .rust: "Cargo.toml"
        case .swift: "Package.swift"
        }
    }

    func belongs(to manager: PackageManager) -> Bool {
        switch self {
        case .javaScript: manager.isJavaScript
        case .go: manager == .go
        case .python: manager == .python
        case .rust: manager == .cargo
        case .swift: manager == .swiftpm
        }
    }
}

/// A source file of a project, and what it imports.
struct ScannedFile: Sendable {
    let path: RepoPath
    let project: ProjectIndex
    let language: SourceLanguage
    /// Whether the file is for tests, examples or tools: what it needs is not needed by who uses the project.
    let isAside: Bool
    var imports: [SourceImport] = []
    /// Rust: names that mean something else in this file, and the modules it declares.
    var names = RustImports()
}

/// Finds and scans the source files of all projects.
struct SourceSurvey {
    private struct Job: Sendable {
        let file: ScannedFile
        let id: ObjectID
    }

    let workspace: Workspace
    let tree: SourceTree
    private var jobs: [Job] = []

    /// What is larger is generated or bundled, and says nothing of what somebody wrote.
    private static let largest = 1 << 20
    /// So many files are held in memory at a time.
    private static let batch = 512

    /// Scans every file, in the order of paths; on all processors, since that is most of the work of a check.
    static func files(of workspace: Workspace, in tree: SourceTree) throws(GitError) -> [ScannedFile] {
        var survey = SourceSurvey(workspace: workspace, tree: tree)
        try survey.walk(
            tree.root, at: .root, owner: workspace.project(at: .root), languages: Set(SourceLanguage.allCases))
        survey.jobs.sort { $0.file.path < $1.file.path }
        var scanned: [ScannedFile] = []
        for start in stride(from: 0, to: survey.jobs.count, by: batch) {
            scanned += try survey.scan(survey.jobs[start..<min(start + batch, survey.jobs.count)])
        }
        return scanned
    }

    private init(workspace: Workspace, tree: SourceTree) {
        self.workspace = workspace
        self.tree = tree
    }

    // MARK: Which files

    /// - Parameters:
    ///   - owner: the project that owns what lies here.
    ///   - languages: those of which a file here belongs to the owner's own package, not to a nested one.
    private mutating func walk(
        _ id: ObjectID, at directory: RepoPath, owner: ProjectIndex?, languages: Set<SourceLanguage>
    ) throws(GitError) {
        let contents = try tree.objects.tree(id)
        for entry in contents.entries {
            let name = contents.name(of: entry)
            let path = directory.appending(name)
            if entry.mode == .directory {
                if SourceSurvey.isPassedOver(name) { continue }
                if let project = workspace.project(at: path) {
                    try walk(entry.id, at: path, owner: project, languages: Set(SourceLanguage.allCases))
                } else {
                    let nested = try nestedPackages(entry.id)
                    try walk(entry.id, at: path, owner: owner, languages: languages.subtracting(nested))
                }
            } else if entry.mode.isFile, let owner, !workspace[owner].onlyGathers,
                let language = SourceLanguage(fileName: name), languages.contains(language),
                workspace[owner].managers.contains(where: { language.belongs(to: $0) })
            {
                let isAside = SourceSurvey.isAside(path, below: workspace[owner].path)
                jobs.append(
                    Job(
                        file: ScannedFile(path: path, project: owner, language: language, isAside: isAside),
                        id: entry.id))
            }
        }
    }

    /// The languages of which a directory that is no project is a package nevertheless: a sample or a template.
    private func nestedPackages(_ id: ObjectID) throws(GitError) -> Set<SourceLanguage> {
        let contents = try tree.objects.tree(id)
        var found: Set<SourceLanguage> = []
        for language in SourceLanguage.allCases {
            guard let entry = contents.entry(named: language.manifest.utf8), entry.mode.isFile else { continue }
            // Many a package.json only says which module system its directory uses.
            if language == .javaScript, let manifest = PackageFile(parsing: try tree.objects.blob(entry.id)),
                manifest.name == nil, manifest.declared.isEmpty
            {
                continue
            }
            found.insert(language)
        }
        return found
    }

    /// Directories in which files are samples, are made or come from elsewhere.
    private static func isPassedOver(_ name: ArraySlice<UInt8>) -> Bool {
        name.first == UInt8(ascii: ".") || passedOver.contains(String(decoding: name, as: UTF8.self))
    }

    private static let passedOver: Set<String> = [
        "node_modules", "fixtures", "__fixtures__", "fixture", "testdata", "test-data", "templates", "template",
        "__snapshots__", "snapshots", "vendor", "third_party", "dist", "target", "__mocks__", "__testfixtures__",
    ]

    /// Whether the names of the file and of the directories above it say that it is for tests, examples or tools. Above
    /// the project only those names count that no shipped project is under.
    static func isAside(_ path: RepoPath, below project: RepoPath) -> Bool {
        guard let parts = path.relative(to: project)?.components, let name = parts.last else { return false }
        if project.components.contains(where: { samples.contains(String(decoding: $0, as: UTF8.self)) }) { return true }
        if parts.dropLast().contains(where: { asideDirectories.contains(String(decoding: $0, as: UTF8.self)) }) {
            return true
        }
        let text = String(decoding: name, as: UTF8.self)
        let stem = text.split(separator: ".").first.map(String.init) ?? text
        return text.contains(".test.") || text.contains(".spec.") || text.contains(".stories.")
            || text.contains(".config.") || text.contains(".bench.") || text.contains(".test-d.")
            || text.hasSuffix("_test.go") || stem.hasSuffix("_test") || stem.hasPrefix("test_") || stem == "conftest"
            || stem == "noxfile" || stem == "setup" || stem == "tests" || stem == "test" || stem.hasSuffix("_tests")
    }

    private static let samples: Set<String> = [
        "playground", "playgrounds", "fixtures", "__fixtures__", "__tests__", "tests", "test", "e2e", "examples",
        "example", "benchmarks", "build-tests", "integration-tests", "samples",
    ]

    private static let asideDirectories: Set<String> = [
        "test", "tests", "__tests__", "__test__", "testing", "e2e", "spec", "specs", "Tests", "bench", "benches",
        "benchmark", "benchmarks", "example", "examples", "docs", "doc", "docs_src", "scripts", "script", "tools",
        "playground", "stories", "fuzz", "__typetests__", "type-tests", "integration-tests", "samples",
    ]

    // MARK: What they import

    private func scan(_ jobs: ArraySlice<Job>) throws(GitError) -> [ScannedFile] {
        tree.objects.prefetch(jobs.map(\.id))
        var texts: [[UInt8]] = []
        texts.reserveCapacity(jobs.count)
        for job in jobs {
            let bytes = try tree.objects.blob(job.id)
            texts.append(bytes.count > SourceSurvey.largest ? [] : bytes)
        }
        var files = jobs.map(\.file)
        files.withUnsafeMutableBufferPointer { buffer in
            // Each iteration writes its own element, and all end before the call returns.
            nonisolated(unsafe) let buffer = buffer
            let texts = texts
            DispatchQueue.concurrentPerform(iterations: buffer.count) { number in
                buffer[number].scan(texts[number])
            }
        }
        return files
    }
}

extension ScannedFile {
    mutating func scan(_ bytes: [UInt8]) {
        switch language {
        case .javaScript: imports = SourceImport.javaScript(bytes, name: path.lastComponent)
        case .go: imports = SourceImport.go(bytes)
        case .python:
            imports = PythonImports.scan(bytes)
            // A script that lists its own dependencies (PEP 723) is none of the project's concern.
            if ByteSearch.holds(Array("# /// script".utf8), in: bytes) {
                for position in imports.indices { imports[position].kind = .conditional }
            }
        case .rust:
            names = RustImports.scan(bytes)
            imports = names.roots
            names.roots = []
        case .swift: imports = SwiftImports.scan(bytes)
        }
    }
}

extension BidirectionalCollection<UInt8> {
    func hasEnd(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { wanted in
            count > wanted.count && suffix(wanted.count).elementsEqual(wanted)
        }
    }
}
