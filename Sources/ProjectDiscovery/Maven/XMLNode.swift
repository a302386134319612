internal import CExpat

/// An element of an XML document.
struct XMLNode: Sendable {
    /// The name without a namespace's prefix.
    var name: String
    var line: Int
    /// The text right inside, without the white space around it.
    var text = ""
    var attributes: [String: String] = [:]
    var children: [XMLNode] = []

    /// The first child of this name.
    subscript(name: String) -> XMLNode? { children.first { $0.name == name } }

    func all(_ name: String) -> [XMLNode] { children.filter { $0.name == name } }

    /// The elements of a list such as `modules`.
    func list(_ name: String, _ element: String) -> [XMLNode] { self[name]?.all(element) ?? [] }

    /// The text of the first child of this name, unless it is empty.
    func value(_ name: String) -> String? { self[name].flatMap { $0.text.isEmpty ? nil : $0.text } }

    /// The element as text without comments, places and white space around texts. Equal content, equal text.
    var canonicalText: String {
        "<\(name)>" + text.replacing("\\", with: "\\\\").replacing("<", with: "\\<")
            + children.map(\.canonicalText).joined() + "</>"
    }

    /// Calls `body` with this element and all below it.
    func visit(_ body: (XMLNode) -> Void) {
        body(self)
        for child in children { child.visit(body) }
    }
}

/// Why an XML text was not understood: a sentence without its place, and the line (from 1) when it is known.
struct XMLProblem: Error, Sendable, Hashable {
    var line: Int?
    var problem: String
}

/// Reads XML with expat. Any bytes are safe to pass: a document type, and so every entity of one's own, is refused.
enum XMLReader {
    static let largest = 8 << 20
    private static let deepest = 200

    static func parse(_ bytes: [UInt8]) throws(XMLProblem) -> XMLNode {
        guard bytes.count <= largest else {
            throw XMLProblem(line: nil, problem: "the file is larger than \(largest >> 20) MB")
        }
        guard let parser = XML_ParserCreate(nil) else {
            throw XMLProblem(line: nil, problem: "there is no memory left")
        }
        defer { XML_ParserFree(parser) }
        let state = State(parser)
        XML_SetUserData(parser, Unmanaged.passUnretained(state).toOpaque())
        XML_SetElementHandler(
            parser, { data, name, attributes in State.of(data)?.start(name, attributes) },
            { data, _ in State.of(data)?.end() })
        XML_SetCharacterDataHandler(parser) { data, text, count in State.of(data)?.add(text, Int(count)) }
        XML_SetStartDoctypeDeclHandler(parser) { data, _, _, _, _ in
            State.of(data)?.stop("a document type (<!DOCTYPE>) is not read here")
        }
        let status = bytes.withUnsafeBytes { buffer in
            XML_Parse(parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), 1)
        }
        // The state must outlive the parser's calls.
        return try withExtendedLifetime(state) { () throws(XMLProblem) in
            if let problem = state.problem { throw problem }
            guard status == XML_STATUS_OK, let root = state.root else {
                let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "it is no XML"
                throw XMLProblem(line: Int(XML_GetCurrentLineNumber(parser)), problem: reason)
            }
            return root
        }
    }

    private final class State {
        private let parser: XML_Parser
        private var open: [XMLNode] = []
        private var texts: [[UInt8]] = []
        var root: XMLNode?
        var problem: XMLProblem?

        init(_ parser: XML_Parser) { self.parser = parser }

        static func of(_ data: UnsafeMutableRawPointer?) -> State? {
            data.map { Unmanaged<State>.fromOpaque($0).takeUnretainedValue() }
        }

        private var line: Int { Int(XML_GetCurrentLineNumber(parser)) }

        func start(_ name: UnsafePointer<XML_Char>?, _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?) {
            guard open.count < deepest else { return stop("the elements are nested more than \(deepest) deep") }
            let name = name.map { String(cString: $0) } ?? ""
            var node = XMLNode(name: String(name.split(separator: ":").last ?? ""), line: line)
            // Names and values take turns; nothing ends the list.
            var at = 0
            while let attributes, let key = attributes[at], let value = attributes[at + 1] {
                node.attributes[String(cString: key)] = String(cString: value)
                at += 2
            }
            open.append(node)
            texts.append([])
        }

        func end() {
            guard var node = open.popLast(), let text = texts.popLast() else { return }
            let isSpace = { (byte: UInt8) in byte == 32 || (9...13).contains(byte) }
            let trimmed = text.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
            node.text = String(decoding: Array(trimmed), as: UTF8.self)
            if open.isEmpty { root = node } else { open[open.count - 1].children.append(node) }
        }

        func add(_ text: UnsafePointer<XML_Char>?, _ count: Int) {
            guard let text, !texts.isEmpty else { return }
            texts[texts.count - 1] += UnsafeBufferPointer(start: text, count: count).map { UInt8(bitPattern: $0) }
        }

        func stop(_ reason: String) {
            if problem == nil { problem = XMLProblem(line: line, problem: reason) }
            XML_StopParser(parser, 0)
        }
    }
}
