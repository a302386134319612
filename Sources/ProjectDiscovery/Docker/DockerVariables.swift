/// Puts values in the place of variables, in Dockerfiles and in compose files.
///
/// What a variable without a known value stands for is written as `unknown`, so that whoever uses the text can tell what
/// is known of it: `src/${NAME}/x` becomes `src/`, the mark, and `/x`.
enum DockerVariables {
    /// Stands for text that is not known. No path and no reference to an image holds it.
    static let unknown: Character = "\u{0}"

    /// Expands `$NAME`, `${NAME}` and its forms with `:-`, `-`, `:+`, `+`, `:?` and `?`; takes quotes away.
    ///
    /// - Parameters:
    ///   - escape: the character that takes the next one literally; `nil` where quotes and escapes mean nothing and `$$` is
    ///     a dollar sign, as in compose files.
    ///   - value: the variable's value; `nil` when nobody here says.
    static func expand(_ text: some StringProtocol, escape: Character?, value: @escaping (String) -> String?) -> String
    {
        var expansion = Expansion(rest: Substring(text), escape: escape, value: value)
        return expansion.run(until: nil, depth: 0)
    }

    /// Splits at blanks outside of quotes; quotes and escapes are kept.
    static func words(_ text: some StringProtocol, escape: Character) -> [String] {
        var words: [String] = [], word = "", quote: Character?, isEscaped = false
        for character in text {
            if isEscaped {
                isEscaped = false
            } else if character == escape, quote != "'" {
                isEscaped = true
            } else if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if Dockerfile.isBlank(character) {
                if !word.isEmpty { words.append(word) }
                word = ""
                continue
            }
            word.append(character)
        }
        if !word.isEmpty { words.append(word) }
        return words
    }
}

/// One pass over a text. Words inside `${}` are expanded too, to a depth that no written file reaches.
private struct Expansion {
    var rest: Substring
    let escape: Character?
    let value: (String) -> String?

    private static let depthLimit = 16

    /// Expands up to `end`, which is taken too, or to the end of the text.
    mutating func run(until end: Character?, depth: Int) -> String {
        var result = "", quote: Character?
        while let character = rest.popFirst() {
            if let end, character == end, quote == nil { return result }
            if let escape, character == escape, quote != "'" {
                if let next = rest.popFirst() { result.append(next) }
            } else if escape != nil, character == "'" || character == "\"", quote == nil || quote == character {
                quote = quote == nil ? character : nil
            } else if character == "$", quote != "'" {
                result += variable(depth: depth)
            } else {
                result.append(character)
            }
        }
        return result
    }

    private mutating func variable(depth: Int) -> String {
        if escape == nil, rest.first == "$" {
            rest.removeFirst()
            return "$"
        }
        guard rest.first == "{" else {
            let name = takeName()
            return name.isEmpty ? "$" : value(name) ?? String(DockerVariables.unknown)
        }
        rest.removeFirst()
        let name = takeName()
        guard depth < Expansion.depthLimit, !name.isEmpty else { return skip() }
        let known = value(name)
        let checksEmpty = rest.first == ":"
        if checksEmpty { rest.removeFirst() }
        let isSet = known.map { !(checksEmpty && $0.isEmpty) } ?? false
        switch rest.popFirst() {
        case "}" where !checksEmpty: return known ?? String(DockerVariables.unknown)
        case "-":
            let word = run(until: "}", depth: depth + 1)
            return isSet ? known ?? word : word
        case "+":
            let word = run(until: "}", depth: depth + 1)
            return known == nil ? String(DockerVariables.unknown) : isSet ? word : ""
        case "?":
            _ = run(until: "}", depth: depth + 1)
            return known ?? String(DockerVariables.unknown)
        // Patterns that are cut off or replaced: what is left is not worked out.
        default: return skip()
        }
    }

    /// Passes over the rest of a form that is not understood.
    private mutating func skip() -> String {
        while let character = rest.popFirst(), character != "}" {}
        return String(DockerVariables.unknown)
    }

    private mutating func takeName() -> String {
        let name = rest.prefix { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
        if name.first?.isNumber == true { return "" }
        rest = rest.dropFirst(name.count)
        return String(name)
    }
}
