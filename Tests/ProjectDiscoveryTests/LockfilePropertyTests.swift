import GitObjects
import Glibc
import ProjectDiscovery
import Testing
import WorkspaceModel

/// Random workspaces and lockfiles against a model that only follows edges.
@Suite("lockfiles, generated")
struct LockfilePropertyTests {
    static let isLong = getenv("RIPPLE_TEST_LONG").map { String(cString: $0) } == "1"

    enum Format: String, CaseIterable, Sendable {
        case npm = "package-lock.json"
        case pnpm = "pnpm-lock.yaml"
        case classic = "yarn.lock"
        case berry = "yarn.lock of Berry"
        case bun = "bun.lock"

        var file: String { self == .berry ? "yarn.lock" : rawValue }
    }

    /// A text whose beginning names the case: the whole would fill the log.
    struct Hostile: CustomTestStringConvertible, Sendable {
        var text: String
        var testDescription: String { String(text.prefix(12)).replacing("\n", with: " ") }
    }

    /// Packages with one version each, which every format writes the same way.
    struct World {
        var contents: [Int] = []
        var edges: [Set<Int>] = []
        var members: [Set<Int>] = []
        var root: Set<Int> = []

        init(_ random: inout JavaScriptRandom) {
            let count = Int.random(in: 1...24, using: &random)
            for _ in 0..<count {
                contents.append(Int.random(in: 0..<1000, using: &random))
                edges.append(World.pick(count, upTo: 3, &random))
            }
            for _ in 0..<Int.random(in: 1...5, using: &random) { members.append(World.pick(count, upTo: 4, &random)) }
            if Bool.random(using: &random) { root = World.pick(count, upTo: 2, &random) }
        }

        static func pick(_ count: Int, upTo limit: Int, _ random: inout JavaScriptRandom) -> Set<Int> {
            Set((0..<Int.random(in: 0...limit, using: &random)).map { _ in Int.random(in: 0..<count, using: &random) })
        }

        mutating func edit(_ random: inout JavaScriptRandom) {
            let package = Int.random(in: contents.indices, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: contents[package] += 1
            case 1: edges[package] = World.pick(contents.count, upTo: 3, &random)
            case 2: edges[package].formSymmetricDifference([Int.random(in: contents.indices, using: &random)])
            case 3: members[Int.random(in: members.indices, using: &random)].formSymmetricDifference([package])
            default: root.formSymmetricDifference([package])
            }
        }

        /// Everything that decides what a member gets, as the packages below it with their contents and edges.
        func view(_ member: Int) -> [Int: [Int]] {
            var found: [Int: [Int]] = [:]
            var open = Array(members[member].union(root))
            while let package = open.popLast() {
                guard found[package] == nil else { continue }
                found[package] = [contents[package]] + edges[package].sorted()
                open += edges[package]
            }
            found[-1] = members[member].union(root).sorted()
            return found
        }

        private func table(_ packages: Set<Int>) -> String {
            "{" + packages.sorted().map { "\"p\($0)\": \"^1.0.0\"" }.joined(separator: ", ") + "}"
        }

