internal import ContentAddressing
internal import PlanExecution
internal import Testing
internal import WorkspaceModel

/// SplitMix64: the same numbers for the same seed, everywhere.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

private let names: [[UInt8]] = [
    Array("a".utf8), Array("b.js".utf8), Array("c.keep".utf8), Array("two words".utf8), Array("new\nline".utf8),
    Array("-rf".utf8), Array("'\"$`\\".utf8), Array("ünïcödé".utf8), Array("*".utf8), Array("[x]".utf8),
    Array(".hidden".utf8), [0xFF, 0xFE, 0x80], [0x01, 0x7F], Array(repeating: UInt8(ascii: "n"), count: 255),
]

private let targets: [[UInt8]] = [
    Array("nowhere".utf8), Array("../..".utf8), Array("/etc/passwd".utf8), Array(".".utf8), [0xC3, 0x28],
    Array("a".utf8),
]

/// Fills the directory `place` of a project; a name is used once.
private func grow(
    _ project: ProjectOnDisk, _ place: [UInt8], depth: Int, _ generator: inout SeededGenerator
) throws {
    for name in names.shuffled(using: &generator).prefix(Int.random(in: 0...5, using: &generator)) {
        let path = place + [UInt8(ascii: "/")] + name
        switch Int.random(in: 0..<10, using: &generator) {
        case 0...3:
            let content = (0..<Int.random(in: 0...64, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            try project.file(path, content, executable: Bool.random(using: &generator))
        case 4, 5:
            try project.link(path, to: targets[Int.random(in: 0..<targets.count, using: &generator)])
        default:
            project.directory(path)
            if depth > 0 { try grow(project, path, depth: depth - 1, &generator) }
        }
    }
}

@Suite struct OutputsPropertyTests {
    private static let patterns = [
        ["out/**"], ["out"], ["out/**", "!out/**/*.keep"], ["out/**/*.js", "out/a/**"], ["**"],
    ]

    @Test("outputs that were captured and removed come back byte by byte", arguments: 1...50 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let project = try ProjectOnDisk()
        project.directory("out")
        try grow(project, Array("out".utf8), depth: 2, &generator)
        try project.file("src/a.js", "source")
        let list = Self.patterns[Int(seed) % Self.patterns.count]
        let patterns = try PatternList(list)
        let store = MemoryStore()
        let before = project.nodes
        let comment: Comment = "seed \(seed), patterns \(list)"

        let capture = OutputCapture(project: project.path, patterns: patterns, store: store)
        let removal = OutputRemoval(project: project.path, patterns: patterns)
        let restoration = OutputRestoration(project: project.path, patterns: patterns, store: store)
        let entries = try capture.capture()
        let captured = withParents(entries)
        #expect(entries.map(\.path) == entries.map(\.path).sorted { $0.lexicographicallyPrecedes($1) }, comment)

        try removal.remove()
        let rest = project.nodes
        #expect(try capture.capture().filter { $0.kind != .directory }.isEmpty, comment)
        for (path, node) in rest { #expect(before[path] == node, comment) }
        #expect(list == ["**"] || rest[Array("src/a.js".utf8)] != nil, comment)

        try restoration.restore(entries)
        #expect(project.nodes == before.filter { rest[$0.key] != nil || captured.contains($0.key) }, comment)
        #expect(try capture.capture() == entries, comment)

        // Once more over what is there now.
        try restoration.restore(entries)
        #expect(try capture.capture() == entries, comment)
    }

    /// The paths of the entries and of the directories that lead to them.
    private func withParents(_ entries: [OutputEntry]) -> Set<[UInt8]> {
        var result: Set<[UInt8]> = []
        for entry in entries {
            result.insert(entry.path)
            for (index, byte) in entry.path.enumerated() where byte == UInt8(ascii: "/") {
                result.insert(Array(entry.path[..<index]))
            }
        }
        return result
    }
}
