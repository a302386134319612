/// A parsed JSON text (RFC 8259, UTF-8) that can say at which line each of its values stands.
///
/// Ripple has its own parser because no JSON library in reach for Swift gives all of: the positions of values, comments
/// and trailing commas ("JSONC", which tsconfig.json and turbo.json are written in), and no Foundation.
package struct JSONDocument: Sendable {
    package let root: JSONNode
    private let lines: LineTable

    /// The deepest nesting of arrays and objects that is read; a text that goes deeper is refused.
    package static let nestingLimit = 512

    /// Parses the whole of `bytes`; a byte order mark at the start is skipped.
    ///
    /// - Parameter allowingComments: also accepts `//` and `/* */` comments and a comma after the last element.
    package init(parsing bytes: [UInt8], allowingComments: Bool = false) throws(JSONSyntaxError) {
        let lines = LineTable(of: bytes)
        self.lines = lines
        do {
            root = try bytes.withUnsafeBufferPointer { (text) throws(JSONParser.Failure) -> JSONNode in
                var parser = JSONParser(text: text, start: lines.start, allowsComments: allowingComments)
                return try parser.parseDocument()
            }
        } catch {
            let position = lines.position(of: error.offset)
            throw JSONSyntaxError(line: position.line, column: position.column, problem: error.problem)
        }
    }

    /// The line and column, both from 1, of a byte of the text; columns count bytes. An offset past the end gives the
    /// position after the last byte. Logarithmic in the number of lines.
    package func position(of offset: Int) -> (line: Int, column: Int) {
        lines.position(of: offset)
    }
}
