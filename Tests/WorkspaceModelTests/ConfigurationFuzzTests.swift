import GitObjects
import Testing
import WorkspaceModel

@Suite("mutated ripple.yaml")
struct ConfigurationFuzzTests {
    private static let seeds: [String] = [
        """
        version: 1
        projects: ["apps/*", "packages/**"]
        ignore: &ignored ["**/*.md", 'docs/**']
        tasks:
          build: &build
            command: |
              echo "a?"
              make
            inputs: ["**/*", "!**/*.test.ts"]
            resources: { cpus: 2, memory: 512MiB }
          test: { <<: *build, timeout: 10m, env: [A, B], cache: true }
        globalInputs: *ignored
        """,
        """
        # a project
        name: "@shop/web"
        type: app
        dependsOn:
          - packages/ui
        tasks:
          deploy:
            command: >-
              folded
              text
            dependsOn: [build, ^build, "x#y"]
            timeout: 1h30m
        """,
    ]

    private static let pieces: [String] = [
        "*", "&", "?", ": ", "- ", "!", "%", "@", "`", "[", "]", "{", "}", ",", "|", ">", "\"", "'", "#", "\n", "\t",
        "\r\n", "  ", "*a", "&a ", "? ", "!!str ", "<<: ", "---\n", "...\n", "%YAML 1.1\n", "\\", "\\ud800", "\\0",
        "\u{FEFF}", "\u{E000}", "\u{85}", "\u{2028}", "\u{1F600}", "~", "null", "0", "\0", "!<", "!a!b ", "|+9",
    ]

    @Test("a mutated file is read or refused, with a place inside the file", arguments: 1...8 as ClosedRange<UInt64>)
    func mutations(seed: UInt64) {
        var random = SplitMix(state: seed)
        var read = 0, refused = 0
        for round in 0..<400 {
            var bytes = Array(Self.seeds[Int(random.next() % 2)].utf8)
            for _ in 0...(random.next() % 4) { Self.mutate(&bytes, &random) }
            let lines = bytes.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } + bytes.count / 2 + 2
            do {
                _ = try WorkspaceConfiguration.parse(bytes, path: "ripple.yaml")
                read += 1
            } catch {
                refused += 1
                Self.check(error, lines: lines, "seed \(seed), round \(round): \(bytes)")
            }
            do {
                _ = try ProjectConfiguration.parse(bytes, path: "ripple.yaml")
                read += 1
            } catch {
                refused += 1
                Self.check(error, lines: lines, "seed \(seed), round \(round): \(bytes)")
            }
        }
        #expect(read > 20 && refused > 20, "seed \(seed): the mutations no longer reach both outcomes")
    }

    private static func check(_ error: ConfigurationError, lines: Int, _ context: String) {
        #expect(!error.problem.isEmpty && !error.problem.contains("\n"), "\(context)")
        #expect((error.line ?? 1) >= 1 && (error.line ?? 1) <= lines, "\(context)")
        #expect((error.column ?? 1) >= 1, "\(context)")
    }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        let place = Int(random.next() % UInt64(bytes.count + 1))
        let length = min(bytes.count - place, Int(random.next() % 12))
        switch random.next() % 6 {
        case 0: bytes.removeSubrange(place..<(place + length))
        case 1: bytes.insert(contentsOf: bytes[place..<(place + length)], at: Int(random.next() % UInt64(place + 1)))
        case 2: if place < bytes.count { bytes[place] = UInt8(truncatingIfNeeded: random.next()) }
        case 3: bytes.removeSubrange(place...)
        default:
            let piece = pieces[Int(random.next() % UInt64(pieces.count))]
            bytes.insert(contentsOf: piece.utf8, at: place)
        }
    }
}

/// SplitMix64: a small generator whose whole state is its seed.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