        func files(_ format: Format) -> [String: String] {
            var files = ["package.json": #"{ "name": "w", "workspaces": ["m/*"], "dependencies": \#(table(root)) }"#]
            for (number, member) in members.enumerated() {
                files["m/\(number)/package.json"] = #"{ "name": "m\#(number)", "dependencies": \#(table(member)) }"#
            }
            if format == .pnpm { files["pnpm-workspace.yaml"] = "packages: ['m/*']" }
            files[format.file] = lock(format)
            return files
        }

        private func lock(_ format: Format) -> String {
            switch format {
            case .npm:
                var entries = [#""": { "dependencies": \#(table(root)) }"#]
                for (number, member) in members.enumerated() {
                    entries.append(#""m/\#(number)": { "dependencies": \#(table(member)) }"#)
                }
                for (number, content) in contents.enumerated() {
                    entries.append(
                        #""node_modules/p\#(number)": { "version": "1.0.0", "integrity": "\#(content)", "dependencies": \#(table(edges[number])) }"#
                    )
                }
                return #"{ "lockfileVersion": 3, "packages": { \#(entries.joined(separator: ",\n")) } }"#
            case .bun:
                var workspaces = [#""": { "dependencies": \#(table(root)) }"#]
                var packages: [String] = []
                for (number, member) in members.enumerated() {
                    workspaces.append(#""m/\#(number)": { "name": "m\#(number)", "dependencies": \#(table(member)) }"#)
                    packages.append(#""m\#(number)": ["m\#(number)@workspace:m/\#(number)"]"#)
                }
                for (number, content) in contents.enumerated() {
                    packages.append(
                        #""p\#(number)": ["p\#(number)@1.0.0", "", { "dependencies": \#(table(edges[number])) }, "\#(content)"]"#
                    )
                }
                return
                    #"{ "lockfileVersion": 1, "workspaces": { \#(workspaces.joined(separator: ",")) }, "packages": { \#(packages.joined(separator: ",\n")), } }"#
            case .pnpm:
                func uses(_ packages: Set<Int>, _ indent: String) -> String {
                    packages.isEmpty
                        ? " {}\n"
                        : "\n\(indent)dependencies:\n" + packages.sorted().map { "\(indent)  p\($0): 1.0.0\n" }.joined()
                }
                var text = "lockfileVersion: '9.0'\n\nimporters:\n\n  .:" + uses(root, "    ")
                for (number, member) in members.enumerated() { text += "\n  m/\(number):" + uses(member, "    ") }
                text += "\npackages:\n"
                for (number, content) in contents.enumerated() {
                    text += "\n  p\(number)@1.0.0:\n    resolution: {integrity: '\(content)'}\n"
                }
                text += "\nsnapshots:\n"
                for number in contents.indices { text += "\n  p\(number)@1.0.0:" + uses(edges[number], "    ") }
                return text
            case .classic:
                return contents.enumerated().map { number, content in
                    var text = "p\(number)@^1.0.0:\n  version \"1.0.0\"\n  integrity \(content)\n"
                    if !edges[number].isEmpty { text += "  dependencies:\n" }
                    for target in edges[number].sorted() { text += "    p\(target) \"^1.0.0\"\n" }
                    return text
                }.joined(separator: "\n")
            case .berry:
                func entry(_ key: String, _ resolution: String, _ uses: Set<Int>, _ fields: String) -> String {
                    var text = "\n\"\(key)\":\n  version: 1.0.0\n  resolution: \"\(resolution)\"\n"
                    if !uses.isEmpty { text += "  dependencies:\n" }
                    for target in uses.sorted() { text += "    p\(target): \"npm:^1.0.0\"\n" }
                    return text + fields
                }
                var text = "__metadata:\n  version: 8\n" + entry("w@workspace:.", "w@workspace:.", root, "")
                for (number, member) in members.enumerated() {
                    text += entry("m\(number)@workspace:m/\(number)", "m\(number)@workspace:m/\(number)", member, "")
                }
                // Yarn drops what nobody asks for.
                let asked = members.indices.reduce(into: Set<Int>()) { $0.formUnion(view($1).keys) }
                for (number, content) in contents.enumerated() where asked.contains(number) {
                    text += entry(
                        "p\(number)@npm:^1.0.0", "p\(number)@npm:1.0.0", edges[number], "  checksum: 10c0/\(content)\n")
                }
                return text
            }
        }
    }

    @Test("a random edit changes exactly the members whose packages changed", arguments: Format.allCases)
    func edits(_ format: Format) throws {
        for seed in 0..<UInt64(LockfilePropertyTests.isLong ? 5_000 : 120) {
            var random = JavaScriptRandom(state: seed)
            var world = World(&random)
            let before = try discoverJavaScript(world.files(format)), old = world
            for _ in 0..<Int.random(in: 0...2, using: &random) { world.edit(&random) }
            let after = try discoverJavaScript(world.files(format))
            for member in world.members.indices {
                let path = "m/\(member)"
                let isWhole = after.project(path)?.externals.first?.isWholeLockfile
                #expect(isWhole == false, "seed \(seed): \(after.reach(path))")
                let changed = before.digest(path) != after.digest(path)
                #expect(changed == (old.view(member) != world.view(member)), "seed \(seed), \(path)")
                guard let new = after.project(path)?.externals.first?.resolution,
                    let was = before.project(path)?.externals.first?.resolution
                else { continue }
                #expect(new.differences(from: was).isEmpty || changed, "seed \(seed), \(path)")
            }
        }
    }

    @Test("damaged lockfiles and random bytes end quickly, read or counted as a whole", arguments: Format.allCases)
    func damage(_ format: Format) throws {
        let pieces = [
            "{", "[", "\"", "'", ":", "\n", "  ", "- ", "? ", "&a ", "*a", "|", ">", "#", "\\", ",", "---\n", "\u{0}",
            "é",
        ]
        for seed in 0..<UInt64(LockfilePropertyTests.isLong ? 50_000 : 400) {
            var random = JavaScriptRandom(state: seed &+ 7_000_000)
            let world = World(&random)
            var files = world.files(format)
            var bytes = Array((files[format.file] ?? "").utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let at = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 0...40, using: &random)))
                case 1: bytes.insert(contentsOf: (pieces.randomElement(using: &random) ?? "").utf8, at: at)
                case 2: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 60)], at: at)
                case 3: if at < bytes.count { bytes[at] = UInt8.random(in: 0...255, using: &random) }
                default:
                    bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                        UInt8.random(in: 0...127, using: &random)
                    }
                }
            }
            files[format.file] = String(decoding: bytes, as: UTF8.self)
            let found = try discoverJavaScript(files)
            let closure = try #require(found.project("m/0")?.externals.first)
            #expect(closure.isWholeLockfile == (closure.resolution == nil), "seed \(seed)")
            #expect(!closure.isWholeLockfile || closure.problem?.isEmpty == false, "seed \(seed)")
        }
    }

    @Test(
        "nesting and repetition without end are refused",
        arguments: [
            String(repeating: "[", count: 100_000), String(repeating: "{", count: 100_000),
            String(repeating: "{a: ", count: 50_000), "a: " + String(repeating: "[", count: 100_000),
            String(repeating: "- ", count: 50_000) + "a", String(repeating: "? ", count: 50_000),
            (0..<3_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
            String(repeating: "a", count: 1_000_000), "\"" + String(repeating: "\\", count: 100_000),
            "__metadata:\n" + String(repeating: "  - ", count: 50_000),
            "a: |\n" + String(repeating: " \n", count: 100_000),
            "{" + (0..<100_000).map { "a\($0): b, " }.joined(),
            "{ \"lockfileVersion\": 3, \"packages\": { \""
                + String(repeating: "node_modules/a/", count: 100_000)
                + "\": { \"dependencies\": { \"x\": \"1\" } } } }",
            "a: &a [x]\n" + (0..<50).map { "b\($0): &b\($0) [*a, *a]\n" }.joined(),
        ].map { Hostile(text: $0) })
    func bounds(_ hostile: Hostile) throws {
        for format in Format.allCases {
            var files = ["package.json": #"{ "workspaces": ["m/*"] }"#, "m/0/package.json": #"{ "name": "m" }"#]
            if format == .pnpm { files["pnpm-workspace.yaml"] = "packages: ['m/*']" }
            files[format.file] = hostile.text
            let found = try discoverJavaScript(files)
            #expect(found.project("m/0")?.externals.first?.isWholeLockfile == true, "\(format)")
        }
    }
}
