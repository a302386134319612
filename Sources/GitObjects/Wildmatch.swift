internal import Glibc

/// Git's wildmatch with WM_PATHNAME: `*` and `?` stop at slashes, `**` between slashes does not.
///
/// Follows wildmatch.c of git step by step, its early ends included, because they keep patterns with many stars from
/// taking time that grows with a power of the text's length.
enum Wildmatch {
    private static let slash = UInt8(ascii: "/"), star = UInt8(ascii: "*"), backslash = UInt8(ascii: "\\")

    private enum Outcome {
        case match, noMatch
        /// No longer text can match either.
        case abort
        /// Only a `**` further out can still match.
        case abortToDoubleStar
    }

    static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        match(pattern, text) == .match
    }

    private static func match(_ pattern: ArraySlice<UInt8>, _ wholeText: ArraySlice<UInt8>) -> Outcome {
        var at = pattern.startIndex
        var text = wholeText
        while at < pattern.endIndex {
            let byte = pattern[at]
            guard let next = text.first else { return byte == star ? matchStar(pattern, at, text) : .abort }
            switch byte {
            case star:
                return matchStar(pattern, at, text)
            case UInt8(ascii: "?"):
                if next == slash { return .noMatch }
            case UInt8(ascii: "["):
                guard let (hit, end) = bracket(pattern, at, next) else { return .abort }
                guard hit, next != slash else { return .noMatch }
                at = end
            case backslash:
                at += 1
                guard at < pattern.endIndex, pattern[at] == next else { return .noMatch }
            default:
                guard byte == next else { return .noMatch }
            }
            at += 1
            text = text.dropFirst()
        }
        return text.isEmpty ? .match : .noMatch
    }

    /// Matches the rest of `pattern` from the star at `position` on.
    private static func matchStar(_ pattern: ArraySlice<UInt8>, _ position: Int, _ text: ArraySlice<UInt8>) -> Outcome {
        var at = position
        while at < pattern.endIndex, pattern[at] == star { at += 1 }
        let rest = pattern[at...]
        var spans = false
        if at - position > 1, position == pattern.startIndex || pattern[position - 1] == slash,
            rest.isEmpty || rest.first == slash || rest.starts(with: [backslash, slash])
        {
            // `**/` also matches no directory at all.
            if rest.first == slash, match(rest.dropFirst(), text) == .match { return .match }
            spans = true
        }
        if rest.isEmpty { return spans || !text.contains(slash) ? .match : .noMatch }
        var text = text
        if !spans, rest.first == slash {
            guard let end = text.firstIndex(of: slash) else { return .noMatch }
            return match(rest.dropFirst(), text[(end + 1)...])
        }
        while let next = text.first {
            let outcome = match(rest, text)
            if outcome != .noMatch {
                if !spans || outcome != .abortToDoubleStar { return outcome }
            } else if !spans, next == slash {
                return .abortToDoubleStar
            }
            text = text.dropFirst()
        }
        return .abort
    }

    /// Whether `byte` is in the bracket expression that opens at `start`, and where its closing bracket is; `nil` when
    /// the expression is malformed.
    private static func bracket(_ pattern: ArraySlice<UInt8>, _ start: Int, _ byte: UInt8) -> (hit: Bool, end: Int)? {
        var at = start + 1
        func current() -> UInt8? { at < pattern.endIndex ? pattern[at] : nil }
        var isNegated = false, hit = false
        if let first = current(), first == UInt8(ascii: "!") || first == UInt8(ascii: "^") {
            isNegated = true
            at += 1
        }
        // The byte that a `-` would start a range from.
        var previous: UInt8?
        repeat {
            guard var item = current() else { return nil }
            if item == backslash {
                at += 1
                guard let escaped = current() else { return nil }
                item = escaped
                if item == byte { hit = true }
                previous = item
            } else if item == UInt8(ascii: "-"), let low = previous, at + 1 < pattern.endIndex,
                pattern[at + 1] != UInt8(ascii: "]")
            {
                at += 1
                if pattern[at] == backslash { at += 1 }
                guard let high = current() else { return nil }
                if low <= byte, byte <= high { hit = true }
                previous = nil
            } else if item == UInt8(ascii: "["), at + 1 < pattern.endIndex, pattern[at + 1] == UInt8(ascii: ":") {
                let nameStart = at + 2
                guard let close = pattern[nameStart...].firstIndex(of: UInt8(ascii: "]")) else { return nil }
                if close > nameStart, pattern[close - 1] == UInt8(ascii: ":") {
                    guard let isMember = isInClass(byte, pattern[nameStart..<close - 1]) else { return nil }
                    if isMember { hit = true }
                    at = close
                    previous = nil
                } else {
                    if item == byte { hit = true }
                    previous = item
                }
            } else {
                if item == byte { hit = true }
                previous = item
            }
            at += 1
        } while current() != UInt8(ascii: "]")
        return (hit != isNegated, at)
    }

    /// Whether `byte` is in the named class; `nil` when there is no such class.
    private static func isInClass(_ byte: UInt8, _ name: ArraySlice<UInt8>) -> Bool? {
        // Git's own tables know ASCII only.
        guard byte < 128 else { return classNames.contains(String(decoding: name, as: UTF8.self)) ? false : nil }
        let value = Int32(byte)
        switch String(decoding: name, as: UTF8.self) {
        case "alnum": return isalnum(value) != 0
        case "alpha": return isalpha(value) != 0
        case "blank": return isblank(value) != 0
        case "cntrl": return iscntrl(value) != 0
        case "digit": return isdigit(value) != 0
        case "graph": return isgraph(value) != 0
        case "lower": return islower(value) != 0
        case "print": return isprint(value) != 0
        case "punct": return ispunct(value) != 0
        case "space": return isspace(value) != 0
        case "upper": return isupper(value) != 0
        case "xdigit": return isxdigit(value) != 0
        default: return nil
        }
    }

    private static let classNames: Set<String> = [
        "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "xdigit",
    ]
}
