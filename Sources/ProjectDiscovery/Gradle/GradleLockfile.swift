internal import WorkspaceModel

/// A lockfile of one project: `gradle.lockfile` of Gradle 6.8 and later (`group:name:version=configuration,...`).
/// It says which components there are, not which uses which.
struct GradleLockfile: Sendable {
    struct Component: Sendable, Hashable {
        /// `group:name`.
        var module: String
        var version: String
        /// The names of the configurations it is in, sorted.
        var configurations: [String]

        var coordinates: String { "\(module):\(version)" }
    }

    static let largest = 16 << 20

    private(set) var components: [Component] = []

    /// Any bytes are safe to pass. A line that is none of a lockfile is an error: the lockfile is then taken as a whole.
    init(parsing bytes: [UInt8]) throws(GradleProblem) {
        guard bytes.count <= GradleLockfile.largest else {
            throw GradleProblem(line: nil, problem: "the file is larger than \(GradleLockfile.largest >> 20) MB")
        }
        var number = 0
        for raw in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard let text = String(validating: raw, as: UTF8.self) else {
                throw GradleProblem(line: number, problem: "the line is no UTF-8")
            }
            let line = text.last == "\r" ? text.dropLast() : text[...]
            if line.isEmpty || line.hasPrefix("#") { continue }
            try add(line, number)
        }
        components.sort { ($0.module, $0.version) < ($1.module, $1.version) }
    }

    private mutating func add(_ line: Substring, _ number: Int) throws(GradleProblem) {
        let halves = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        // `empty=` names configurations without components.
        if halves.count == 2, halves[0] == "empty" { return }
        let parts = halves[0].split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }), !line.contains(" ") else {
            throw GradleProblem(line: number, problem: "'\(line.prefix(80))' is no line of a Gradle lockfile")
        }
        let configurations = halves.count == 2 ? halves[1].split(separator: ",").map(String.init).sorted() : []
        components.append(
            Component(module: "\(parts[0]):\(parts[1])", version: String(parts[2]), configurations: configurations))
    }

    /// What the project resolves to. There are no edges, so that everything counts as used directly.
    var resolution: LockResolution {
        let packages = components.map {
            LockGraph.Package(
                name: $0.module, version: $0.version, identity: $0.configurations.joined(separator: ","))
        }
        return LockResolution(
            graph: LockGraph(packages), uses: packages.indices.map { LockGraph.Use(packages[$0].name, $0) })
    }
}
