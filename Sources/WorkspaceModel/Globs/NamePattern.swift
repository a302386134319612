/// What one component of a path must be. Names are never empty and hold no slash.
enum NamePattern: Sendable {
    enum Token: Sendable {
        case byte(UInt8)
        /// `?`
        case one
        /// `*`
        case many
        case set(CharacterRanges)
    }

    case literal([UInt8])
    /// A lone `*`.
    case anything
    /// A single `*` between literal bytes, as in `*.md`.
    case affixes(prefix: [UInt8], suffix: [UInt8])
    case tokens([Token])

    func matches(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        switch self {
        case .anything: true
        case .literal(let literal): name.count == literal.count && name.elementsEqual(literal)
        case .affixes(let prefix, let suffix):
            name.count >= prefix.count + suffix.count && name.suffix(suffix.count).elementsEqual(suffix)
                && name.prefix(prefix.count).elementsEqual(prefix)
        case .tokens(let tokens): Self.match(tokens, name)
        }
    }

    /// Goes back only to the last `*`: at most the length of the name times the number of tokens.
    private static func match(_ tokens: [Token], _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        var token = 0
        var at = 0
        var retry: (token: Int, at: Int)?
        while true {
            if token < tokens.count, case .many = tokens[token] {
                token += 1
                retry = (token, at)
                continue
            }
            if at == name.count {
                return token == tokens.count
            }
            if token < tokens.count, let width = tokens[token].width(in: name, at: at) {
                token += 1
                at += width
                continue
            }
            guard let last = retry else { return false }
            token = last.token
            at = last.at + name.character(at: last.at).width
            retry = (token, at)
        }
    }
}

extension NamePattern.Token {
    /// How many bytes of the name the token takes, or `nil` when it does not match there.
    fileprivate func width(in name: UnsafeBufferPointer<UInt8>, at index: Int) -> Int? {
        switch self {
        case .byte(let byte): return name[index] == byte ? 1 : nil
        case .one: return name.character(at: index).width
        case .set(let ranges):
            let character = name.character(at: index)
            return ranges.contains(character.value) ? character.width : nil
        case .many: return nil
        }
    }
}

/// The characters of a `[...]`, by Unicode scalar value.
struct CharacterRanges: Sendable {
    var isNegated = false
    var ranges: [ClosedRange<UInt32>] = []

    func contains(_ value: UInt32) -> Bool {
        ranges.contains { $0.contains(value) } != isNegated
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The UTF-8 character at `index`; a byte that begins none counts as one, with a value that no character has.
    func character(at index: Int) -> (value: UInt32, width: Int) {
        let first = self[index]
        let width =
            switch first {
            case 0..<0x80: 1
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 0
            }
        if width == 1 { return (UInt32(first), 1) }
        let stray = (value: 0x8000_0000 | UInt32(first), width: 1)
        guard width > 1, index + width <= count else { return stray }
        var value = UInt32(first) & (0x7F >> UInt32(width))
        for byte in self[(index + 1)..<(index + width)] {
            guard byte & 0xC0 == 0x80 else { return stray }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        return (value, width)
    }
}
