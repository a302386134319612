/// What one .go file says of its package: name, imports, embedded files.
///
/// Reads the head of the file, and the rest only when it may embed files. Format: the Go specification, "Packages", and the
/// documentation of `embed` and `go/build`. Written by hand: no library here reads Go.
struct GoSource: Sendable, Hashable {
    struct Import: Sendable, Hashable {
        var path: String
        var line: Int
    }

    var package = ""
    var imports: [Import] = []
    /// Patterns as written, without `all:`.
    var embeds: [String] = []
    /// True for a file that no build takes: its constraint is `ignore`.
    var isIgnored = false
    /// True when the file has another constraint.
    var isConstrained = false

    var usesCgo: Bool { imports.contains { $0.path == "C" } }

    /// Any bytes are safe. A file that Go would refuse too gives what stands before the fault.
    init(scanning bytes: [UInt8]) {
        var scanner = GoScanner(bytes: bytes)
        scanner.skipTrivia()
        for constraint in scanner.constraints {
            isConstrained = true
            if GoSource.ignores(constraint) { isIgnored = true }
        }
        guard scanner.word() == "package" else { return }
        scanner.skipTrivia()
        package = scanner.word() ?? ""
        scanner.endStatement()
        while scanner.peekWord() == "import" {
            _ = scanner.word()
            scanner.skipTrivia()
            if scanner.take(UInt8(ascii: "(")) {
                scanner.endStatement()
                while !scanner.take(UInt8(ascii: ")")) {
                    guard let found = GoSource.specification(&scanner) else { return }
                    imports.append(found)
                    scanner.endStatement()
                }
            } else {
                guard let found = GoSource.specification(&scanner) else { return }
                imports.append(found)
            }
            scanner.endStatement()
        }
        guard imports.contains(where: { $0.path == "embed" }) else { return }
        for comment in scanner.embedComments() { embeds += GoSource.patterns(comment) }
    }

    /// `[NAME] "path"`.
    private static func specification(_ scanner: inout GoScanner) -> Import? {
        scanner.skipTrivia()
        if !scanner.take(UInt8(ascii: ".")) { _ = scanner.word() }
        scanner.skipTrivia()
        let line = scanner.line
        return scanner.text().map { Import(path: $0, line: line) }
    }

    /// Whether a constraint holds only with the tag `ignore`, which by convention nobody sets.
    private static func ignores(_ constraint: String) -> Bool {
        if constraint.contains("||") || constraint.contains("!") { return false }
        return constraint.split { $0 == " " || $0 == "&" || $0 == "(" || $0 == ")" || $0 == "," }.contains("ignore")
    }

    private static func patterns(_ comment: String) -> [String] {
        var found: [String] = [], rest = comment[...]
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "\r" }
            guard let first = rest.first else { return found }
            let pattern: Substring
            if first == "\"" || first == "`" {
                let body = rest.dropFirst()
                guard let end = body.firstIndex(of: first) else { return found }
                pattern = body[..<end]
                rest = body[body.index(after: end)...]
            } else {
                pattern = rest.prefix { $0 != " " && $0 != "\t" && $0 != "\r" }
                rest = rest[pattern.endIndex...]
            }
            found.append(String(pattern.hasPrefix("all:") ? pattern.dropFirst(4) : pattern))
        }
    }
}

/// The bytes of a .go file and a place in them.
struct GoScanner {
    private let bytes: [UInt8]
    private var at = 0
    private(set) var line = 1
    /// What `//go:build` and `// +build` said in the comments passed so far.
    private(set) var constraints: [String] = []
    /// What followed `//go:embed` in them.
    private var embeds: [String] = []

    init(bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    }

    private func byte(_ offset: Int = 0) -> UInt8? { at + offset < bytes.count ? bytes[at + offset] : nil }

    /// Passes white space and comments.
    mutating func skipTrivia() {
        while let byte = byte() {
            if byte == UInt8(ascii: "\n") {
                line += 1
                at += 1
            } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r") {
                at += 1
            } else if byte == UInt8(ascii: "/"), self.byte(1) == UInt8(ascii: "/") {
                let text = lineComment()
                noteEmbed(text)
                if text.hasPrefix("//go:build ") {
                    constraints.append(String(text.dropFirst(11)))
                } else if text.hasPrefix("//"), let build = text.firstRange(of: "+build "),
                    text[text.index(text.startIndex, offsetBy: 2)..<build.lowerBound].allSatisfy({ $0 == " " })
                {
                    constraints.append(String(text[build.upperBound...]))
                }
            } else if byte == UInt8(ascii: "/"), self.byte(1) == UInt8(ascii: "*") {
                skipBlockComment()
            } else {
                return
            }
        }
    }

    /// Passes what may stand between two statements.
    mutating func endStatement() {
        repeat { skipTrivia() } while take(UInt8(ascii: ";"))
    }

    mutating func take(_ wanted: UInt8) -> Bool {
        guard byte() == wanted else { return false }
        at += 1
        return true
    }

    func peekWord() -> String? {
        var copy = self
        return copy.word()
    }

    /// An identifier; `nil` when there is none here.
    mutating func word() -> String? {
        let start = at
        while let byte = byte(), GoScanner.isWord(byte) { at += 1 }
        return at > start ? String(decoding: bytes[start..<at], as: UTF8.self) : nil
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }

    /// A string of either kind; escapes, which no import path needs, are left as written.
    mutating func text() -> String? {
        guard let quote = byte(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "`") else { return nil }
        let start = at + 1
        skipText()
        guard at - 1 >= start, bytes[at - 1] == quote else { return nil }
        return String(decoding: bytes[start..<at - 1], as: UTF8.self)
    }

    /// Passes a string or rune that starts here.
    private mutating func skipText() {
        guard let quote = byte() else { return }
        at += 1
        while let next = byte() {
            at += 1
            if next == quote { return }
            if next == UInt8(ascii: "\n") {
                line += 1
                // Only a raw string goes on.
                if quote != UInt8(ascii: "`") { return }
            } else if next == UInt8(ascii: "\\"), quote != UInt8(ascii: "`"), byte() != UInt8(ascii: "\n"),
                at < bytes.count
            {
                at += 1
            }
        }
    }

    private mutating func lineComment() -> String {
        let start = at
        while let byte = byte(), byte != UInt8(ascii: "\n") { at += 1 }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private mutating func skipBlockComment() {
        at += 2
        while let byte = byte() {
            if byte == UInt8(ascii: "*"), self.byte(1) == UInt8(ascii: "/") {
                at += 2
                return
            }
            if byte == UInt8(ascii: "\n") { line += 1 }
            at += 1
        }
    }

    private mutating func noteEmbed(_ comment: String) {
        let marker = "//go:embed"
        guard comment.hasPrefix(marker), let next = comment.dropFirst(marker.count).first, next == " " || next == "\t"
        else { return }
        embeds.append(String(comment.dropFirst(marker.count)))
    }

    /// What follows `//go:embed` in each such comment of the file. Passes the rest of it.
    mutating func embedComments() -> [String] {
        while let byte = byte() {
            if byte == UInt8(ascii: "/"), self.byte(1) == UInt8(ascii: "/") {
                noteEmbed(lineComment())
            } else if byte == UInt8(ascii: "/"), self.byte(1) == UInt8(ascii: "*") {
                skipBlockComment()
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`") || byte == UInt8(ascii: "'") {
                skipText()
            } else {
                if byte == UInt8(ascii: "\n") { line += 1 }
                at += 1
            }
        }
        return embeds
    }
}
