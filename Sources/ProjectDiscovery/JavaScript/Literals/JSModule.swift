/// What a JavaScript module exports, as far as it is written out: https://tc39.es/ecma262 object, array, string, number
/// and constant literals, names of top-level constants, spread of those, paths joined to the module's own directory, and
/// what `defineConfig` is given, also by a function that only returns it.
///
/// Nothing is run. Every part that only running would tell is `unknown`, and reading goes on after it.
struct JSModule {
    private var text: JSText
    private var constants: [String: JSNode] = [:]
    private var exported: JSNode?
    private var values = 0

    private static let depthLimit = 64
    /// Values in one file, those that names stand for counted again; what comes after is not known.
    private static let valueLimit = 50_000

    /// The value after `module.exports =` or `export default`; `nil` when there is none.
    static func exports(of bytes: [UInt8]) -> JSNode? {
        var module = JSModule(text: JSText(bytes))
        module.readStatements()
        return module.exported
    }

    private init(text: JSText) { self.text = text }

    // MARK: Statements

    private mutating func readStatements() {
        while true {
            text.skipSpace()
            let start = text.position
            guard !text.isAtEnd else { return }
            switch text.takeName() {
            case "const", "let", "var": readConstant()
            case "module": readExport()
            case "export":
                text.skipSpace()
                let position = text.position
                switch text.takeName() {
                case "default": exported = value(depth: 0)
                case "const": readConstant()
                default: text.position = position
                }
            case .some: break
            case nil: skipToken()
            }
            if text.position == start { text.position += 1 }
        }
    }

