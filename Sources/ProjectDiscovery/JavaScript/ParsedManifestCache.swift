internal import GitObjects
internal import JSONText

/// Parsed package.json files by the id of their bytes, so that both sides of a comparison parse each file once.
///
/// Belongs to one thread.
package final class ParsedManifestCache {
    /// One package.json: read, or not to be read as JSON.
    enum Content {
        case manifest(PackageManifest)
        /// `name` is what the text seems to call the package, so that others that depend on it still find it.
        case broken(line: Int, column: Int, problem: String, name: String?)
    }

    private var contents: [ObjectID: Content] = [:]
    private var fields: [ObjectID: [ManifestField]] = [:]
    let locks = ParsedLockCache()
    /// How many files were parsed, for tests and benchmarks.
    package private(set) var parsed = 0

    package init() {}

    func content(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> Content {
        if let known = contents[id] { return known }
        let content = ParsedManifestCache.parse(try objects.blob(id))
        parsed += 1
        contents[id] = content
        return content
    }

    /// All top-level fields of a package.json in canonical text; none when it cannot be read. For workspace roots only.
    func fields(_ id: ObjectID, in objects: ObjectStore) throws(GitError) -> [ManifestField] {
        if let known = fields[id] { return known }
        let document = try? JSONDocument(parsing: try objects.blob(id))
        let result = (document?.root.object ?? []).map { member in
            ManifestField(
                name: member.key, line: document?.position(of: member.keyOffset).line, node: member.node)
        }
        fields[id] = result
        return result
    }

    private static func parse(_ bytes: [UInt8]) -> Content {
        do {
            let document = try JSONDocument(parsing: bytes)
            guard let members = document.root.object else {
                let problem = "a package.json must be an object, not \(document.root.typeName)"
                let position = document.position(of: document.root.offset)
                return .broken(line: position.line, column: position.column, problem: problem, name: nil)
            }
            return .manifest(PackageManifest(reading: document, members: members))
        } catch {
            return .broken(
                line: error.line, column: error.column, problem: error.problem, name: apparentName(in: bytes))
        }
    }

    /// The string after the first `"name":` of a text that is no JSON, such as one with merge conflict markers.
    private static func apparentName(in bytes: [UInt8]) -> String? {
        let key = Array(#""name""#.utf8)
        let isSpace: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || (9...13).contains($0) }
        var position = 0
        while position + key.count <= bytes.count {
            guard bytes[position...].starts(with: key) else {
                position += 1
                continue
            }
            var rest = bytes[(position + key.count)...].drop(while: isSpace)
            guard rest.first == UInt8(ascii: ":") else {
                position += key.count
                continue
            }
            rest = rest.dropFirst().drop(while: isSpace)
            guard rest.first == UInt8(ascii: "\"") else { return nil }
            let name = rest.dropFirst().prefix { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\n") }
            return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
        }
        return nil
    }
}

/// One top-level field of a manifest: its value as text that changes exactly when the value does.
///
/// White space does not count; the order of keys does, because it matters in fields such as `exports`.
struct ManifestField {
    var name: String
    var line: Int?
    var node: JSONNode

    var canonical: String { CanonicalText.of(node) }
}

enum CanonicalText {
    static func of(_ node: JSONNode) -> String {
        var text = ""
        append(node, to: &text)
        return text
    }

    private static func append(_ node: JSONNode, to text: inout String) {
        switch node.value {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let value): text += value
        case .string(let value): append(value, to: &text)
        case .array(let nodes):
            text += "["
            for (index, node) in nodes.enumerated() {
                if index > 0 { text += "," }
                append(node, to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," }
                append(member.key, to: &text)
                text += ":"
                append(member.node, to: &text)
            }
            text += "}"
        }
    }

    /// A quoted string; only what could end it is escaped, because nobody parses this text.
    static func append(_ string: String, to text: inout String) {
        text += "\""
        for character in string.unicodeScalars {
            if character == "\"" || character == "\\" { text += "\\" }
            text.unicodeScalars.append(character)
        }
        text += "\""
    }
}
