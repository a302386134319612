internal import SwiftParser
internal import SwiftSyntax

extension SwiftManifest {
    /// No manifest that people write is as large.
    private static let sizeLimit = 1 << 20
    /// Brackets inside brackets; the parser goes no deeper.
    private static let nestingLimit = 64

    /// Reads a manifest of SwiftPM (PackageDescription of any tools version up to 6.3).
    ///
    /// Throws when the text is no Swift; what is Swift and not followed is in the result.
    init(parsing bytes: [UInt8]) throws(SwiftManifestProblem) {
        guard bytes.count <= SwiftManifest.sizeLimit else {
            throw SwiftManifestProblem(line: nil, problem: "it is larger than 1 MiB")
        }
        let lines = ManifestLines(bytes)
        if let line = SwiftManifest.conflictLine(bytes) {
            throw SwiftManifestProblem(line: line, problem: "there is a conflict marker of a merge")
        }
        let file = bytes.withUnsafeBufferPointer {
            Parser.parse(source: $0, maximumNestingLevel: SwiftManifest.nestingLimit)
        }
        let sweep = ManifestSweep(file, ManifestDeclarations(file.statements))
        if let error = sweep.firstError {
            throw SwiftManifestProblem(
                line: lines.line(of: error), problem: "this is not Swift as far as it is known here")
        }
        guard !sweep.isTooLarge else { throw SwiftManifestProblem(line: nil, problem: "it is too large") }
        let evaluator = ManifestEvaluator(file, lines: lines)
        var reader = ManifestReader(evaluator: evaluator, sweep: sweep)
        self = reader.manifest()
        toolsVersion = SwiftManifest.toolsVersion(bytes)
    }

    /// Whether a file of a manifest's name is one: it says a tools version, or imports PackageDescription. A program may
    /// have a type `Package` in a file of that name.
    static func isManifest(_ bytes: [UInt8]) -> Bool {
        if !toolsVersion(bytes).isEmpty { return true }
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
            guard let word = words.firstIndex(where: { $0.elementsEqual("import".utf8) }), word + 1 < words.count,
                words[word + 1].starts(with: "PackageDescription".utf8)
            else { continue }
            if words[..<word].allSatisfy({ !$0.starts(with: "/".utf8) && !$0.starts(with: "*".utf8) }) { return true }
        }
        return false
    }

    /// The line of the first conflict marker, which Swift's parser passes over as if it were a comment.
    private static func conflictLine(_ bytes: [UInt8]) -> Int? {
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        where line.starts(with: "<<<<<<< ".utf8) || line.starts(with: ">>>>>>> ".utf8) {
            return number + 1
        }
        return nil
    }

    /// The version in `// swift-tools-version:5.9`, which stands in the first line that is not empty.
    private static func toolsVersion(_ bytes: [UInt8]) -> [Int] {
        let text = String(decoding: bytes.prefix(1024), as: UTF8.self)
        guard let line = text.split(whereSeparator: \.isNewline).first(where: { !$0.allSatisfy(\.isWhitespace) }) else {
            return []
        }
        let lowered = line.lowercased()
        guard lowered.drop(while: \.isWhitespace).hasPrefix("//"),
            let colon = lowered.firstIndex(of: ":"), lowered[..<colon].contains("swift-tools-version")
        else { return [] }
        let version = lowered[lowered.index(after: colon)...].drop(while: \.isWhitespace)
            .prefix { $0.isNumber || $0 == "." }
        return version.split(separator: ".").compactMap { Int($0) }
    }
}