    /// Skips what begins here: a bracket with all that is in it, a string, or one character.
    private mutating func skipToken() {
        guard let byte = text.next else { return }
        if [UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{")].contains(byte) {
            text.position += 1
            text.skipTo([])
            if !text.isAtEnd { text.position += 1 }
        } else if [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`")].contains(byte) {
            _ = text.takeString()
        } else {
            text.position += 1
        }
    }

    private mutating func readConstant() {
        text.skipSpace()
        guard let name = text.takeName() else { return }
        text.skipSpace()
        // A type of TypeScript or of a checked comment.
        if text.take(":") { text.skipTo([UInt8(ascii: "="), UInt8(ascii: ";")]) }
        guard text.take("="), !text.starts(with: "=") else { return }
        constants[name] = value(depth: 0)
    }

    private mutating func readExport() {
        text.skipSpace()
        guard text.take(".") else { return }
        text.skipSpace()
        guard text.takeName() == "exports" else { return }
        text.skipSpace()
        guard text.take("="), !text.starts(with: "=") else { return }
        exported = value(depth: 0)
    }

    // MARK: Values

    /// The expression that comes next, up to what ends it. A known value with anything after it is not known.
    private mutating func value(depth: Int) -> JSNode {
        text.skipSpace()
        let line = text.line
        values += 1
        guard depth < JSModule.depthLimit, values < JSModule.valueLimit else { return unknown(line) }
        let value = primary(depth: depth)
        text.skipSpace()
        // `as const` and `satisfies T` change no value.
        let position = text.position
        if let word = text.takeName() {
            if word == "as" || word == "satisfies" {
                skipExpression()
                return JSNode(value: value, line: line)
            }
            // A new line begins the next statement.
            text.position = position
            return depth == 0 ? JSNode(value: value, line: line) : unknown(line)
        }
        switch text.next {
        case nil, UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
            return JSNode(value: value, line: line)
        default: return unknown(line)
        }
    }

    private mutating func unknown(_ line: Int) -> JSNode {
        skipExpression()
        return JSNode(value: .unknown, line: line)
    }

    private mutating func skipExpression() { text.skipTo([UInt8(ascii: ","), UInt8(ascii: ";")]) }

    private mutating func primary(depth: Int) -> JSLiteral {
        switch text.next {
        case UInt8(ascii: "{"): return object(depth: depth)
        case UInt8(ascii: "["): return array(depth: depth)
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
            return text.takeString().map { .string($0) } ?? .unknown
        case UInt8(ascii: "("):
            // Brackets around a value, as checked comments need them.
            text.position += 1
            let inner = value(depth: depth + 1)
            text.skipSpace()
            return text.take(")") ? inner.value : .unknown
        case UInt8(ascii: "-"):
            text.position += 1
            if case .number(let digits) = word(depth: depth) { return .number("-\(digits)") }
            return .unknown
        default: return word(depth: depth)
        }
    }

    private mutating func word(depth: Int) -> JSLiteral {
        guard let name = text.takeName() else { return .unknown }
        switch name {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null", "undefined": return .null
        case "path", "require":
            guard text.take("."), let method = text.takeName() else { return .unknown }
            guard method == "join" || method == "resolve" else { return .unknown }
            return path(startsAtDirectory: name == "path")
        case "join" where text.next == UInt8(ascii: "("), "resolve" where text.next == UInt8(ascii: "("):
            return path(startsAtDirectory: true)
        case "__dirname": return .string(".")
        case "import": return text.take(".meta.dirname") ? .string(".") : .unknown
        case "defineConfig", "defineProject":
            // The argument is what is returned.
            guard text.take("(") else { return .unknown }
            text.skipSpace()
            let argument = returned(depth: depth + 1) ?? value(depth: depth + 1)
            text.skipSpace()
            _ = text.take(",")
            text.skipSpace()
            return text.take(")") ? argument.value : .unknown
        default: break
        }
        if let first = name.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) {
            guard text.take(".") else { return .number(name) }
            return .number("\(name).\(text.takeName() ?? "0")")
        }
        guard let constant = constants[name] else { return .unknown }
        values += JSModule.weight(constant)
        return constant.value
    }

    private static func weight(_ node: JSNode) -> Int {
        switch node.value {
        case .array(let items): items.reduce(1) { $0 + weight($1) }
        case .object(let properties): properties.reduce(1) { $0 + weight($1.node) }
        default: 1
        }
    }

    /// What an arrow function gives that is `() => (VALUE)`, or whose only `return` stands at the end of its body; `nil`,
    /// with nothing taken, when what comes next is none.
    private mutating func returned(depth: Int) -> JSNode? {
        let start = text.position
        _ = text.takeWord("async")
        text.skipSpace()
        if text.take("(") {
            text.skipTo([])
            _ = text.take(")")
            text.skipSpace()
        }
        guard text.take("=>") else {
            text.position = start
            return nil
        }
        text.skipSpace()
        let line = text.line
        guard text.take("{") else { return value(depth: depth) }
        let found = text.skipBody()
        let end = text.position
        guard let position = found else { return JSNode(value: .unknown, line: line) }
        text.position = position
        let result = value(depth: depth)
        text.position = end
        return result
    }

    /// `path.join(__dirname, "a", "b")` and `require.resolve("./a")`, as a path from the file's directory.
    private mutating func path(startsAtDirectory: Bool) -> JSLiteral {
        guard text.take("(") else { return .unknown }
        var parts: [String] = []
        var isFirst = true
        while true {
            text.skipSpace()
            if isFirst, startsAtDirectory {
                guard text.takeWord("__dirname") || text.take("import.meta.dirname") else { return .unknown }
            } else {
                guard let part = text.takeString() else { return .unknown }
                parts.append(part)
            }
            isFirst = false
            text.skipSpace()
            if text.take(",") { continue }
            guard text.take(")") else { return .unknown }
            return .string(parts.joined(separator: "/"))
        }
    }

    private mutating func array(depth: Int) -> JSLiteral {
        text.position += 1
        var items: [JSNode] = []
        while true {
            text.skipSpace()
            if text.isAtEnd || text.take("]") { return .array(items) }
            if text.take(",") { continue }
            let start = text.position
            if text.take("...") {
                let line = text.line
                let spread = value(depth: depth + 1)
                items += spread.items ?? [JSNode(value: .unknown, line: line)]
            } else {
                items.append(value(depth: depth + 1))
            }
            // A bracket of another kind: the text is no JavaScript.
            if text.position == start { text.position += 1 }
        }
    }

    private mutating func object(depth: Int) -> JSLiteral {
        text.position += 1
        var properties: [JSProperty] = []
        while true {
            text.skipSpace()
            if text.isAtEnd || text.take("}") { return .object(properties) }
            if text.take(",") { continue }
            let start = text.position
            if text.take("...") {
                let line = text.line
                let spread = value(depth: depth + 1)
                properties +=
                    spread.properties ?? [JSProperty(key: nil, line: line, node: JSNode(value: .unknown, line: line))]
            } else {
                properties.append(property(depth: depth))
            }
            if text.position == start { text.position += 1 }
        }
    }

    private mutating func property(depth: Int) -> JSProperty {
        let line = text.line
        let isQuoted = [UInt8(ascii: "\""), UInt8(ascii: "'")].contains(text.next ?? 0)
        let key = isQuoted ? text.takeString() : text.takeName()
        text.skipSpace()
        if key != nil, text.take(":") {
            return JSProperty(key: key, line: line, node: value(depth: depth + 1))
        }
        // `{ name }` stands for the constant of that name; anything else is code.
        if let key, [UInt8(ascii: ","), UInt8(ascii: "}")].contains(text.next ?? 0) {
            return JSProperty(key: key, line: line, node: constants[key] ?? JSNode(value: .unknown, line: line))
        }
        skipExpression()
        return JSProperty(key: key, line: line, node: JSNode(value: .unknown, line: line))
    }
}
