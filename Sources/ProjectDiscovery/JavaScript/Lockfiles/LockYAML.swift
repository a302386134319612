/// A value of a lockfile that is YAML. Scalars are text, however they are written; nothing is the empty text.
enum LockNode: Sendable {
    case scalar(String)
    case list([LockNode])
    case mapping([LockEntry])

    var text: String? {
        if case .scalar(let text) = self { text } else { nil }
    }

    var entries: [LockEntry] {
        if case .mapping(let entries) = self { entries } else { [] }
    }

    var items: [LockNode] {
        if case .list(let items) = self { items } else { [] }
    }

    /// The value under `key`. Linear in the entries.
    subscript(key: String) -> LockNode? { entries.first { $0.key == key }?.value }

    /// The value as one text that is equal exactly when the value is, whatever the order of its keys.
    var canonical: String {
        switch self {
        case .scalar(let text): return "\"\(LockText.withoutCredentials(text))\""
        case .list(let items): return "[" + items.map(\.canonical).joined(separator: ",") + "]"
        case .mapping(let entries):
            let fields = entries.map { "\"\($0.key)\":\($0.value.canonical)" }.sorted()
            return "{" + fields.joined(separator: ",") + "}"
        }
    }
}

/// One `key: value`, and the line it begins at.
struct LockEntry: Sendable {
    var key: String
    var line: Int
    var value: LockNode
}

/// The keys of a mapping, each of which may be there once.
struct LockKeys {
    private var few: [String] = []
    private var many: Set<String> = []

    mutating func add(_ key: String, line: Int) throws(JavaScriptLock.Problem) {
        // Few keys are compared faster than hashed.
        let isNew: Bool
        if few.count < 8 {
            isNew = !few.contains(key)
            few.append(key)
        } else {
            if many.isEmpty { many = Set(few) }
            isNew = many.insert(key).inserted
        }
        guard isNew else { throw JavaScriptLock.Problem("'\(key)' is there twice", line: line) }
    }
}

/// Reads the YAML that pnpm, Yarn and the usual formatters write: block mappings and lists, flow collections, quotes,
/// block text, comments, several documents. Anchors, aliases, tags and tabs for indentation are refused.
///
/// Written by hand because composing a large lockfile with libyaml takes longer than everything else that a comparison
/// does. Linear in the bytes; nesting is bounded, and what is not understood ends with a problem.
struct LockYAML {
    typealias Problem = JavaScriptLock.Problem

    private static let depthLimit = 48

    let bytes: UnsafeBufferPointer<UInt8>
    /// The next byte: the first of the content of the current line, or somewhere in a value.
    var at = 0
    /// How far the content of the current line is indented; -1 at the end of a document.
    private var indent = -1
    var line = 1

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// The documents of a file, without empty ones.
    static func documents(_ bytes: [UInt8]) throws(Problem) -> [LockNode] {
        try bytes.withUnsafeBufferPointer { (bytes) throws(Problem) -> [LockNode] in
            var parser = LockYAML(bytes: bytes)
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { parser.at = 3 }
            var documents: [LockNode] = []
            while true {
                parser.findLine()
                if parser.indent >= 0 {
                    documents.append(try parser.block(parser.indent, depth: 0))
                    guard parser.indent < 0 else {
                        throw parser.problem("this line is not indented as those around it")
                    }
                }
                guard parser.at < bytes.count else { return documents }
                // A line of three dashes or dots.
                parser.endLine()
            }
        }
    }

    func problem(_ text: String) -> Problem { Problem(text, line: line) }

    // MARK: Lines

    private func byte(_ offset: Int) -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

    /// Moves behind the end of the line that `at` is in.
    private mutating func endLine() {
        while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
        if at < bytes.count {
            at += 1
            line += 1
        }
    }

