/// Follows the tokens of a JavaScript or TypeScript text far enough to tell code from strings, templates, comments,
/// regular expressions and JSX, and reads the statements and calls that name modules.
struct ImportScanner {
    struct FoundImport {
        var specifier: String?
        var kind: JavaScriptImports.Kind
        /// Where the keyword stands, or the comment.
        var offset: Int
    }

    struct Found {
        var imports: [FoundImport] = []
        var isCertain = true
        /// The texts that were asked for.
        var texts: [TextCollector.Text] = []
    }

    /// What is open at a place in the text.
    enum Context: UInt8 {
        /// A block of statements, a class body, a function's: an expression cannot go on after it.
        case block
        /// An object literal, or what may be one.
        case object
        case paren
        /// The parentheses of `if`, `while`, `for` and `with`, after which a statement begins.
        case head
        case bracket
        /// `${` in a template.
        case substitution
        /// `{` in JSX, in an attribute or between tags.
        case jsxExpression
        case jsxTag
        case jsxChildren
    }

    let bytes: [UInt8]
    let end: Int
    let readsJSX: Bool
    var at: Int
    var stack: [Context] = []
    /// Whether the token before can end an expression, so that `/` divides and `<` compares.
    var endsExpression = false
    /// Whether the token before was the dot of a member.
    var isAfterDot = false
    /// The word before, when it is one that parentheses belong to.
    var isAfterHead = false
    /// Whether the token before was `:` or one after which a brace opens an object.
    var braceOpensObject = false
    var found = Found()
    /// Collects the texts in the code, when they are asked for.
    var texts: TextCollector?
    /// How far a comment within a statement is followed. Bounded where the same comment is met again and again.
    var commentLimit = Int.max / 2
    /// Up to where no regular expression ends, because one that began before did not.
    var unfinishedExpressionEnd = 0
    /// Whether type arguments of a tag were met that nothing closes.
    var hasUnclosedTypeArguments = false
    /// Tags of which no closing form follows; they are type parameters.
    var tagsWithoutEnd: Set<ArraySlice<UInt8>> = []

    init(bytes: [UInt8], range: Range<Int>, readsJSX: Bool) {
        self.bytes = bytes
        self.readsJSX = readsJSX
        at = range.lowerBound
        end = range.upperBound
    }

    /// What `range` of `bytes` names, in no order; with what only looks like it when the text cannot be followed.
    ///
    /// - Parameter texts: what collects texts on the way; `nil` for none.
    static func scan(
        _ bytes: [UInt8], range: Range<Int>, readsJSX: Bool, collecting texts: TextCollector? = nil
    ) -> Found {
        var scanner = ImportScanner(bytes: bytes, range: range, readsJSX: readsJSX)
        scanner.texts = texts
        scanner.run()
        scanner.found.texts = scanner.texts?.texts ?? []
        if !scanner.found.isCertain {
            var lenient = ImportScanner(bytes: bytes, range: range, readsJSX: readsJSX)
            lenient.runWithoutContext()
            scanner.found.imports += lenient.found.imports
        }
        return scanner.found
    }

    func byte(_ offset: Int = 0) -> UInt8 { at + offset < end ? bytes[at + offset] : 0 }

    // MARK: Tokens

    mutating func run() {
        if at == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
        if byte() == UInt8(ascii: "#"), byte(1) == UInt8(ascii: "!") { skipLine() }
        while at < end {
            switch stack.last {
            case .jsxChildren: readChildren()
            case .jsxTag: readTag()
            default: readToken()
            }
        }
        if !stack.isEmpty { found.isCertain = false }
    }

    /// Reads every word, wherever it stands.
    private mutating func runWithoutContext() {
        commentLimit = 4096
        while at < end {
            if ByteClass.of(bytes[at]) == .word {
                isAfterDot = at > 0 && bytes[at - 1] == UInt8(ascii: ".") && !(at > 1 && bytes[at - 2] == bytes[at - 1])
                readWord()
            } else {
                at += 1
            }
        }
    }

    private mutating func readToken() {
        let byte = bytes[at]
        switch ByteClass.of(byte) {
        case .space: at += 1
        case .word: readWord()
        case .digit: readNumber()
        case .quote:
            let start = at
            skipString()
            if texts != nil { collectString(start) }
            finish(endsExpression: true)
        case .backtick:
            at += 1
            readTemplate()
        case .slash: readSlash()
        case .opening: open(byte)
        case .closing: close(byte)
        case .less: readLess()
        case .dot: readDot()
        case .other: readPunctuation(byte)
        }
    }

    /// Notes what a token means for the one after it.
    mutating func finish(endsExpression: Bool, braceOpensObject: Bool = false) {
        self.endsExpression = endsExpression
        self.braceOpensObject = braceOpensObject
        isAfterDot = false
        isAfterHead = false
    }

