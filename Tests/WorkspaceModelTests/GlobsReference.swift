/// A second reading of the glob rules, as plain as can be and exponentially slow, to compare the real one with.
struct GlobsReference {
    private struct Alternative {
        /// Each a list of components; a path matches when one of them does.
        var readings: [[[Character]]]
        var isExclusion: Bool
    }

    /// The last pattern's first.
    private let alternatives: [Alternative]

    init(_ patterns: [String]) {
        alternatives = patterns.reversed().map { text in
            let isExclusion = text.hasPrefix("!")
            let readings = Self.expand(Array(isExclusion ? text.dropFirst() : text[...])).flatMap(Self.readings)
            return Alternative(readings: readings, isExclusion: isExclusion)
        }
    }

    /// Whether the last of the patterns that matches `path` is no exclusion.
    func selects(_ path: String) -> Bool {
        let names = path.split(separator: "/").map(Array.init)
        let last = alternatives.first { $0.readings.contains { Self.components($0[...], names[...]) } }
        return last.map { !$0.isExclusion } ?? false
    }

    private static func readings(of pattern: [Character]) -> [[[Character]]] {
        let parts = pattern.split(separator: "/").map(Array.init).filter { $0 != ["."] }
        let below = parts + [["*", "*"]]
        guard let last = parts.last, pattern.last != "/" else { return [below] }
        return isWild(last) ? [parts] : [parts, below]
    }

    private static func expand(_ pattern: [Character]) -> [[Character]] {
        guard let open = pattern.firstIndex(of: "{") else { return [pattern] }
        var depth = 0
        var choices: [[Character]] = [[]]
        for index in open..<pattern.count {
            let character = pattern[index]
            if character == "{" {
                depth += 1
                if depth == 1 { continue }
            }
            if character == "}" {
                depth -= 1
                if depth == 0 {
                    return choices.flatMap { expand(Array(pattern[..<open]) + $0 + Array(pattern[(index + 1)...])) }
                }
            }
            if character == ",", depth == 1 {
                choices.append([])
            } else {
                choices[choices.count - 1].append(character)
            }
        }
        return []
    }

    private static func isWild(_ part: [Character]) -> Bool {
        for (index, character) in part.enumerated() where "*?[".contains(character) {
            if index == 0 || part[index - 1] != "\\" { return true }
        }
        return false
    }

    private static func components(_ parts: ArraySlice<[Character]>, _ names: ArraySlice<[Character]>) -> Bool {
        guard let part = parts.first else { return names.isEmpty }
        if part == ["*", "*"] {
            if parts.count == 1 { return !names.isEmpty }
            return components(parts.dropFirst(), names) || !names.isEmpty && components(parts, names.dropFirst())
        }
        guard let first = names.first else { return false }
        return name(part[...], first[...]) && components(parts.dropFirst(), names.dropFirst())
    }

    private static func name(_ part: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
        guard let head = part.first else { return text.isEmpty }
        let rest = part.dropFirst()
        switch head {
        case "*": return name(rest, text) || !text.isEmpty && name(part, text.dropFirst())
        case "?": return !text.isEmpty && name(rest, text.dropFirst())
        case "[":
            guard let character = text.first, let close = rest.firstIndex(of: "]") else { return false }
            var members = rest[..<close]
            let isNegated = members.first == "!"
            if isNegated { members.removeFirst() }
            return members.contains(character) != isNegated && name(rest[(close + 1)...], text.dropFirst())
        case "\\":
            return text.first == rest.first && name(rest.dropFirst(), text.dropFirst())
        default: return text.first == head && name(rest, text.dropFirst())
        }
    }
}
