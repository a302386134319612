/// Whether a condition holds, as far as that can be told from the repository.
enum MSBuildTruth: Sendable {
    case no, unknown, yes

    static prefix func ! (truth: MSBuildTruth) -> MSBuildTruth {
        switch truth {
        case .no: .yes
        case .unknown: .unknown
        case .yes: .no
        }
    }

    func and(_ other: MSBuildTruth) -> MSBuildTruth {
        if self == .no || other == .no { return .no }
        return self == .yes && other == .yes ? .yes : .unknown
    }

    func or(_ other: MSBuildTruth) -> MSBuildTruth { !(!self).and(!other) }
}

/// Reads MSBuild's conditions: comparisons, `and`, `or`, `!`, parentheses, `Exists` and `HasTrailingSlash`.
///
/// Source: learn.microsoft.com/visualstudio/msbuild/msbuild-conditions. What is not understood is unknown.
struct MSBuildCondition {
    private enum Token: Equatable {
        case text(String)
        case word(String)
        case sign(String)
    }

    /// No condition that people write is as long; the time to read one grows faster than its length.
    private static let longest = 4096

    private let properties: MSBuildProperties
    private let undefinedIsEmpty: Bool
    /// Whether a file or directory exists.
    private let exists: (String) -> MSBuildTruth
    private var tokens: ArraySlice<Token> = []
    private var depth = 0

    /// - Parameter undefinedIsEmpty: take what nothing sets for the empty text.
    static func evaluate(
        _ text: String, _ properties: MSBuildProperties, undefinedIsEmpty: Bool,
        exists: @escaping (String) -> MSBuildTruth
    ) -> MSBuildTruth {
        guard text.utf8.count <= longest, let tokens = tokens(of: text), !tokens.isEmpty else { return .unknown }
        var condition = MSBuildCondition(
            properties: properties, undefinedIsEmpty: undefinedIsEmpty, exists: exists)
        condition.tokens = tokens[...]
        let truth = condition.disjunction()
        return condition.tokens.isEmpty ? truth : .unknown
    }

    private init(
        properties: MSBuildProperties, undefinedIsEmpty: Bool, exists: @escaping (String) -> MSBuildTruth
    ) {
        self.properties = properties
        self.undefinedIsEmpty = undefinedIsEmpty
        self.exists = exists
    }

    // MARK: Grammar

    private mutating func disjunction() -> MSBuildTruth {
        var truth = conjunction()
        while takeWord("or") { truth = truth.or(conjunction()) }
        return truth
    }

    private mutating func conjunction() -> MSBuildTruth {
        var truth = term()
        while takeWord("and") { truth = truth.and(term()) }
        return truth
    }

    private mutating func term() -> MSBuildTruth {
        depth += 1
        defer { depth -= 1 }
        guard depth < 64, let token = tokens.popFirst() else { return .unknown }
        switch token {
        case .sign("!"): return !term()
        case .sign("("):
            let truth = disjunction()
            return take(.sign(")")) ? truth : stop()
        case .word(let word) where tokens.first == .sign("("): return function(word)
        case .text(let text), .word(let text): return comparison(text)
        case .sign: return stop()
        }
    }

    private mutating func function(_ name: String) -> MSBuildTruth {
        tokens = tokens.dropFirst()
        guard let argument = tokens.popFirst(), take(.sign(")")) else { return stop() }
        let text: String
        switch argument {
        case .text(let value), .word(let value): text = value
        case .sign: return stop()
        }
        let truths = expand(text).map { value -> MSBuildTruth in
            switch name.lowercased() {
            case "exists": return exists(value)
            case "hastrailingslash":
                if value.hasSuffix(MSBuildProperties.unknown) { return .unknown }
                return value.hasSuffix("/") || value.hasSuffix("\\") ? .yes : .no
            default: return .unknown
            }
        }
        return MSBuildCondition.common(truths)
    }

