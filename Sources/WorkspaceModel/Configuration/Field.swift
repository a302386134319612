internal import Diagnostics
internal import GitObjects

/// One key of ripple.yaml with its value, read as the type that the key has.
///
/// Each reader throws a sentence that names the key, what it must be and what it is instead.
struct Field {
    let path: RepoPath
    let entry: YAMLEntry

    var name: String { "'\(entry.key)'" }

    /// An error at the value.
    func problem(_ text: String, at node: YAMLNode? = nil) -> ConfigurationError {
        let place = node ?? entry.value
        return ConfigurationError(path: path, line: place.line, column: place.column, problem: text)
    }

    /// An error at the key.
    func keyProblem(_ text: String) -> ConfigurationError {
        ConfigurationError(path: path, line: entry.line, column: entry.column, problem: text)
    }

    private func mustBe(_ wanted: String, not found: YAMLNode) -> ConfigurationError {
        if found.isNull { return keyProblem("\(name) has no value. It must be \(wanted); or remove the key") }
        return problem("\(name) must be \(wanted), not \(found.kindName)", at: found)
    }

    // MARK: Text

    /// Text as it was written (`1.0` and `true` stay what they are), at least one character.
    func text() throws(ConfigurationError) -> String {
        guard case .scalar(let text, _) = entry.value.content, !entry.value.isNull else {
            throw mustBe("a string", not: entry.value)
        }
        guard !text.isEmpty else { throw problem("\(name) must not be empty") }
        return text
    }

    /// A text without white space at its ends.
    func trimmedText() throws(ConfigurationError) -> String {
        let text = try text()
        guard text.first?.isWhitespace == false, text.last?.isWhitespace == false else {
            throw problem("\(name) must not begin or end with white space")
        }
        return text
    }

    /// Texts of at least one character each, with their places.
    func texts() throws(ConfigurationError) -> [(text: String, node: YAMLNode)] {
        guard case .list(let items) = entry.value.content else {
            if entry.value.isNull {
                throw keyProblem("\(name) has no value. Write [] for an empty list, or remove the key")
            }
            throw mustBe("a list of strings", not: entry.value)
        }
        var result: [(text: String, node: YAMLNode)] = []
        result.reserveCapacity(items.count)
        for item in items {
            guard case .scalar(let text, _) = item.content, !item.isNull else {
                let found = item.isNull ? "an empty entry" : item.kindName
                throw problem("\(name) must be a list of strings, but it holds \(found)", at: item)
            }
            guard !text.isEmpty else { throw problem("\(name) must not hold an empty string", at: item) }
            result.append((text, item))
        }
        return result
    }

    /// One of the words of an enumeration.
    func word<Word: RawRepresentable<String>>(of words: [Word]) throws(ConfigurationError) -> Word {
        let text = try text()
        if let word = words.first(where: { $0.rawValue == text }) { return word }
        let names = words.map(\.rawValue)
        let list = "\(names.dropLast().joined(separator: ", ")) or \(names.last ?? "")"
        throw problem("\(name) must be \(list), not \(quoted(text))\(suggestion(for: text, among: names))")
    }

    // MARK: Numbers

    func flag() throws(ConfigurationError) -> Bool {
        guard case .scalar(let text, let isPlain) = entry.value.content, !entry.value.isNull else {
            throw mustBe("true or false", not: entry.value)
        }
        switch (text, isPlain) {
        case ("true", true), ("True", true), ("TRUE", true): return true
        case ("false", true), ("False", true), ("FALSE", true): return false
        case ("true", false), ("false", false):
            throw problem("\(name) must be true or false without quotes")
        default: throw problem("\(name) must be true or false, not \(quoted(text))")
        }
    }

    func wholeNumber(in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        let wanted = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        let text = try scalarText(wanted)
        guard text.utf8.allSatisfy(isDigit), let number = Int(text), range.contains(number) else {
            throw problem("\(name) must be \(wanted), not \(quoted(text))")
        }
        return number
    }

    func positiveNumber() throws(ConfigurationError) -> Double {
        let wanted = "a number above zero"
        let text = try scalarText(wanted)
        guard let number = decimal(text[...]), number > 0 else {
            throw problem("\(name) must be \(wanted), not \(quoted(text))")
        }
        return number
    }

    /// Seconds; see `parseDuration`.
    func duration() throws(ConfigurationError) -> Double {
        let wanted = "a duration such as 90s, 10m, 1h30m or 500ms, or a number of seconds"
        let text = try scalarText(wanted)
        guard let seconds = parseDuration(text) else {
            throw problem("\(name) must be \(wanted), not \(quoted(text))")
        }
        guard seconds > 0 else { throw problem("\(name) must be longer than zero. Remove the key for no limit") }
        return seconds
    }

    /// Bytes; see `parseByteSize`.
    func byteSize() throws(ConfigurationError) -> Int {
        let wanted = "a size such as 512MiB, 2GiB or 4G, or a number of bytes"
        let text = try scalarText(wanted)
        guard let size = parseByteSize(text), size > 0 else {
            throw problem("\(name) must be \(wanted), not \(quoted(text))")
        }
        return size
    }

    private func scalarText(_ wanted: String) throws(ConfigurationError) -> String {
        guard case .scalar(let text, _) = entry.value.content, !entry.value.isNull else {
            throw mustBe(wanted, not: entry.value)
        }
        return text
    }

    // MARK: Mappings

    /// The entries of a mapping; nothing at all counts as an empty one.
    func entries() throws(ConfigurationError) -> [YAMLEntry] {
        if entry.value.isNull { return [] }
        guard case .mapping(let entries) = entry.value.content else { throw mustBe("a mapping", not: entry.value) }
        return entries
    }

    /// An error for a key that nobody knows, with the nearest of `known` or else all of them. `place` reads ` in ...`.
    func unknownKey(in place: String, known: [String]) -> ConfigurationError {
        let hint = suggestion(for: entry.key, among: known)
        let all = " The keys there are \(known.sorted().joined(separator: ", "))"
        return keyProblem("unknown key \(quoted(entry.key))\(place).\(hint.isEmpty ? all : String(hint.dropFirst()))")
    }

    /// `. Did you mean 'x'?`, or nothing.
    private func suggestion(for word: String, among known: [String]) -> String {
        // A long text is no misspelling, and comparing it would cost its length for each candidate.
        guard word.utf8.count <= 64, let best = nearest(to: word, among: known) else { return "" }
        return ". Did you mean '\(best)'?"
    }
}