    /// From the start of a line, finds the next one with content and sets `indent`; -1 at the end of the document.
    private mutating func findLine() {
        while at < bytes.count {
            let start = at
            while at < bytes.count, bytes[at] == UInt8(ascii: " ") { at += 1 }
            guard at < bytes.count else { break }
            switch bytes[at] {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "#"): endLine()
            default:
                indent = at - start
                let first = bytes[at]
                if indent == 0, first == UInt8(ascii: "-") || first == UInt8(ascii: "."), byte(at + 1) == first,
                    byte(at + 2) == first, isEnd(at + 3)
                {
                    indent = -1
                }
                return
            }
        }
        indent = -1
    }

    /// Whether a blank or the end of the line is at `offset`.
    private func isEnd(_ offset: Int) -> Bool {
        guard let byte = byte(offset) else { return true }
        return byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    mutating func skipBlanks() {
        while at < bytes.count, bytes[at] == UInt8(ascii: " ") { at += 1 }
    }

    /// After a value: nothing but a comment may be left on its line.
    private mutating func finishLine() throws(Problem) {
        skipBlanks()
        switch byte(at) {
        case nil, UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "#"): break
        default: throw problem("something follows the value")
        }
        endLine()
        findLine()
    }

    func text(_ start: Int, _ end: Int) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<max(start, end)]), as: UTF8.self)
    }

    // MARK: Blocks

    private mutating func block(_ indent: Int, depth: Int) throws(Problem) -> LockNode {
        guard depth < LockYAML.depthLimit else { throw problem("values are nested too deep") }
        switch bytes[at] {
        case UInt8(ascii: "-") where isEnd(at + 1): return try list(indent, depth: depth)
        case UInt8(ascii: "?") where isEnd(at + 1): return try mapping(indent, depth: depth)
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            let node = try flow(depth: depth + 1)
            try finishLine()
            return node
        default:
            // A long value may begin on a line of its own.
            return depth == 0 || beginsMapping()
                ? try mapping(indent, depth: depth) : try inner(indent - 1, depth: depth, inList: false)
        }
    }

    private mutating func list(_ indent: Int, depth: Int) throws(Problem) -> LockNode {
        var items: [LockNode] = []
        while self.indent == indent, at < bytes.count, bytes[at] == UInt8(ascii: "-"), isEnd(at + 1) {
            at += 1
            items.append(try inner(indent, depth: depth, inList: true))
        }
        return .list(items)
    }

    private mutating func mapping(_ indent: Int, depth: Int) throws(Problem) -> LockNode {
        var entries: [LockEntry] = []
        var names = LockKeys()
        while self.indent == indent {
            let place = line
            let key: String
            if bytes[at] == UInt8(ascii: "?"), isEnd(at + 1) {
                key = try explicitKey(indent)
                guard self.indent == indent, byte(at) == UInt8(ascii: ":"), isEnd(at + 1) else {
                    throw problem("a ':' must follow the key")
                }
                at += 1
                entries.append(LockEntry(key: key, line: place, value: try inner(indent, depth: depth, inList: true)))
            } else {
                key = try self.key()
                entries.append(LockEntry(key: key, line: place, value: try inner(indent, depth: depth, inList: false)))
            }
            try names.add(key, line: place)
        }
        guard self.indent < indent else { throw problem("this line is not indented as those around it") }
        return .mapping(entries)
    }

    /// Reads `key:` up to behind the colon.
    private mutating func key() throws(Problem) -> String {
        let first = bytes[at]
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
            let key = try quoted()
            skipBlanks()
            guard byte(at) == UInt8(ascii: ":"), isEnd(at + 1) else { throw problem("a ':' must follow the key") }
            at += 1
            return key
        }
        try refuseIndicator(first)
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\n") {
            if bytes[at] == UInt8(ascii: ":"), isEnd(at + 1) {
                at += 1
                return text(start, at - 1)
            }
            at += 1
        }
        throw problem("a ':' must follow the key")
    }

    /// Reads `? key`, which stands for keys of more than 1,024 characters, and moves to the next line.
    private mutating func explicitKey(_ indent: Int) throws(Problem) -> String {
        at += 1
        skipBlanks()
        guard let first = byte(at) else { throw problem("the file ends within a key") }
        let key: String
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
            key = try quoted()
        } else {
            try refuseIndicator(first)
            key = plainLine()
        }
        try finishLine()
        return key
    }

    /// The value behind `key:`, `- ` or `: `. `inList`: a mapping may begin on the same line.
    private mutating func inner(_ indent: Int, depth: Int, inList: Bool) throws(Problem) -> LockNode {
        let start = at
        skipBlanks()
        switch byte(at) {
        case nil, UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "#"):
            endLine()
            findLine()
            if self.indent > indent { return try block(self.indent, depth: depth + 1) }
            if self.indent == indent, !inList, bytes[at] == UInt8(ascii: "-"), isEnd(at + 1) {
                return try list(indent, depth: depth + 1)
            }
            return .scalar("")
        case UInt8(ascii: "|"), UInt8(ascii: ">"): return blockText(indent)
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            let node = try flow(depth: depth + 1)
            try finishLine()
            return node
        case let first?:
            if inList, beginsMapping() {
                // As if what comes before were blanks.
                self.indent = indent + 1 + (at - start)
                return try block(self.indent, depth: depth + 1)
            }
            if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
                let text = try quoted()
                try finishLine()
                return .scalar(text)
            }
            try refuseIndicator(first)
            return .scalar(try plain(indent))
        }
    }

    /// Whether the rest of the line begins with `key: `.
    private func beginsMapping() -> Bool {
        var position = at
        if let quote = byte(at), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            position += 1
            while let byte = byte(position), byte != quote, byte != UInt8(ascii: "\n") { position += 1 }
            return byte(position) == quote && byte(position + 1) == UInt8(ascii: ":") && isEnd(position + 2)
        }
        while let byte = byte(position), byte != UInt8(ascii: "\n") {
            if byte == UInt8(ascii: ":"), isEnd(position + 1) { return true }
            position += 1
        }
        return false
    }

    func refuseIndicator(_ first: UInt8) throws(Problem) {
        switch first {
        case UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"):
            throw problem("an anchor, an alias or a tag is not read in a lockfile")
        case UInt8(ascii: "%"), UInt8(ascii: "`"), UInt8(ascii: "@"), UInt8(ascii: "\t"), UInt8(ascii: "}"),
            UInt8(ascii: "]"), UInt8(ascii: ","):
            throw problem("a value cannot begin with this character")
        default: break
        }
    }

    /// Plain text to the end of the line or a comment.
    private mutating func plainLine() -> String {
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\n") {
            if bytes[at] == UInt8(ascii: "#"), at > start, bytes[at - 1] == UInt8(ascii: " ") { break }
            at += 1
        }
        var end = at
        while end > start, bytes[end - 1] == UInt8(ascii: " ") || bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return text(start, end)
    }

    /// Plain text, with the lines that continue it.
    private mutating func plain(_ indent: Int) throws(Problem) -> String {
        var result = plainLine()
        endLine()
        findLine()
        while self.indent > indent {
            guard !beginsMapping() else { throw problem("this line is not indented as those around it") }
            result += " " + plainLine()
            endLine()
            findLine()
        }
        return result
    }

    /// The lines of a block text as they are.
    private mutating func blockText(_ indent: Int) -> LockNode {
        endLine()
        let start = at
        var end = at
        while at < bytes.count {
            let first = at
            while at < bytes.count, bytes[at] == UInt8(ascii: " ") { at += 1 }
            let isBlank = at == bytes.count || bytes[at] == UInt8(ascii: "\n") || bytes[at] == UInt8(ascii: "\r")
            guard isBlank || at - first > indent else {
                at = first
                break
            }
            endLine()
            if !isBlank { end = at }
        }
        let result = text(start, end)
        findLine()
        return .scalar(result)
    }
}