    private mutating func comparison(_ left: String) -> MSBuildTruth {
        guard case .sign(let sign)? = tokens.first, sign != ")", sign != "(", sign != "!" else {
            return MSBuildCondition.common(expand(left).map(MSBuildCondition.truth))
        }
        tokens = tokens.dropFirst()
        let right: String
        switch tokens.popFirst() {
        case .text(let value), .word(let value): right = value
        default: return stop()
        }
        guard sign == "==" || sign == "!=" else { return .unknown }
        let pairs = expand(left).flatMap { one in expand(right).map { MSBuildCondition.areEqual(one, $0) } }
        let equal = MSBuildCondition.common(pairs)
        return sign == "==" ? equal : !equal
    }

    /// What is left is not understood.
    private mutating func stop() -> MSBuildTruth {
        tokens = []
        return .unknown
    }

    private mutating func take(_ token: Token) -> Bool {
        guard tokens.first == token else { return false }
        tokens = tokens.dropFirst()
        return true
    }

    private mutating func takeWord(_ word: String) -> Bool {
        guard case .word(let next)? = tokens.first, next.lowercased() == word else { return false }
        tokens = tokens.dropFirst()
        return true
    }

    private func expand(_ text: String) -> [String] { properties.expand(text, undefinedIsEmpty: undefinedIsEmpty) }

    private static func common(_ truths: [MSBuildTruth]) -> MSBuildTruth {
        guard let first = truths.first, truths.allSatisfy({ $0 == first }) else { return .unknown }
        return first
    }

    private static func truth(_ text: String) -> MSBuildTruth {
        switch text.lowercased() {
        case "true", "on", "yes", "!false", "!off", "!no": .yes
        case "false", "off", "no", "!true", "!on", "!yes", "": .no
        default: .unknown
        }
    }

    /// Texts are the same in any case, and so are numbers however they are written.
    private static func areEqual(_ one: String, _ two: String) -> MSBuildTruth {
        guard !one.contains(MSBuildProperties.unknown), !two.contains(MSBuildProperties.unknown) else {
            return .unknown
        }
        if one.lowercased() == two.lowercased() { return .yes }
        return one.first?.isNumber == true && two.first?.isNumber == true ? .unknown : .no
    }

    // MARK: Tokens

    private static func tokens(of text: String) -> [Token]? {
        var tokens: [Token] = [], rest = text[...]
        while let first = rest.first {
            if first.isWhitespace {
                rest = rest.dropFirst()
            } else if first == "'" {
                guard let end = closingQuote(rest) else { return nil }
                tokens.append(.text(String(rest[rest.index(after: rest.startIndex)..<end])))
                rest = rest[rest.index(after: end)...]
            } else if let sign = ["==", "!=", "<=", ">=", "<", ">", "!", "(", ")"].first(where: rest.hasPrefix) {
                tokens.append(.sign(sign))
                rest = rest.dropFirst(sign.count)
            } else {
                guard let end = wordEnd(rest), end > rest.startIndex else { return nil }
                tokens.append(.word(String(rest[..<end])))
                rest = rest[end...]
            }
        }
        return tokens
    }

    /// The end of a text in quotes; what stands in `$( )` inside may have quotes of its own.
    private static func closingQuote(_ text: Substring) -> Substring.Index? {
        var at = text.index(after: text.startIndex)
        while at < text.endIndex {
            if text[at] == "'" { return at }
            let next = text.index(after: at)
            if "$@%".contains(text[at]), next < text.endIndex, text[next] == "(",
                let end = MSBuildScanner.closing(text, from: next)
            {
                at = text.index(after: end)
            } else {
                at = next
            }
        }
        return nil
    }

    private static func wordEnd(_ text: Substring) -> Substring.Index? {
        var at = text.startIndex
        while at < text.endIndex {
            let next = text.index(after: at)
            if "$@%".contains(text[at]), next < text.endIndex, text[next] == "(" {
                guard let end = MSBuildScanner.closing(text, from: next) else { return nil }
                at = text.index(after: end)
            } else if text[at].isWhitespace || "=!<>()'".contains(text[at]) {
                return at
            } else {
                at = next
            }
        }
        return at
    }
}
