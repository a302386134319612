import GitObjects
import ProjectDiscovery
import WorkspaceChecks
import WorkspaceModel

/// Everything that the check says of a tree of text files.
func check(_ files: [String: String]) throws -> [Finding] {
    let tree = SourceTree.inMemory(files)
    let (workspace, errors) = try WorkspaceReader().readWithErrors(tree)
    return try WorkspaceCheck.findings(
        in: workspace, tree, errors: errors, boundaries: try WorkspaceReader.configuration(in: tree)?.boundaries ?? [])
}

/// What it says of one kind, each finding as `SEVERITY PROJECT > TARGET PLACE PLACE`.
func check(_ files: [String: String], _ code: Finding.Code) throws -> [String] {
    try check(files).filter { $0.code == code }.map(\.summary)
}

extension Finding {
    var summary: String {
        var text = severity.rawValue
        if let project { text += " \(project)" }
        if let target { text += " > \(target)" }
        for place in evidence { text += " \(place.path)\(place.line.map { ":\($0)" } ?? "")" }
        return text
    }
}

/// A workspace of npm packages below `packages`, each with its manifest's further members and its files.
func packages(_ packages: [String: (manifest: String, files: [String: String])]) -> [String: String] {
    var files = [
        "package.json": #"{"private": true, "workspaces": ["packages/*"], "devDependencies": {"rooted": "1"}}"#
    ]
    for (name, content) in packages {
        let rest = content.manifest.isEmpty ? "" : ",\n\(content.manifest)"
        files["packages/\(name)/package.json"] = "{\"name\": \"\(name)\", \"version\": \"1.0.0\"\(rest)}"
        for (path, text) in content.files { files["packages/\(name)/\(path)"] = text }
    }
    return files
}

/// SplitMix64, so that a failure can be repeated from its seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// Replaces, inserts, removes or repeats a few bytes; `pieces` are what the language is sensitive to.
    mutating func mutate(_ text: [UInt8], pieces: [String]) -> [UInt8] {
        var bytes = text
        for _ in 0...(next() % 4) {
            let place = Int(next() % UInt64(bytes.count + 1))
            let piece = Array(pieces[Int(next() % UInt64(pieces.count))].utf8)
            switch next() % 4 {
            case 0: bytes.insert(contentsOf: piece, at: place)
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + Int(next() % 8)))
            case 2:
                bytes.replaceSubrange(place..<min(bytes.count, place + 1), with: [UInt8(truncatingIfNeeded: next())])
            default: bytes = Array(bytes[..<place])
            }
        }
        return bytes
    }
}
