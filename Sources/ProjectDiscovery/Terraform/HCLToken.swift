/// A piece of HCL's native syntax: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md.
///
/// There is no HCL library for Swift in reach. Expressions are not worked out; they stay lists of tokens.
struct HCLToken: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case identifier(String)
        /// A quoted text or a heredoc, with what is interpolated in it.
        case template([Part])
        case number
        /// One character of punctuation, or an operator.
        case symbol(Character)
        case newline
    }

    /// A part of a template.
    enum Part: Sendable, Equatable {
        case literal(String)
        /// The text between `${` and `}` without blanks around it.
        case interpolation(String)
    }

    var kind: Kind
    /// Counted from 1.
    var line: Int
}

/// Why an HCL file cannot be read, and the line when it is known.
struct HCLProblem: Error, Equatable {
    var line: Int?
    var problem: String
}

extension HCLToken {
    /// The text of a template without interpolation.
    var plainText: String? {
        guard case .template(let parts) = kind else { return nil }
        var text = ""
        for part in parts {
            guard case .literal(let literal) = part else { return nil }
            text += literal
        }
        return text
    }

    func isSymbol(_ character: Character) -> Bool { kind == .symbol(character) }

    var identifier: String? { if case .identifier(let name) = kind { name } else { nil } }
}