    private mutating func readNumber() {
        while at < end, ByteClass.of(bytes[at]).isPartOfNumber { at += 1 }
        finish(endsExpression: true)
    }

    private mutating func readDot() {
        if byte(1) == UInt8(ascii: "."), byte(2) == UInt8(ascii: ".") {
            at += 3
            finish(endsExpression: false)
        } else {
            at += 1
            if ByteClass.of(byte()) == .digit { return readNumber() }
            finish(endsExpression: false)
            isAfterDot = true
        }
    }

    private mutating func readPunctuation(_ byte: UInt8) {
        at += 1
        switch byte {
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            if byte == self.byte() {
                at += 1
                if byte == UInt8(ascii: "-"), self.byte() == UInt8(ascii: ">"), isFirstOnLine(at - 2) {
                    return skipLine()
                }
                // `a++ / b` divides; `++ /x/` does not occur.
                return finish(endsExpression: endsExpression)
            }
            finish(endsExpression: false, braceOpensObject: true)
        case UInt8(ascii: "!"):
            // TypeScript's `a!` goes on with what `a` was.
            finish(endsExpression: endsExpression && self.byte() != UInt8(ascii: "="), braceOpensObject: true)
        case UInt8(ascii: ";"): finish(endsExpression: false)
        case UInt8(ascii: "="):
            if self.byte() == UInt8(ascii: ">") {
                at += 1
                return finish(endsExpression: false)
            }
            finish(endsExpression: false, braceOpensObject: true)
        case UInt8(ascii: ":"):
            texts?.label(depth: stack.count)
            // In a block a colon ends a label or a case.
            finish(endsExpression: false, braceOpensObject: stack.last != .block && stack.last != nil)
        case UInt8(ascii: "#"), UInt8(ascii: "@"), UInt8(ascii: "\\"): finish(endsExpression: false)
        default: finish(endsExpression: false, braceOpensObject: true)
        }
    }

    private mutating func open(_ byte: UInt8) {
        at += 1
        switch byte {
        case UInt8(ascii: "("): stack.append(isAfterHead ? .head : .paren)
        case UInt8(ascii: "["): stack.append(.bracket)
        default:
            stack.append(braceOpensObject ? .object : .block)
        }
        texts?.open(depth: stack.count, isCall: byte == UInt8(ascii: "("))
        finish(endsExpression: false, braceOpensObject: byte != UInt8(ascii: "{"))
    }

    private mutating func close(_ byte: UInt8) {
        at += 1
        guard let top = stack.popLast() else {
            found.isCertain = false
            return finish(endsExpression: true)
        }
        switch (byte, top) {
        case (UInt8(ascii: ")"), .paren), (UInt8(ascii: "]"), .bracket), (UInt8(ascii: "}"), .object):
            finish(endsExpression: true)
        case (UInt8(ascii: ")"), .head), (UInt8(ascii: "}"), .block), (UInt8(ascii: "}"), .jsxExpression):
            finish(endsExpression: false)
        case (UInt8(ascii: "}"), .substitution): readTemplate()
        default:
            found.isCertain = false
            finish(endsExpression: true)
        }
    }

    private mutating func readSlash() {
        switch byte(1) {
        case UInt8(ascii: "/"): readLineComment()
        case UInt8(ascii: "*"): readBlockComment()
        default:
            if endsExpression || at < unfinishedExpressionEnd {
                at += 1
                finish(endsExpression: false, braceOpensObject: true)
            } else {
                skipRegularExpression()
                finish(endsExpression: true)
            }
        }
    }

    private mutating func readLess() {
        if byte(1) == UInt8(ascii: "!"), byte(2) == UInt8(ascii: "-"), byte(3) == UInt8(ascii: "-"), isFirstOnLine(at) {
            return skipLine()
        }
        if readsJSX, !endsExpression, opensElement() { return openElement() }
        at += 1
        finish(endsExpression: false, braceOpensObject: true)
    }
}

/// What a byte can begin.
enum ByteClass: UInt8 {
    case other, space, word, digit, quote, backtick, slash, opening, closing, less, dot

    var isPartOfNumber: Bool { self == .digit || self == .word || self == .dot }

    @inline(__always)
    static func of(_ byte: UInt8) -> ByteClass { table[Int(byte)] }

    private static let table: [ByteClass] = (0...255).map { (value: Int) in
        let byte = UInt8(value)
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: "$"), 0x80...0xFF:
            return .word
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return .digit
        case UInt8(ascii: " "), 9...13: return .space
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .quote
        case UInt8(ascii: "`"): return .backtick
        case UInt8(ascii: "/"): return .slash
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): return .opening
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): return .closing
        case UInt8(ascii: "<"): return .less
        case UInt8(ascii: "."): return .dot
        default: return .other
        }
    }
}
