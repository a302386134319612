/// A piece of a Gradle script: a word, a text, a sign, or what a pair of brackets holds.
///
/// Groovy and Kotlin scripts share this shape. What the pieces mean is up to their reader: the code is not run.
struct GradleNode: Sendable {
    enum Kind: Sendable {
        /// A name, a keyword or a number.
        case word(String)
        /// A text; what an interpolation `${...}` holds is in `inner`, and the text keeps it as written.
        case text(String, isPlain: Bool, inner: [GradleNode])
        /// Any other sign, one byte.
        case sign(UInt8)
        /// What stands between brackets; the byte is the opening one.
        case group(UInt8, [GradleNode])
        case lineBreak
    }

    var kind: Kind
    /// Counted from 1.
    var line: Int

    var word: String? { if case .word(let name) = kind { name } else { nil } }
    var text: String? { if case .text(let text, _, _) = kind { text } else { nil } }
    /// The text, unless code decides a part of it.
    var plainText: String? { if case .text(let text, true, _) = kind { text } else { nil } }
    var isLineBreak: Bool { if case .lineBreak = kind { true } else { false } }

    func isSign(_ sign: Unicode.Scalar) -> Bool {
        if case .sign(let byte) = kind { byte == UInt8(ascii: sign) } else { false }
    }

    /// The content of brackets that open with `bracket`.
    func group(_ bracket: Unicode.Scalar) -> [GradleNode]? {
        if case .group(UInt8(ascii: bracket), let nodes) = kind { nodes } else { nil }
    }

    /// The node as text without comments, line breaks and places. Equal content, equal text.
    var canonicalText: String {
        switch kind {
        case .word(let name): name
        case .text(let text, _, _): "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        case .sign(let byte): String(UnicodeScalar(byte))
        case .group(let bracket, let nodes): String(UnicodeScalar(bracket)) + GradleNode.canonicalText(nodes) + ")"
        case .lineBreak: ";"
        }
    }

    static func canonicalText(_ nodes: some Sequence<GradleNode>) -> String {
        nodes.map(\.canonicalText).joined(separator: " ")
    }
}

/// Why a Gradle script was not understood: a sentence without its place, and the line (from 1) when it is known.
struct GradleProblem: Error, Sendable, Hashable {
    var line: Int?
    var problem: String
}

/// Splits scripts into statements.
enum GradleStatements {
    /// The statements among `nodes`, none empty. One goes on over a line break after a comma or an operator, and before a
    /// dot, `else` and the like.
    static func split(_ nodes: [GradleNode]) -> [ArraySlice<GradleNode>] {
        var statements: [ArraySlice<GradleNode>] = []
        var start = 0
        for (index, node) in nodes.enumerated() {
            guard ends(node, before: nodes, index) else { continue }
            if start < index { statements.append(nodes[start..<index]) }
            start = index + 1
        }
        if start < nodes.count { statements.append(nodes[start...]) }
        return statements
    }

    private static func ends(_ node: GradleNode, before nodes: [GradleNode], _ index: Int) -> Bool {
        if node.isSign(";") { return true }
        guard node.isLineBreak else { return false }
        if let last = nodes[..<index].last(where: { !$0.isLineBreak }), case .sign(let byte) = last.kind,
            ",=+-*/&|?:.<".utf8.contains(byte)
        {
            return false
        }
        guard let next = nodes[index...].first(where: { !$0.isLineBreak }) else { return true }
        if case .sign(let byte) = next.kind { return !".?&|:+-".utf8.contains(byte) }
        return !["else", "catch", "finally"].contains(next.word ?? "")
    }
}
