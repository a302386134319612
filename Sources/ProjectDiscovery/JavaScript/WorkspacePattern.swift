/// One entry of a workspace's member patterns, such as `packages/*`, `!**/test/**` or `./tools/cli`.
///
/// Matches directories component by component, so that a walk can tell early that nothing below can match.
struct WorkspacePattern: Sendable {
    enum Component: Sendable, Hashable {
        case literal([UInt8])
        /// `**`: any number of directories, also none.
        case anyDirectories
        case wildcard([Token])
    }

    enum Token: Sendable, Hashable {
        case byte(UInt8)
        case anyByte
        case anyBytes
        case set([ClosedRange<UInt8>], negated: Bool)
    }

    /// What the pattern's braces expand to.
    var components: [Component]
    /// The entry as written, braces and all, for the rules that compare entries with each other.
    var parts: [[UInt8]] = []
    /// How many directories above the workspace root the pattern starts: the number of leading `..`.
    var climb = 0
    var isExclusion = false
    /// False when the text holds something that was read too widely (an extended glob).
    var isExact = true

    /// Reads one entry, expanding its braces; none for an entry that is empty.
    static func parse(_ text: String) -> [WorkspacePattern] {
        let marks = text.prefix { $0 == "!" }
        let isExclusion = marks.count % 2 == 1
        let written = Array(text.utf8.dropFirst(marks.utf8.count))
        return expandBraces(written).compactMap { body in
            var pattern = WorkspacePattern(components: [], parts: split(written), isExclusion: isExclusion)
            for part in split(body).map({ $0[...] }) {
                if part.elementsEqual("..".utf8) {
                    if pattern.components.popLast() == nil { pattern.climb += 1 }
                } else {
                    pattern.append(part)
                }
            }
            return body.isEmpty ? nil : pattern
        }
    }

    private static func split(_ text: [UInt8]) -> [[UInt8]] {
        let parts = text.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
        return parts.filter { !$0.elementsEqual(".".utf8) }.map { Array($0) }
    }

    private mutating func append(_ part: ArraySlice<UInt8>) {
        if part.elementsEqual("**".utf8) {
            components.append(.anyDirectories)
        } else if part.contains(UInt8(ascii: "(")) {
            // Extended globs (`@(a|b)`): matching any name finds more, never less. The walk drops such an exclusion.
            isExact = false
            components.append(.wildcard([.anyBytes]))
        } else if part.contains(where: { "*?[".utf8.contains($0) }) {
            components.append(.wildcard(WorkspacePattern.tokens(part)))
        } else {
            components.append(.literal(Array(part)))
        }
    }

    private static func tokens(_ part: ArraySlice<UInt8>) -> [Token] {
        var tokens: [Token] = []
        var rest = part
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "*"): if tokens.last != .anyBytes { tokens.append(.anyBytes) }
            case UInt8(ascii: "?"): tokens.append(.anyByte)
            case UInt8(ascii: "["):
                guard let close = rest.dropFirst().firstIndex(of: UInt8(ascii: "]")) else { fallthrough }
                var body = rest[..<close]
                rest = rest[(close + 1)...]
                let negated = body.first == UInt8(ascii: "!") || body.first == UInt8(ascii: "^")
                if negated { body = body.dropFirst() }
                tokens.append(.set(ranges(body), negated: negated))
            default: tokens.append(.byte(byte))
            }
        }
        return tokens
    }

    private static func ranges(_ body: ArraySlice<UInt8>) -> [ClosedRange<UInt8>] {
        var ranges: [ClosedRange<UInt8>] = []
        var rest = body
        while let first = rest.popFirst() {
            if rest.count >= 2, rest.first == UInt8(ascii: "-"), let last = rest.dropFirst().first, last >= first {
                ranges.append(first...last)
                rest = rest.dropFirst(2)
            } else {
                ranges.append(first...first)
            }
        }
        return ranges
    }

    /// `{a,b/c}` gives both; a brace without a comma or an end is itself.
    private static func expandBraces(_ text: [UInt8]) -> [[UInt8]] {
        guard let open = text.firstIndex(of: UInt8(ascii: "{")) else { return [text] }
        var depth = 0
        var starts = [open + 1]
        var ends: [Int] = []
        for index in open..<text.count {
            switch text[index] {
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"):
                depth -= 1
                guard depth == 0 else { continue }
                ends.append(index)
                guard ends.count > 1 else { return [text] }
                return zip(starts, ends).flatMap { start, end in
                    expandBraces(Array(text[..<open] + text[start..<end] + text[(index + 1)...]))
                }
            case UInt8(ascii: ",") where depth == 1:
                ends.append(index)
                starts.append(index + 1)
            default: break
            }
        }
        return [text]
    }

    /// Whether one directory name matches one component. A leading dot needs a dot in the pattern unless
    /// `seesHidden`, as in the glob libraries of all package managers.
    static func matches(_ name: ArraySlice<UInt8>, _ tokens: [Token], seesHidden: Bool) -> Bool {
        if !seesHidden, name.first == UInt8(ascii: "."), tokens.first != .byte(UInt8(ascii: ".")) { return false }
        // The classic scan with one step back to the last star: linear for one star, no recursion.
        var position = name.startIndex, token = 0
        var starToken = -1, starPosition = name.startIndex
        while position < name.endIndex {
            if token < tokens.count, tokens[token] == .anyBytes {
                starToken = token
                starPosition = position
                token += 1
            } else if token < tokens.count, admits(tokens[token], name[position]) {
                token += 1
                position += 1
            } else if starToken >= 0 {
                starPosition += 1
                position = starPosition
                token = starToken + 1
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { $0 == .anyBytes }
    }

    private static func admits(_ token: Token, _ byte: UInt8) -> Bool {
        switch token {
        case .byte(let expected): expected == byte
        case .anyByte: true
        case .anyBytes: false
        case .set(let ranges, let negated): ranges.contains { $0.contains(byte) } != negated
        }
    }
}
