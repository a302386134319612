/// Finds the parts of property expressions, as in `$([MSBuild]::NormalizePath('$(A)', 'b').Trim())`.
enum MSBuildScanner {
    enum Head: Equatable {
        case property(String)
        case function(type: String, name: String, arguments: [Substring])
    }

    struct Member: Equatable {
        var name: String
        var arguments: [Substring]
    }

    struct Expression: Equatable {
        var head: Head
        var members: [Member] = []
    }

    /// The place of the parenthesis that closes the one at `open`; quoted texts are skipped.
    static func closing(_ text: Substring, from open: Substring.Index) -> Substring.Index? {
        var depth = 0
        var quote: Character?
        var at = open
        while at < text.endIndex {
            let character = text[at]
            if let current = quote {
                if character == current { quote = nil }
            } else if character == "'" || character == "\"" || character == "`" {
                quote = character
            } else if character == "(" {
                depth += 1
            } else if character == ")" {
                depth -= 1
                if depth == 0 { return at }
            }
            at = text.index(after: at)
        }
        return nil
    }

    /// What stands between `$(` and `)`; `nil` for what is not understood, such as the registry.
    static func expression(_ body: Substring) -> Expression? {
        var rest = trimmed(body)
        var result: Expression
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            let type = String(rest[rest.index(after: rest.startIndex)..<end])
            rest = rest[rest.index(after: end)...]
            guard rest.hasPrefix("::") else { return nil }
            rest = rest.dropFirst(2)
            let name = takeName(&rest)
            guard !name.isEmpty, let arguments = takeArguments(&rest) else { return nil }
            result = Expression(head: .function(type: type, name: name, arguments: arguments))
        } else {
            let name = takeName(&rest)
            guard !name.isEmpty else { return nil }
            result = Expression(head: .property(name))
        }
        while rest.first == "." {
            rest = rest.dropFirst()
            let name = takeName(&rest)
            guard !name.isEmpty else { return nil }
            result.members.append(Member(name: name, arguments: takeArguments(&rest) ?? []))
        }
        return rest.isEmpty ? result : nil
    }

    private static func takeName(_ rest: inout Substring) -> String {
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        rest = rest.dropFirst(name.count)
        return String(name)
    }

    private static func takeArguments(_ rest: inout Substring) -> [Substring]? {
        guard rest.first == "(", let end = closing(rest, from: rest.startIndex) else { return nil }
        let body = rest[rest.index(after: rest.startIndex)..<end]
        rest = rest[rest.index(after: end)...]
        return arguments(body)
    }

    /// Parts between commas outside of quotes and parentheses, without the quotes around them.
    static func arguments(_ body: Substring) -> [Substring] {
        var parts: [Substring] = [], start = body.startIndex, at = start, depth = 0
        var quote: Character?
        while at < body.endIndex {
            let character = body[at]
            if let current = quote {
                if character == current { quote = nil }
            } else if character == "'" || character == "\"" || character == "`" {
                quote = character
            } else if character == "(" {
                depth += 1
            } else if character == ")" {
                depth -= 1
            } else if character == ",", depth == 0 {
                parts.append(body[start..<at])
                start = body.index(after: at)
            }
            at = body.index(after: at)
        }
        parts.append(body[start...])
        let unquoted = parts.map { part in
            let text = trimmed(part)
            guard text.count > 1, let first = text.first, "'\"`".contains(first), text.last == first else {
                return text
            }
            return text.dropFirst().dropLast()
        }
        return unquoted == [""] && trimmed(body).isEmpty ? [] : unquoted
    }

    static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0.isWhitespace }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}
