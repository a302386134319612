extension NamePattern {
    /// Reads one component of a pattern: not empty, without slash and braces.
    init(_ component: ArraySlice<UInt8>) throws(PatternProblem) {
        var tokens: [Token] = []
        var at = component.startIndex
        while at < component.endIndex {
            let byte = component[at]
            switch byte {
            case UInt8(ascii: "\\"):
                guard at + 1 < component.endIndex else {
                    throw PatternProblem(text: "a '\\' at the end of a component escapes nothing")
                }
                tokens.append(.byte(component[at + 1]))
                at += 2
            case UInt8(ascii: "*"):
                if case .many? = tokens.last {} else { tokens.append(.many) }
                at += 1
            case UInt8(ascii: "?"):
                tokens.append(.one)
                at += 1
            case UInt8(ascii: "["):
                let end = try Self.endOfSet(in: component, from: at)
                tokens.append(.set(try CharacterRanges(component[(at + 1)..<(end - 1)])))
                at = end
            default:
                tokens.append(.byte(byte))
                at += 1
            }
        }
        self = Self.simplest(tokens)
    }

    /// The index after the `]` that closes the set whose `[` is at `start`. A `]` right after the opening is a member.
    static func endOfSet(in bytes: ArraySlice<UInt8>, from start: Int) throws(PatternProblem) -> Int {
        var at = start + 1
        if at < bytes.endIndex, bytes[at] == UInt8(ascii: "!") || bytes[at] == UInt8(ascii: "^") { at += 1 }
        let first = at
        while at < bytes.endIndex, bytes[at] != UInt8(ascii: "/") {
            if bytes[at] == UInt8(ascii: "]"), at > first { return at + 1 }
            at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
        }
        throw PatternProblem(text: "the '[' is never closed; a name that holds one is written '\\['")
    }

    private static func simplest(_ tokens: [Token]) -> NamePattern {
        var literals: [[UInt8]] = [[]]
        for token in tokens {
            switch token {
            case .byte(let byte): literals[literals.count - 1].append(byte)
            case .many: literals.append([])
            case .one, .set: return .tokens(tokens)
            }
        }
        switch literals.count {
        case 1: return .literal(literals[0])
        case 2 where literals[0].isEmpty && literals[1].isEmpty: return .anything
        case 2: return .affixes(prefix: literals[0], suffix: literals[1])
        default: return .tokens(tokens)
        }
    }
}

extension CharacterRanges {
    /// Reads what stands between `[` and `]`.
    fileprivate init(_ contents: ArraySlice<UInt8>) throws(PatternProblem) {
        var scalars = Array(String(decoding: contents, as: UTF8.self).unicodeScalars)[...]
        if scalars.first == "!" || scalars.first == "^" {
            isNegated = true
            scalars.removeFirst()
        }
        while !scalars.isEmpty {
            if scalars.starts(with: ["[", ":"]) {
                throw PatternProblem(text: "classes such as '[:alpha:]' are not supported; write the range, '[a-z]'")
            }
            guard let low = Self.member(&scalars) else { break }
            // A '-' at the end is itself.
            guard scalars.count > 1, scalars.first == "-" else {
                ranges.append(low.value...low.value)
                continue
            }
            scalars.removeFirst()
            guard let high = Self.member(&scalars), low <= high else {
                throw PatternProblem(text: "the range after '\(low)' runs backwards")
            }
            ranges.append(low.value...high.value)
        }
    }

    /// Takes the next character, without the `\` in front of it.
    private static func member(_ scalars: inout ArraySlice<Unicode.Scalar>) -> Unicode.Scalar? {
        guard let first = scalars.popFirst() else { return nil }
        return first == "\\" ? scalars.popFirst() ?? first : first
    }
}
