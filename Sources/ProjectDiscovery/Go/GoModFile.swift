/// Why a go.mod, go.work or go.sum was not understood: a sentence without its place, and the line.
struct GoProblem: Error, Sendable, Hashable {
    var line: Int
    var problem: String
}

/// A go.mod or go.work.
///
/// Format: the Go Modules Reference, "go.mod files" and "Workspaces" (Go 1.25). Written by hand: no library here reads it.
struct GoModFile: Sendable {
    struct Requirement: Sendable, Hashable {
        var path: String
        var version: String
        var line: Int
    }

    struct Replacement: Sendable, Hashable {
        var path: String
        /// `nil` for all versions.
        var version: String?
        var target: String
        /// `nil` when the target is a directory.
        var targetVersion: String?
        var line: Int
    }

    var module: String?
    var requirements: [Requirement] = []
    var replacements: [Replacement] = []
    /// The directories of go.work, as written.
    var uses: [(path: String, line: Int)] = []
    /// Everything else that can change a build, as canonical text by directive: `go`, `toolchain`, `exclude`, `godebug` and
    /// what is not known. `retract`, which speaks to other modules, is left out.
    var settings: [String: [String]] = [:]
    /// The first line of each directive.
    var lines: [String: Int] = [:]

    init(parsing bytes: [UInt8]) throws(GoProblem) {
        var block: String?, number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let words = try GoModFile.words(line, number)
            guard let first = words.first else { continue }
            if let verb = block {
                if words == [")"] { block = nil } else { try add(verb, words, number) }
            } else if words.count == 2, words[1] == "(" {
                block = first
            } else if words.count == 3, words[1] == "(", words[2] == ")" {
                continue
            } else {
                try add(first, Array(words.dropFirst()), number)
            }
        }
        if let block { throw GoProblem(line: number, problem: "the block of '\(block)' is not closed") }
    }

    private mutating func add(_ verb: String, _ words: [String], _ line: Int) throws(GoProblem) {
        let first = words.first ?? ""
        for marker in ["<<<<<<<", "=======", ">>>>>>>", "|||||||"] where verb == marker || first == marker {
            throw GoProblem(line: line, problem: "a merge conflict is not resolved")
        }
        func bad(_ expected: String) -> GoProblem { GoProblem(line: line, problem: "expected '\(verb) \(expected)'") }
        if lines[verb] == nil { lines[verb] = line }
        switch verb {
        case "module":
            guard words.count == 1, module == nil, !words[0].isEmpty else { throw bad("PATH', once") }
            module = words[0]
        case "require":
            guard words.count == 2 else { throw bad("PATH VERSION") }
            requirements.append(Requirement(path: words[0], version: words[1], line: line))
        case "replace":
            guard let arrow = words.firstIndex(of: "=>"), (1...2).contains(arrow),
                (1...2).contains(words.count - arrow - 1)
            else { throw bad("PATH [VERSION] => PATH [VERSION]") }
            replacements.append(
                Replacement(
                    path: words[0], version: arrow == 2 ? words[1] : nil, target: words[arrow + 1],
                    targetVersion: words.count - arrow - 1 == 2 ? words[arrow + 2] : nil, line: line))
        case "use":
            guard words.count == 1 else { throw bad("DIRECTORY") }
            uses.append((words[0], line))
        case "retract": return
        default: settings[verb, default: []].append(words.joined(separator: " "))
        }
    }

    /// The words of a line without its comment.
    private static func words(_ line: ArraySlice<UInt8>, _ number: Int) throws(GoProblem) -> [String] {
        var words: [String] = [], at = line.startIndex
        while at < line.endIndex {
            let byte = line[at]
            if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r") {
                at += 1
            } else if byte == UInt8(ascii: "/"), at + 1 < line.endIndex, line[at + 1] == UInt8(ascii: "/") {
                break
            } else if byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") {
                words.append(byte == UInt8(ascii: "(") ? "(" : ")")
                at += 1
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`") {
                guard let end = line[(at + 1)...].firstIndex(of: byte) else {
                    throw GoProblem(line: number, problem: "a text is not closed")
                }
                words.append(String(decoding: line[(at + 1)..<end], as: UTF8.self))
                at = end + 1
            } else {
                let start = at
                while at < line.endIndex, !" \t\r()".utf8.contains(line[at]) {
                    if line[at] == UInt8(ascii: "/"), at + 1 < line.endIndex, line[at + 1] == UInt8(ascii: "/"),
                        at > start
                    {
                        break
                    }
                    at += 1
                }
                words.append(String(decoding: line[start..<at], as: UTF8.self))
            }
        }
        return words
    }
}

/// The hashes of a go.sum or go.work.sum, by `MODULE VERSION`.
struct GoSumFile: Sendable {
    var hashes: [String: [String]] = [:]

    init(parsing bytes: [UInt8]) throws(GoProblem) {
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\t") }
            if words.isEmpty { continue }
            guard words.count == 3, words[2].starts(with: "h1:".utf8) else {
                throw GoProblem(line: number, problem: "the line is not 'MODULE VERSION HASH'")
            }
            var version = words[1]
            let suffix = Array("/go.mod".utf8)
            let isManifest = version.count > suffix.count && version.suffix(suffix.count).elementsEqual(suffix)
            if isManifest { version = version.dropLast(suffix.count) }
            let key = String(decoding: words[0], as: UTF8.self) + " " + String(decoding: version, as: UTF8.self)
            hashes[key, default: []].append((isManifest ? "mod " : "") + String(decoding: words[2], as: UTF8.self))
        }
    }
}
