package import ProjectDiscovery

/// The modules that a Python file imports.
///
/// Read from the text alone: Python 3.13, "Lexical analysis" and "The import statement". Written by hand, because no
/// library here reads Python. Names of relative imports keep their leading dots.
package enum PythonImports {
    /// Every import of the file, in order. Any bytes are safe; the cost is linear in their number.
    package static func scan(_ bytes: [UInt8]) -> [SourceImport] {
        var parser = PythonImportParser(PythonLexer(bytes))
        parser.parse()
        return parser.imports
    }
}

/// Follows statements as far as imports need it.
private struct PythonImportParser {
    private var lexer: PythonLexer
    private var token: PythonToken
    private(set) var imports: [SourceImport] = []
    /// The blocks around the current line that change what an import means, by the indentation of their first line.
    private var blocks: [(indentation: Int, kind: SourceImport.Kind)] = []
    /// Whether the statement at hand belongs to a block.
    private var isNested = false

    init(_ lexer: PythonLexer) {
        self.lexer = lexer
        token = self.lexer.next()
    }

    private mutating func advance() { token = lexer.next() }

    mutating func parse() {
        while true {
            switch token {
            case .end: return
            case .lineBreak, .symbol(UInt8(ascii: ";")): advance()
            default: statement()
            }
        }
    }

    /// One statement, or the head of a compound one with what follows on its line.
    private mutating func statement() {
        let indentation = lexer.indentation
        isNested = indentation > 0
        while let last = blocks.last, last.indentation >= indentation { blocks.removeLast() }
        switch token {
        case .name("import"): return importStatement()
        case .name("from"): return fromStatement()
        case .name("try"), .name("except"): return open(.conditional, indentation)
        case .name("if"), .name("elif"):
            advance()
            if isTypeChecking() { return open(.typeOnly, indentation) }
        default: break
        }
        rest()
    }

    /// `TYPE_CHECKING:` or `typing.TYPE_CHECKING:`, up to the colon.
    private mutating func isTypeChecking() -> Bool {
        var last = ""
        while case .name(let word) = token {
            last = word
            advance()
            guard token == .symbol(UInt8(ascii: ".")) else { break }
            advance()
        }
        return last == "TYPE_CHECKING" && token == .symbol(UInt8(ascii: ":"))
    }

    /// Enters a block whose imports are of this kind, and reads what stands on the same line.
    private mutating func open(_ kind: SourceImport.Kind, _ indentation: Int) {
        blocks.append((indentation, kind))
        while token != .symbol(UInt8(ascii: ":")) {
            if token == .lineBreak || token == .end { return }
            advance()
        }
        advance()
        guard token != .lineBreak, token != .end else { return }
        isNested = true
        // The statement after the colon belongs to the block whatever its indentation.
        switch token {
        case .name("import"): importStatement()
        case .name("from"): fromStatement()
        default: rest()
        }
    }

    /// Passes the statement, with the calls and inner statements in it that name modules.
    private mutating func rest() {
        var depth = 0
        while true {
            switch token {
            case .end, .lineBreak: return
            case .symbol(UInt8(ascii: ";")) where depth == 0: return
            case .symbol(UInt8(ascii: "(")), .symbol(UInt8(ascii: "[")), .symbol(UInt8(ascii: "{")): depth += 1
            case .symbol(UInt8(ascii: ")")), .symbol(UInt8(ascii: "]")), .symbol(UInt8(ascii: "}")): depth -= 1
            case .symbol(UInt8(ascii: ":")) where depth == 0:
                advance()
                isNested = true
                if token == .name("import") { return importStatement() }
                if token == .name("from") { return fromStatement() }
                continue
            case .name("import_module"), .name("__import__"):
                call()
                continue
            default: break
            }
            advance()
        }
    }

    /// `import_module("m")`.
    private mutating func call() {
        advance()
        guard token == .symbol(UInt8(ascii: "(")) else { return }
        advance()
        let line = lexer.line
        guard case .text(let name) = token, !name.isEmpty, !name.hasPrefix(".") else { return }
        advance()
        guard token == .symbol(UInt8(ascii: ")")) || token == .symbol(UInt8(ascii: ",")) else { return }
        imports.append(SourceImport(name, kind: .dynamic, line: line))
    }

    private mutating func add(_ name: String, members: [String] = [], line: Int) {
        var found = SourceImport(name, members: members, kind: kind, line: line)
        found.isNested = isNested
        imports.append(found)
    }

    private var kind: SourceImport.Kind {
        // What types alone need is nothing at run time, whatever else is around it.
        blocks.contains { $0.kind == .typeOnly } ? .typeOnly : blocks.last?.kind ?? .plain
    }

    /// `import a.b as c, d`.
    private mutating func importStatement() {
        repeat {
            advance()
            let line = lexer.line
            guard let name = dottedName() else { return rest() }
            add(name, line: line)
            if token == .name("as") {
                advance()
                advance()
            }
        } while token == .symbol(UInt8(ascii: ","))
    }

    /// `from ..a.b import (c as d, e)`.
    private mutating func fromStatement() {
        advance()
        let line = lexer.line
        var name = ""
        while token == .symbol(UInt8(ascii: ".")) {
            name += "."
            advance()
        }
        if token != .name("import") { name += dottedName() ?? "" }
        guard !name.isEmpty, token == .name("import") else { return rest() }
        advance()
        if token == .symbol(UInt8(ascii: "(")) { advance() }
        var members: [String] = []
        while case .name(let member) = token {
            members.append(member)
            advance()
            if token == .name("as") {
                advance()
                advance()
            }
            guard token == .symbol(UInt8(ascii: ",")) else { break }
            advance()
        }
        add(name, members: members, line: line)
    }

    private mutating func dottedName() -> String? {
        guard case .name(var name) = token else { return nil }
        advance()
        while token == .symbol(UInt8(ascii: ".")) {
            advance()
            guard case .name(let part) = token else { return name }
            name += "." + part
            advance()
        }
        return name
    }
}
