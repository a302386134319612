internal import TOMLKit

/// A value of a TOML document, detached from the parser that read it.
indirect enum TOMLNode: Sendable, Hashable {
    case string(String)
    case bool(Bool)
    /// A number or a date: only its text counts here.
    case scalar(String)
    case array([TOMLNode])
    case table([String: TOMLNode])

    var string: String? { if case .string(let text) = self { text } else { nil } }
    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    var array: [TOMLNode]? { if case .array(let nodes) = self { nodes } else { nil } }
    var table: [String: TOMLNode]? { if case .table(let entries) = self { entries } else { nil } }

    /// The value as text in one canonical form: keys sorted, strings quoted. Equal values, equal text.
    var canonicalText: String {
        switch self {
        case .string(let text): TOMLNode.quoted(text)
        case .bool(let value): value ? "true" : "false"
        case .scalar(let text): text
        case .array(let nodes): "[" + nodes.map(\.canonicalText).joined(separator: ",") + "]"
        case .table(let entries):
            "{"
                + entries.sorted { $0.key < $1.key }
                .map { "\(TOMLNode.quoted($0.key)):\($0.value.canonicalText)" }.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { result.append("\\") }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }
}

/// A parsed TOML text with the lines of its keys.
struct TOMLDocument: Sendable {
    let root: [String: TOMLNode]
    let lines: TOMLLineIndex

    /// No manifest comes near this; parsing more would cost seconds and memory that is never given back.
    static let largest = 8 << 20

    /// Parses TOML 1.0, and 1.1's line breaks and last commas in inline tables. Any bytes are safe to pass.
    init(parsing bytes: [UInt8]) throws(TOMLProblem) {
        guard bytes.count <= TOMLDocument.largest else {
            throw TOMLProblem(line: nil, problem: "the file is larger than \(TOMLDocument.largest >> 20) MB")
        }
        do {
            (root, lines) = try TOMLDocument.parse(bytes)
        } catch {
            // A conflict left in the file explains the error better than the parser can.
            throw TOMLDocument.conflict(in: bytes) ?? error
        }
    }

    private static func parse(_ bytes: [UInt8]) throws(TOMLProblem) -> ([String: TOMLNode], TOMLLineIndex) {
        // The parser takes a C string and would silently stop at a NUL.
        if let zero = bytes.firstIndex(of: 0) {
            throw TOMLProblem(line: lineNumber(at: zero, in: bytes), problem: "the file holds a NUL byte")
        }
        let lines = try TOMLLineIndex(scanning: bytes)
        var readable = bytes
        for offset in lines.blanks { readable[offset] = UInt8(ascii: " ") }
        guard let text = String(validating: readable, as: UTF8.self) else {
            throw TOMLProblem(line: nil, problem: "the file is not UTF-8")
        }
        do {
            return (table(try TOMLTable(string: text)), lines)
        } catch let error as TOMLParseError {
            // Blanked line breaks would shift the parser's line numbers.
            let line = lines.blanks.isEmpty ? error.source.begin.line : nil
            throw TOMLProblem(line: line, problem: error.description)
        } catch {
            throw TOMLProblem(line: nil, problem: String(describing: error))
        }
    }

    private static func table(_ table: TOMLTable) -> [String: TOMLNode] {
        var result: [String: TOMLNode] = [:]
        // Not by its iterator, which traps on a key that holds an escaped NUL.
        for key in table.keys {
            if let value = table[key] { result[key] = node(value) }
        }
        return result
    }

    private static func node(_ value: any TOMLValueConvertible) -> TOMLNode {
        switch value.type {
        case .table: .table(value.table.map(table) ?? [:])
        case .array: .array(value.array.map { $0.map(node) } ?? [])
        case .string: .string(value.string ?? "")
        case .bool: .bool(value.bool ?? false)
        case .int: .scalar(value.int.map { String($0) } ?? "")
        case .double: .scalar(value.double.map { String($0) } ?? "")
        case .date, .time, .dateTime: .scalar(value.debugDescription)
        }
    }

    /// The first conflict marker that git left at the start of a line.
    private static func conflict(in bytes: [UInt8]) -> TOMLProblem? {
        var line = 1
        for content in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            for marker in ["<<<<<<<", "=======", ">>>>>>>", "|||||||"] where content.starts(with: marker.utf8) {
                let problem = "a merge conflict is not resolved: the line starts with \(marker)"
                return TOMLProblem(line: line, problem: problem)
            }
            line += 1
        }
        return nil
    }

    private static func lineNumber(at offset: Int, in bytes: [UInt8]) -> Int {
        bytes[..<offset].reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
    }
}
