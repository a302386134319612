package import ProjectDiscovery

/// The names in a Rust file that may be crates, and those that the file gives a meaning of its own.
///
/// Read from the text alone: the Rust Reference 1.90, "Lexical structure", "Use declarations" and "Paths". Written by
/// hand, because no library here reads Rust. Macros are not expanded: what stands in their arguments, and in those of
/// attributes, may be code of another crate or no path at all, so it is conditional.
package struct RustImports: Sendable, Hashable {
    /// The first segments of paths, each kind of one name once at its first line, in order; without `crate`, `self`,
    /// `super` and `Self`.
    package var roots: [SourceImport] = []
    /// Those roots that `use` and `extern crate` begin with: crates, or modules in reach. None in the arguments of macros.
    package var imported: [SourceImport] = []
    /// Whether a `use` of everything below a root other than `crate`, `self` or `super` may bring further names.
    package var bringsUnknownNames = false
    /// What `use`, `extern crate` and `macro_rules!` bind to names of this file: a path that begins with one of them
    /// means that.
    package var bound: Set<String> = []
    /// The modules that the file declares, with whether only tests compile them.
    package var modules: [String: Bool] = [:]

    /// Any bytes are safe; the cost is linear in their number.
    package static func scan(_ bytes: [UInt8]) -> RustImports {
        var parser = RustPathParser(bytes)
        parser.parse()
        return parser.found
    }
}

/// Follows paths, `use` declarations, attributes and the braces between them.
private struct RustPathParser {
    private var lexer: RustLexer
    private var token = RustToken.end
    private var previous = RustToken.end
    private var beforePrevious = RustToken.end
    private(set) var found = RustImports()
    private var seen: Set<SourceImport> = []
    private var imported: Set<String> = []
    private var depth = 0
    /// The depth of the item that only tests compile, and around which braces the current place is one.
    private var testDepth: Int?
    /// Set behind `#[cfg(test)]` until the item that it is for has ended or opened its braces: the depth it stands in.
    private var pendingTest: Int?

    init(_ bytes: [UInt8]) {
        lexer = RustLexer(bytes)
    }

    private mutating func advance() {
        beforePrevious = previous
        previous = token
        token = lexer.next()
        for (name, line) in lexer.takeDocumented() { add(name, line, .documentation) }
    }

    private mutating func add(_ name: String, _ line: Int, _ kind: SourceImport.Kind) {
        if RustPathParser.noCrates.contains(name) { return }
        guard seen.insert(SourceImport(name, kind: kind, line: 0)).inserted else { return }
        found.roots.append(SourceImport(name, kind: kind, line: line))
    }

    /// Keywords of paths, and tools that attributes such as `#[rustfmt::skip]` are for.
    private static let noCrates: Set<String> = [
        "crate", "self", "super", "Self", "rustfmt", "clippy", "diagnostic", "miri", "rust_analyzer", "rustdoc",
    ]

    /// The depth around the arguments of the outermost macro or attribute that the current place is in.
    private var macroDepth: Int?

    private var isTest: Bool { testDepth != nil || pendingTest != nil }
    private var kind: SourceImport.Kind { isTest ? .test : macroDepth == nil ? .plain : .conditional }

    mutating func parse() {
        advance()
        while token != .end {
            switch token {
            case .name("use"): use()
            case .name("extern"): externCrate()
            case .name("mod"): module()
            case .name(let name): path(name)
            case .symbol(UInt8(ascii: "#")): attribute()
            case .symbol(let symbol):
                if symbol == UInt8(ascii: ";"), pendingTest == depth { pendingTest = nil }
                brace(symbol)
                advance()
            case .separator, .end: advance()
            }
        }
    }

