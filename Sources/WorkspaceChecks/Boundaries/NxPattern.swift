/// A pattern of `@nx/enforce-module-boundaries`, as its source (Nx 22) reads tags and imports.
struct NxPattern {
    private enum Form {
        case anything
        case exactly
        /// Anywhere in the text.
        case expression(Regex<AnyRegexOutput>)
        /// The whole text, `*` for anything.
        case wildcards
    }

    let text: String
    private let form: Form

    /// Expressions and texts longer than this, and expressions that repeat more than so often, are not matched: the time
    /// grows with the length to the power of the repetitions.
    private static let longest = 256
    private static let mostRepetitions = 3

    /// A tag: `*`, `/expression/`, a text with `*`, or the tag itself; `nil` when an expression cannot be used.
    init?(tag text: String) {
        self.text = text
        if text == "*" {
            form = .anything
        } else if text.count > 1, text.hasPrefix("/"), text.hasSuffix("/") {
            guard let expression = NxPattern.expression(String(text.dropFirst().dropLast())) else { return nil }
            form = .expression(expression)
        } else {
            form = text.contains("*") ? .wildcards : .exactly
        }
    }

    /// A name in `bannedExternalImports` or `allowedExternalImports`, with `*` for anything.
    init(package text: String) {
        self.text = text
        form = text.contains("*") ? .wildcards : .exactly
    }

    func matches(_ name: String) -> Bool {
        switch form {
        case .anything: true
        case .exactly: name == text
        case .expression(let expression):
            name.utf8.count <= NxPattern.longest && (try? expression.firstMatch(in: name)) != nil
        case .wildcards: NxPattern.isMatch(name, text)
        }
    }

    func matches(_ tags: Set<String>) -> Bool {
        if case .anything = form { return true }
        return tags.contains(where: matches)
    }

    /// An entry of `allow`, which names imports: `a/*` is one segment below `a`, `a/**` any number; anything else is an
    /// expression that is looked for anywhere. `nil` when it cannot be used.
    static func allows(_ entry: String) -> ((_ specifier: String) -> Bool)? {
        if entry.hasSuffix("/**") {
            let prefix = entry.dropLast(2)
            return { $0.hasPrefix(prefix) }
        }
        if entry.hasSuffix("/*") {
            let prefix = entry.dropLast()
            return { $0.hasPrefix(prefix) && !$0.dropFirst(prefix.count).contains("/") }
        }
        if let middle = entry.firstRange(of: "/**/") {
            let prefix = entry[..<middle.lowerBound], suffix = entry[middle.upperBound...]
            return { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }
        }
        guard let expression = expression(entry) else { return nil }
        return { $0.utf8.count <= longest && (try? expression.firstMatch(in: $0)) != nil }
    }

    /// `nil` for what is no expression, and for a repeated group, which may take exponential time.
    private static func expression(_ text: String) -> Regex<AnyRegexOutput>? {
        let repetitions = text.utf8.count { "*+{".utf8.contains($0) }
        guard text.utf8.count <= longest, repetitions <= mostRepetitions,
            ![")*", ")+", "){"].contains(where: { text.contains($0) })
        else { return nil }
        return try? Regex(text)
    }

    /// Whether `text` fits a pattern in which `*` and `.*` stand for anything.
    private static func isMatch(_ text: String, _ pattern: String) -> Bool {
        let parts = pattern.replacing(".*", with: "*").split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return text == pattern }
        guard text.hasPrefix(first), text.hasSuffix(last), text.utf8.count >= first.utf8.count + last.utf8.count else {
            return false
        }
        var rest = text.dropFirst(first.count).dropLast(last.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }
}
