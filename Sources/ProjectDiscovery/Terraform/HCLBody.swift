/// The blocks and attributes of an HCL file, or of one of its blocks.
struct HCLBody: Sendable {
    struct Attribute: Sendable {
        var name: String
        var line: Int
        /// The tokens of the expression, without those that separate lines.
        var expression: [HCLToken]

        /// The text when the expression is nothing but a text without interpolation.
        var text: String? { expression.count == 1 ? expression[0].plainText : nil }
    }

    struct Block: Sendable {
        var type: String
        var labels: [String]
        var line: Int
        var body: HCLBody
    }

    var attributes: [Attribute] = []
    var blocks: [Block] = []

    init(parsing bytes: [UInt8]) throws(HCLProblem) {
        var parser = HCLParser(tokens: try HCLScanner.tokens(of: bytes))
        self = try parser.body(depth: 0)
    }

    fileprivate init() {}

    func attribute(_ name: String) -> Attribute? { attributes.last { $0.name == name } }

    /// The attributes of the block and of all blocks in it.
    var allAttributes: [Attribute] { attributes + blocks.flatMap(\.body.allAttributes) }
}

/// Builds bodies from tokens. What is no block and no attribute is passed over; only braces must match.
private struct HCLParser {
    let tokens: [HCLToken]
    private var position = 0

    private static let depthLimit = 64

    init(tokens: [HCLToken]) {
        self.tokens = tokens
    }

    private var current: HCLToken? { position < tokens.count ? tokens[position] : nil }

    mutating func body(depth: Int) throws(HCLProblem) -> HCLBody {
        let opening = position > 0 ? tokens[position - 1].line : 1
        guard depth < HCLParser.depthLimit else {
            throw HCLProblem(line: opening, problem: "blocks are nested too deeply")
        }
        var body = HCLBody()
        while let token = current {
            if token.isSymbol("}") {
                guard depth > 0 else { throw HCLProblem(line: token.line, problem: "a '}' closes nothing") }
                position += 1
                return body
            }
            switch token.kind {
            case .identifier(let name): try item(name, token.line, depth: depth, into: &body)
            // A quoted name opens no item of native syntax, but objects have them.
            case .template where position + 1 < tokens.count && tokens[position + 1].isSymbol("="):
                try item(token.plainText ?? "", token.line, depth: depth, into: &body)
            default: position += 1
            }
        }
        guard depth == 0 else { throw HCLProblem(line: opening, problem: "a '{' is never closed") }
        return body
    }

    private mutating func item(
        _ name: String, _ line: Int, depth: Int, into body: inout HCLBody
    ) throws(HCLProblem) {
        position += 1
        if current?.isSymbol("=") == true || current?.isSymbol(":") == true {
            position += 1
            body.attributes.append(
                HCLBody.Attribute(name: name, line: line, expression: try expression(from: line)))
            return
        }
        var labels: [String] = []
        while let token = current {
            if let label = token.identifier ?? token.plainText {
                labels.append(label)
            } else if case .template = token.kind {
                labels.append("")
            } else {
                break
            }
            position += 1
        }
        guard current?.isSymbol("{") == true else { return }
        position += 1
        body.blocks.append(
            HCLBody.Block(type: name, labels: labels, line: line, body: try self.body(depth: depth + 1)))
    }

    /// Takes tokens to the end of the line, or of the brackets that are open there.
    private mutating func expression(from line: Int) throws(HCLProblem) -> [HCLToken] {
        var taken: [HCLToken] = [], open: [Character] = []
        while let token = current {
            if token.kind == .newline {
                if open.isEmpty { return taken }
                position += 1
                continue
            }
            if case .symbol(let character) = token.kind {
                if let closing = ["(": ")", "[": "]", "{": "}"][String(character)] {
                    open.append(Character(closing))
                } else if [")", "]", "}"].contains(character) {
                    guard let expected = open.popLast() else { return taken }
                    guard expected == character else {
                        throw HCLProblem(
                            line: token.line, problem: "a '\(character)' stands where '\(expected)' is due")
                    }
                }
            }
            taken.append(token)
            position += 1
        }
        guard open.isEmpty else { throw HCLProblem(line: line, problem: "a bracket is never closed") }
        return taken
    }
}