    private mutating func brace(_ symbol: UInt8) {
        switch symbol {
        case UInt8(ascii: "{"):
            if pendingTest == depth, testDepth == nil { testDepth = depth }
            if pendingTest == depth { pendingTest = nil }
            depth += 1
        case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: ")"), UInt8(ascii: "]"):
            depth = max(0, depth - 1)
            if let start = macroDepth, depth <= start { macroDepth = nil }
            if let start = testDepth, depth <= start { testDepth = nil }
            if let start = pendingTest, depth < start { pendingTest = nil }
        default: break
        }
    }

    /// A word that may begin a path: `name::`, also `::name::`, but not `a::name`, `a.name` or `$crate`.
    private mutating func path(_ name: String) {
        let line = lexer.line
        let mayBegin: Bool
        switch previous {
        case .separator:
            switch beforePrevious {
            case .name(let word): mayBegin = RustLexer.isKeyword(word)
            case .symbol(let symbol): mayBegin = symbol != UInt8(ascii: ">") && symbol != UInt8(ascii: ")")
            case .separator: mayBegin = false
            case .end: mayBegin = true
            }
        case .symbol(let symbol): mayBegin = symbol != UInt8(ascii: ".") && symbol != UInt8(ascii: "$")
        default: mayBegin = true
        }
        advance()
        if mayBegin, token == .separator { add(name, line, kind) }
        if token == .symbol(UInt8(ascii: "!")), !RustLexer.isKeyword(name) { macroCall() }
    }

    /// `name!(...)` or `macro_rules! name {...}`, from the exclamation mark up to the bracket; not `a != b`.
    private mutating func macroCall() {
        advance()
        if case .name(let name) = token {
            found.bound.insert(name)
            advance()
        }
        if RustPathParser.opens(token), macroDepth == nil { macroDepth = depth }
    }

    private static func opens(_ token: RustToken) -> Bool {
        token == .symbol(UInt8(ascii: "(")) || token == .symbol(UInt8(ascii: "["))
            || token == .symbol(UInt8(ascii: "{"))
    }

    /// `extern crate name as other;`, not `extern "C"`.
    private mutating func externCrate() {
        advance()
        guard token == .name("crate") else { return }
        advance()
        guard case .name(let name) = token else { return }
        addImported(name, lexer.line)
        advance()
        guard token == .name("as") else { return }
        advance()
        if case .name(let alias) = token { found.bound.insert(alias) }
    }

    private mutating func addImported(_ name: String, _ line: Int) {
        add(name, line, kind)
        guard kind != .conditional, !RustPathParser.noCrates.contains(name), imported.insert(name).inserted else {
            return
        }
        found.imported.append(SourceImport(name, kind: kind, line: line))
    }

    private mutating func module() {
        advance()
        guard case .name(let name) = token else { return }
        found.modules[name] = (found.modules[name] ?? true) && isTest
        advance()
    }

    /// `#[...]` or `#![...]`: paths in it count, and `cfg(test)` marks what follows.
    private mutating func attribute() {
        advance()
        let isInner = token == .symbol(UInt8(ascii: "!"))
        if isInner { advance() }
        guard token == .symbol(UInt8(ascii: "[")) else { return }
        let start = depth
        brace(UInt8(ascii: "["))
        advance()
        let isCondition = token == .name("cfg")
        var negations: [Int] = [], isForTests = false
        while depth > start, token != .end {
            switch token {
            case .name("test"):
                if isCondition, negations.isEmpty { isForTests = true }
                advance()
            case .name("not"):
                negations.append(depth)
                advance()
            case .name(let name): path(name)
            case .symbol(let symbol):
                if depth == start + 1, RustPathParser.opens(token), macroDepth == nil { macroDepth = depth }
                brace(symbol)
                while let last = negations.last, symbol == UInt8(ascii: ")"), depth <= last { negations.removeLast() }
                advance()
            case .separator, .end: advance()
            }
        }
        guard isForTests else { return }
        if isInner { testDepth = testDepth ?? depth - 1 } else { pendingTest = pendingTest ?? depth }
    }

    // MARK: use

    /// `use a::{b, c as d};`: the first segments are roots, the last ones are bound.
    private mutating func use() {
        advance()
        // `impl Trait + use<'a>` names no path.
        guard token != .symbol(UInt8(ascii: "<")) else { return }
        if token == .separator { advance() }
        var groups = 0, segments = 0, root = ""
        while true {
            switch token {
            case .name("as"):
                advance()
                if case .name(let alias) = token { found.bound.insert(alias) }
                segments += 1
            case .name(let name):
                let line = lexer.line
                // In nested groups a first segment follows the path before the brace.
                let isRoot = segments == 0 && openPaths.isEmpty
                segments += 1
                advance()
                if isRoot {
                    root = name
                    addImported(name, line)
                }
                if !isRoot, token != .separator, token != .name("as") { found.bound.insert(name) }
                continue
            case .symbol(UInt8(ascii: "{")):
                groups += 1
                if segments > 0 { openPaths.append(groups) }
                segments = 0
            case .symbol(UInt8(ascii: "}")):
                if openPaths.last == groups { openPaths.removeLast() }
                groups -= 1
                if groups < 0 { return endUse() }
                segments = 1
            case .symbol(UInt8(ascii: ",")):
                segments = 0
                if groups == 0 { return endUse() }
            case .symbol(UInt8(ascii: "*")):
                if !["crate", "self", "super"].contains(root) { found.bringsUnknownNames = true }
            case .separator, .symbol(UInt8(ascii: "$")): break
            default: return endUse()
            }
            advance()
        }
    }

    /// The groups of the `use` at hand that stand behind a path.
    private var openPaths: [Int] = []

    private mutating func endUse() { openPaths = [] }
}
