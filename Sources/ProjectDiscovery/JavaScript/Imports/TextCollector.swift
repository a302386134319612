/// Collects the texts of a JavaScript file that may be paths, with the names of the properties they stand under.
///
/// For configuration of tools, which is code that mostly consists of one object.
struct TextCollector {
    struct Text: Sendable, Hashable {
        var value: String
        /// The keys of the objects around it, outermost first; `URL` for the argument of `new URL(`.
        var labels: [String]
        /// Where it begins.
        var offset: Int
    }

    private(set) var texts: [Text] = []
    /// The key that is open at each depth.
    private var labels: [String?] = []
    /// The last word or text, which a colon makes a key, and a parenthesis a call.
    var lastName: ArraySlice<UInt8> = []
    /// Where the last text of a call ended, what it stood for, and how deep.
    private var last: (end: Int, value: String, depth: Int)?

    /// More than any configuration has.
    private static let limit = 4096

    mutating func label(depth: Int) {
        guard depth > 0 else { return }
        while labels.count <= depth { labels.append(nil) }
        labels[depth] = String(decoding: lastName, as: UTF8.self)
    }

    mutating func open(depth: Int, isCall: Bool) {
        while labels.count <= depth { labels.append(nil) }
        labels[depth] = isCall && lastName.elementsEqual("URL".utf8) ? "URL" : nil
    }

    /// - Parameters:
    ///   - range: the text with its quotes.
    ///   - follows: whether nothing but a comma stands between the text before and this one.
    mutating func add(_ value: String, _ range: Range<Int>, depth: Int, joins: Bool, follows: (Int) -> Bool) {
        lastName = Array(value.utf8)[...]
        guard texts.count < TextCollector.limit else { return }
        var value = value
        // `join(__dirname, "..", "..", "shared")` is one text.
        if joins, let last, last.depth == depth, last.value.hasPrefix("."), follows(last.end) {
            value = last.value + "/" + value
            if texts.last?.value == last.value { texts.removeLast() }
        }
        last = joins ? (range.upperBound, value, depth) : nil
        guard value.contains("./") || value.contains("<rootDir>") || value.hasPrefix("..") else { return }
        let open = labels.prefix(depth + 1).compactMap { $0 }
        texts.append(Text(value: value, labels: open, offset: range.lowerBound))
    }
}

extension ImportScanner {
    /// Takes the string that began at `start` and ends here.
    mutating func collectString(_ start: Int) {
        guard at - start >= 2 else { return }
        collect((start + 1)..<(at - 1), from: start)
    }

    /// Takes a text without its quotes; the part of a template after the last substitution is one.
    mutating func collect(_ range: Range<Int>, from start: Int) {
        let text = bytes[range]
        let value =
            text.contains(UInt8(ascii: "\\")) ? StringEscapes.resolved(text) : String(decoding: text, as: UTF8.self)
        let bytes = bytes
        texts?.add(value, start..<(range.upperBound + 1), depth: stack.count, joins: stack.last == .paren) { end in
            guard end < start, start - end < 64 else { return false }
            return bytes[end..<start].allSatisfy { $0 == UInt8(ascii: ",") || ByteClass.of($0) == .space }
        }
    }
}

/// What a configuration that is code names: the modules it loads, and texts that may be paths.
struct ConfigurationCode {
    var imports: [JavaScriptImports.Import]
    /// With the line of each, counted from 1.
    var texts: [(text: TextCollector.Text, line: Int)]

    /// Any bytes are safe; the cost is linear in their number.
    init(scanning bytes: [UInt8], readsJSX: Bool) {
        let found = ImportScanner.scan(
            bytes, range: 0..<bytes.count, readsJSX: readsJSX, collecting: TextCollector())
        imports = JavaScriptImports.lined(found.imports, bytes)
        var lines = LineCounter(bytes)
        texts = found.texts.sorted { $0.offset < $1.offset }.map { ($0, lines.line(at: $0.offset)) }
    }
}
