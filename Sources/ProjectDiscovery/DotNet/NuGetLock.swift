internal import JSONText
internal import WorkspaceModel

/// packages.lock.json: what one project resolves to, for each target framework.
///
/// Format: github.com/NuGet/Home/wiki/Enable-repeatable-package-restore-using-lock-file, versions 1 and 2. A section for
/// a runtime (`net8.0/linux-x64`) holds what differs from that of its framework. Names are the same in any case.
struct NuGetLock: Sendable {
    let graph: LockGraph
    /// What the project uses itself, and what is there for no other entry.
    let uses: [LockGraph.Use]
    /// The packages it holds, in lower case.
    let names: Set<String>

    struct Problem: Error, Sendable {
        var line: Int?
        var problem: String
    }

    private static let largest = 32 << 20

    init(parsing bytes: [UInt8]) throws(Problem) {
        guard bytes.count <= NuGetLock.largest else {
            throw Problem(line: nil, problem: "the file is larger than \(NuGetLock.largest >> 20) MB")
        }
        let document: JSONDocument
        do throws(JSONSyntaxError) {
            document = try JSONDocument(parsing: bytes)
        } catch {
            throw Problem(line: error.line, problem: error.problem)
        }
        guard let version = document.root["version"]?.number, ["1", "2"].contains(version) else {
            let at = document.root["version"]?.offset ?? 0
            throw Problem(line: document.position(of: at).line, problem: "the version of the format is not 1 or 2")
        }
        guard let frameworks = document.root["dependencies"]?.object else {
            throw Problem(line: 1, problem: "it has no object 'dependencies'")
        }
        var builder = NuGetLockBuilder()
        for framework in frameworks {
            guard let entries = framework.node.object else {
                let line = document.position(of: framework.keyOffset).line
                throw Problem(line: line, problem: "'\(framework.key)' is no object")
            }
            for entry in entries {
                guard builder.add(entry, framework.key) else {
                    let line = document.position(of: entry.keyOffset).line
                    throw Problem(line: line, problem: "the entry '\(entry.key)' is not understood")
                }
            }
        }
        (graph, uses) = builder.finish()
        names = Set(graph.packages.map { $0.name.lowercased() })
    }
}

private struct NuGetLockBuilder {
    private struct Key: Hashable {
        let framework: String
        let name: String
    }

    private var packages: [LockGraph.Package] = []
    private var numbers: [Key: Int] = [:]
    private var links: [(from: Int, framework: String, name: String)] = []
    private var isDirect: [Bool] = []

    /// - Returns: whether the entry was understood.
    mutating func add(_ entry: JSONMember, _ framework: String) -> Bool {
        guard let type = entry.node["type"]?.string else { return false }
        let version = entry.node["resolved"]?.string
        // Only projects are without a version.
        guard version != nil || type == "Project" else { return false }
        let hash = entry.node["contentHash"]?.string ?? ""
        let number = packages.count
        // What is asked for says how the entry came to be, not what it is; of a project it is all there is.
        let isTransitive = type == "Transitive" || type == "CentralTransitive"
        let identity = "\(framework)\n\(isTransitive ? "" : type)\n\(hash)"
        packages.append(LockGraph.Package(name: entry.key, version: version ?? "", identity: identity))
        isDirect.append(type != "Transitive")
        numbers[Key(framework: framework, name: entry.key.lowercased())] = number
        for use in entry.node["dependencies"]?.object ?? [] { links.append((number, framework, use.key.lowercased())) }
        return true
    }

    mutating func finish() -> (LockGraph, [LockGraph.Use]) {
        var isUsed = isDirect.map { _ in false }
        for link in links {
            // A runtime's section holds only what differs from the framework's.
            let base = String(link.framework.prefix { $0 != "/" })
            guard
                let target = numbers[Key(framework: link.framework, name: link.name)]
                    ?? numbers[Key(framework: base, name: link.name)]
            else { continue }
            packages[link.from].dependencies.append(LockGraph.Use(packages[target].name, target))
            if target != link.from { isUsed[target] = true }
        }
        let graph = LockGraph(packages)
        var uses: [LockGraph.Use] = []
        for number in packages.indices where isDirect[number] || !isUsed[number] {
            uses.append(LockGraph.Use(packages[number].name, number))
        }
        return (graph, uses + unreached(uses.map(\.package)))
    }

    /// Entries that only use each other: they count as well.
    private func unreached(_ start: [Int]) -> [LockGraph.Use] {
        var seen = Set(start), pending = start
        while let next = pending.popLast() {
            for use in packages[next].dependencies where seen.insert(use.package).inserted {
                pending.append(use.package)
            }
        }
        return packages.indices.filter { !seen.contains($0) }.map { LockGraph.Use(packages[$0].name, $0) }
    }
}
