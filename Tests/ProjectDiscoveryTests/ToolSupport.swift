import GitObjects
import ProjectDiscovery
import Testing
import WorkspaceModel

/// A workspace read from files given as texts, as a run of the program reads it.
func readWorkspace(_ files: [String: String]) throws -> Workspace {
    try WorkspaceReader().read(SourceTree.inMemory(files))
}

extension Workspace {
    func at(_ path: String) throws -> Project {
        try #require(projects.first { $0.path == RepoPath(path) }, "there is no project at \(path)")
    }

    func task(_ path: String, _ name: String) throws -> TaskDefinition {
        try #require(try at(path).tasks[name], "there is no task \(name) at \(path)")
    }

    /// `PATH:LINE MESSAGE` of each diagnostic.
    var notes: [String] {
        diagnostics.map { "\($0.evidence.path):\($0.evidence.line ?? 0) \($0.message)" }
    }

    /// `FROM -> TO KIND` by path.
    var edgeTexts: [String] {
        edges.map { "\(self[$0.from].path) -> \(self[$0.to].path) \($0.kind.rawValue)" }.sorted()
    }
}

/// Damages a text: pieces are cut, doubled, replaced, and taken from `pieces`.
func mutated(_ text: String, with pieces: [String], _ random: inout JavaScriptRandom) -> [UInt8] {
    var bytes = Array(text.utf8)
    for _ in 0...Int(random.next() % 4) {
        let place = Int(random.next() % UInt64(bytes.count + 1))
        let length = min(bytes.count - place, Int(random.next() % 16))
        switch random.next() % 5 {
        case 0: bytes.removeSubrange(place..<(place + length))
        case 1:
            bytes.insert(contentsOf: bytes[place..<(place + length)], at: Int(random.next() % UInt64(bytes.count + 1)))
        case 2: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        case 3: bytes.insert(contentsOf: pieces[Int(random.next() % UInt64(pieces.count))].utf8, at: place)
        default: bytes.removeSubrange(place...)
        }
    }
    return bytes
}
