extension ImportScanner {
    /// Whether `<` opens a JSX element here, where an expression may begin, and not a type parameter.
    ///
    /// `<T,>(x) => y`, `<T extends U>(x) => y` and `<const T>(x) => y` are functions; `<T>(x) => y` in a type is one too,
    /// which shows only in that nothing closes the element.
    mutating func opensElement() -> Bool {
        var ahead = self
        ahead.at += 1
        if ahead.byte() == UInt8(ascii: ">") { return true }
        let nameStart = ahead.at
        guard ahead.skipTagName() else { return false }
        let name = bytes[nameStart..<ahead.at]
        if name.elementsEqual("const".utf8) { return false }
        ahead.skipTrivia()
        switch ahead.byte() {
        case UInt8(ascii: ">"): return closes(name, from: ahead.at)
        case UInt8(ascii: "/"), UInt8(ascii: "{"): return true
        case UInt8(ascii: "<"): return ahead.at == nameStart + name.count
        default:
            guard let attribute = ahead.word(), attribute != "extends" else { return false }
            while ahead.take("-") || ahead.take(":") { ahead.skipWord() }
            ahead.skipTrivia()
            guard ahead.take("=") else {
                let next = ahead.byte()
                return next == UInt8(ascii: ">") || next == UInt8(ascii: "/") || next == UInt8(ascii: "{")
                    || ByteClass.of(next) == .word
            }
            ahead.skipTrivia()
            let next = ahead.byte()
            return ByteClass.of(next) == .quote || next == UInt8(ascii: "{") || next == UInt8(ascii: "<")
        }
    }

    /// Whether `</name` follows somewhere.
    private mutating func closes(_ name: ArraySlice<UInt8>, from start: Int) -> Bool {
        // What is missing after one place is missing after all later ones.
        if tagsWithoutEnd.contains(name) { return false }
        var position = start
        while position + name.count + 1 < end {
            if bytes[position] == UInt8(ascii: "<"), bytes[position + 1] == UInt8(ascii: "/"),
                bytes[(position + 2)...].starts(with: name)
            {
                return true
            }
            position += 1
        }
        if tagsWithoutEnd.count < 64 {
            tagsWithoutEnd.insert(name)
        } else {
            found.isCertain = false
            return true
        }
        return false
    }

    /// Enters the element whose `<` is here.
    mutating func openElement() {
        at += 1
        if take(">") {
            stack.append(.jsxChildren)
        } else {
            _ = skipTagName()
            if byte() == UInt8(ascii: "<"), !hasUnclosedTypeArguments { skipTypeArguments() }
            stack.append(.jsxTag)
        }
    }

    /// `a`, `a.b`, `a-b`, `a:b`.
    private mutating func skipTagName() -> Bool {
        guard at < end, ByteClass.of(bytes[at]) == .word else { return false }
        while at < end {
            let byte = bytes[at]
            guard
                ByteClass.of(byte).isPartOfWord || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
                    || byte == UInt8(ascii: ":")
            else { break }
            at += 1
        }
        return true
    }

    /// `<Table<Row> ...`: passes the balanced angle brackets.
    private mutating func skipTypeArguments() {
        var depth = 0
        let start = at
        while at < end {
            switch bytes[at] {
            case UInt8(ascii: "<"): depth += 1
            case UInt8(ascii: ">") where bytes[at - 1] != UInt8(ascii: "="):
                depth -= 1
                if depth == 0 {
                    at += 1
                    return
                }
            case UInt8(ascii: ";"): return leaveTypeArguments(from: start)
            default: break
            }
            at += 1
        }
        leaveTypeArguments(from: start)
    }

    private mutating func leaveTypeArguments(from start: Int) {
        hasUnclosedTypeArguments = true
        at = start + 1
        found.isCertain = false
    }

    /// Reads one part of an opening tag after its name.
    mutating func readTag() {
        let byte = bytes[at]
        switch ByteClass.of(byte) {
        case .space: at += 1
        case .word, .digit, .dot: skipTagWord()
        case .quote: skipAttribute()
        case .slash where self.byte(1) == UInt8(ascii: "/"): skipLine()
        case .slash where self.byte(1) == UInt8(ascii: "*"): readBlockComment()
        case .slash:
            at += 1
            if take(">") { closeElement() }
        case .opening where byte == UInt8(ascii: "{"):
            at += 1
            stack.append(.jsxExpression)
            finish(endsExpression: false, braceOpensObject: true)
        case .less: openElement()
        default:
            at += 1
            switch byte {
            case UInt8(ascii: ">"): stack[stack.count - 1] = .jsxChildren
            case UInt8(ascii: "="), UInt8(ascii: "-"), UInt8(ascii: ":"): break
            default:
                // This is no tag.
                found.isCertain = false
                stack.removeLast()
                finish(endsExpression: false)
            }
        }
    }

    private mutating func skipTagWord() {
        while at < end, ByteClass.of(bytes[at]).isPartOfWord || bytes[at] == UInt8(ascii: ".") { at += 1 }
    }

    /// An attribute's string knows no escapes and may span lines.
    private mutating func skipAttribute() {
        let quote = bytes[at]
        at += 1
        while at < end, bytes[at] != quote { at += 1 }
        if at < end { at += 1 } else { found.isCertain = false }
    }

    /// Reads text between tags up to the next tag or expression.
    mutating func readChildren() {
        while at < end, bytes[at] != UInt8(ascii: "<"), bytes[at] != UInt8(ascii: "{") { at += 1 }
        guard at < end else { return }
        if take("{") {
            stack.append(.jsxExpression)
            return finish(endsExpression: false, braceOpensObject: true)
        }
        guard byte(1) == UInt8(ascii: "/") else { return openElement() }
        at += 2
        skipTrivia()
        _ = skipTagName()
        skipTrivia()
        if !take(">") { found.isCertain = false }
        closeElement()
    }

    /// Leaves the element on top; what is around it goes on after an expression.
    private mutating func closeElement() {
        stack.removeLast()
        finish(endsExpression: true)
    }
}
