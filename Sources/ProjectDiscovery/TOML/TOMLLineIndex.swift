/// Where each key of a TOML text stands: the line of every table header, key and text in an array.
///
/// The parser used here gives no positions, so one scan over the bytes finds them. The scan reads the structure only
/// (keys, brackets, strings, comments), of TOML 1.1; values are the parser's business. It also bounds nesting, which
/// the parser does not do for dotted keys, and finds what must be blanked for a TOML 1.0 parser to read 1.1.
struct TOMLLineIndex: Sendable {
    private var lines: [String: Int] = [:]
    /// Offsets of line breaks, comments and last commas within inline tables: TOML 1.1 allows them, 1.0 does not.
    private(set) var blanks: [Int] = []

    /// Scans `bytes`, which hold no NUL; throws at the first thing that is not TOML's structure.
    init(scanning bytes: [UInt8]) throws(TOMLProblem) {
        var scanner = TOMLScanner(bytes: bytes)
        try scanner.scan()
        lines = scanner.lines
        blanks = scanner.blanks
    }

    /// The line of the key or text at `path`, or of the nearest thing above it that is known.
    func line(_ path: [String]) -> Int? {
        var path = path[...]
        while !path.isEmpty {
            if let line = lines[path.joined(separator: "\0")] { return line }
            path = path.dropLast()
        }
        return nil
    }

    func line(_ path: String...) -> Int? { line(path) }
}
