import Testing
import WorkspaceModel

@testable import ProjectDiscovery

@Suite("mutated Package.swift and Package.resolved")
struct SwiftManifestFuzzTests {
    private static let manifest = """
        // swift-tools-version: 6.0
        import PackageDescription
        let root = "../libs"
        func module(_ name: String, _ uses: [Target.Dependency] = []) -> Target { .target(name: name, dependencies: uses) }
        let package = Package(
            name: "ripple", products: [.executable(name: "ripple", targets: ["ripple"])],
            dependencies: [.package(path: "\\(root)/a"), .package(url: "https://example.com/b", from: "1.0.0")],
            targets: ["A", "B"].map { module($0) } + [module("C", ["A", .product(name: "X", package: "a")])])
        #if os(Linux)
        package.targets.append(.testTarget(name: "T", dependencies: flag ? ["A"] : []))
        #endif
        if let x = Context.environment["X"] { package.targets += [.target(name: x)] } else { package.products = [] }
        for target in package.targets { switch target.type { case .test: break; default: target.path = "S" } }

        """

    private static let pins = """
        {"originHash": "a", "pins": [{"identity": "b", "kind": "remoteSourceControl", "location": "https://example.com/b",
        "state": {"revision": "0123", "version": "1.2.3"}}], "version": 3}
        """

    private static let pieces = [
        "(", ")", "[", "]", "{", "}", "\"", "\\(", "\"\"\"", "#if", "#endif", "let ", "func ", "$0", ".", "?", "!", ":",
        "..", "..<", "//", "/*", "*/", "\0", "\u{FEFF}", "<<<<<<< ", "#\"", "@", "&", "->", "=", "+", "+=", "??",
        "case",
        "return ", "extension ", "static ", "package", ".map {", ".package(path: ", "\r", "\u{1F600}", "null", "1e9",
    ]

    private static func mutate(_ text: String, _ random: inout SeededNumbers) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0...Int.random(in: 0...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 0...16, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.removeSubrange(place..<end)
            case 1: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
            case 2: bytes = Array(bytes[..<place])
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            default: bytes.insert(contentsOf: (pieces.randomElement(using: &random) ?? "").utf8, at: place)
            }
        }
        return bytes
    }

    @Test("a mutated manifest is read or refused, and reads the same twice", arguments: UInt64(1)...4)
    func manifests(seed: UInt64) {
        var random = SeededNumbers(state: seed)
        var read = 0, refused = 0
        for round in 0..<150 {
            let bytes = Self.mutate(Self.manifest, &random)
            let label: Comment = "seed \(seed), round \(round): \(bytes)"
            do {
                let first = try SwiftManifest(parsing: bytes), second = try SwiftManifest(parsing: bytes)
                #expect(first.summary == second.summary && first.notes == second.notes, label)
                read += 1
            } catch {
                #expect((error.line ?? 1) >= 1 && !error.problem.isEmpty, label)
                refused += 1
            }
        }
        #expect(read > 10 && refused > 10, "seed \(seed): the mutations no longer reach both outcomes")
    }

    @Test("mutated pins are read or refused", arguments: UInt64(1)...4)
    func pins(seed: UInt64) {
        var random = SeededNumbers(state: seed)
        var read = 0, refused = 0
        for round in 0..<200 {
            do {
                let resolved = try PackageResolved(parsing: Self.mutate(Self.pins, &random))
                #expect(resolved.all.uses.count == resolved.graph.packages.count, "seed \(seed), round \(round)")
                read += 1
            } catch {
                #expect(!error.problem.isEmpty, "seed \(seed), round \(round)")
                refused += 1
            }
        }
        #expect(read > 5 && refused > 5, "seed \(seed): the mutations no longer reach both outcomes")
    }
}
