internal import GitObjects
internal import WorkspaceModel

/// Writes Nx's globs (minimatch) as Ripple's, which know no extended groups such as `?(a|b)`.
enum NxGlob {
    /// The pattern for `text`; where that cannot say the same, it matches more, or for an exclusion less. `nil` for an
    /// exclusion of which nothing is left.
    static func pattern(_ text: String, isExclusion: Bool) -> String? {
        guard let expanded = expand(Array(text.utf8)[...], isExclusion, depth: 0) else {
            return isExclusion ? nil : widened(text)
        }
        let result = String(decoding: isExclusion ? exact(expanded) : expanded, as: UTF8.self)
        if (try? Pattern(result)) != nil { return result }
        return isExclusion ? nil : widened(text)
    }

    /// An exclusion that names a file without wildcards excludes in Nx that file alone, and nothing below a directory of that
    /// name as in Ripple: `tests` is `test[s]`.
    private static func exact(_ pattern: [UInt8]) -> [UInt8] {
        let name = pattern[(pattern.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
        guard let last = name.last, last < 0x80, !name.contains(where: { ".*?[]{}\\!^-".utf8.contains($0) }) else {
            return pattern
        }
        return pattern.dropLast() + [UInt8(ascii: "["), last, UInt8(ascii: "]")]
    }

    /// Everything below the directories that the pattern spells out.
    private static func widened(_ text: String) -> String {
        var kept: [Substring] = []
        for part in text.split(separator: "/") {
            if part == ".." || part.contains(where: { "*?[]{}()!@+\\|".contains($0) }) { break }
            kept.append(part)
        }
        return (kept + ["**", "*"]).joined(separator: "/")
    }

    /// `?(a|b)` is `{a,b,}`, `@(a|b)` is `{a,b}`. `nil` where no group of alternatives says the same.
    private static func expand(_ text: ArraySlice<UInt8>, _ isExclusion: Bool, depth: Int) -> [UInt8]? {
        guard depth < 8 else { return nil }
        var result: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard rest.first == UInt8(ascii: "("), "?@+*!".utf8.contains(byte) else {
                result.append(byte)
                continue
            }
            guard let group = takeGroup(&rest) else { return nil }
            var choices: [[UInt8]] = []
            for choice in group {
                guard let inner = expand(choice, isExclusion, depth: depth + 1) else { return nil }
                choices.append(inner)
            }
            switch byte {
            case UInt8(ascii: "?"): choices.append([])
            case UInt8(ascii: "@"): break
            // More than one repetition: an exclusion takes away what one of them names, which is less.
            case UInt8(ascii: "+") where isExclusion: break
            case UInt8(ascii: "*") where isExclusion: choices.append([])
            default: return nil
            }
            let body = choices.joined(separator: [UInt8(ascii: ",")])
            result += choices.count == 1 ? Array(body) : [UInt8(ascii: "{")] + body + [UInt8(ascii: "}")]
        }
        return result
    }

    /// The alternatives of the group that begins with the `(` here.
    private static func takeGroup(_ rest: inout ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        var depth = 0, start = rest.startIndex + 1
        var choices: [ArraySlice<UInt8>] = []
        for index in rest.indices {
            switch rest[index] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: "|") where depth == 1:
                choices.append(rest[start..<index])
                start = index + 1
            case UInt8(ascii: ")"):
                depth -= 1
                if depth == 0 {
                    choices.append(rest[start..<index])
                    rest = rest[(index + 1)...]
                    return choices
                }
            default: break
            }
        }
        return nil
    }

    /// `text` with what a pattern would read otherwise escaped, for names of directories.
    static func literal(_ text: String) -> String {
        var result = ""
        for character in text {
            if "*?[]{}\\!".contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }
}
