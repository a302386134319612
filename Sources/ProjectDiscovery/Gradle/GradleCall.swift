/// A chain of names and what it is called with: `a.b.c`, `c("x")`, `c { }`, `c("x") { }`, `c 'x'`.
struct GradleCall {
    var names: [String]
    var line: Int
    /// What stands in parentheses right after the names.
    var arguments: [GradleNode]?
    var block: [GradleNode]?
    /// Whether a value follows without parentheses, as in Groovy's `include 'a'`.
    var hasTail: Bool
    /// What follows on the rest of the statement.
    var tail: ArraySlice<GradleNode>
    /// Whether types in angle brackets stand between name and arguments.
    var isGeneric: Bool
    /// The position after names, arguments and block.
    var end: Int

    /// Reads the call that begins with the word at `start`.
    static func read(_ nodes: ArraySlice<GradleNode>, at start: Int) -> GradleCall? {
        guard let first = nodes[start].word else { return nil }
        var names = [first]
        var at = start + 1
        while let (name, next) = member(nodes, at) {
            names.append(name)
            at = next
        }
        var call = GradleCall(
            names: names, line: nodes[start].line, arguments: nil, block: nil, hasTail: false, tail: [],
            isGeneric: false, end: at)
        if at < nodes.endIndex, nodes[at].isSign("<"), let close = nodes[at...].firstIndex(where: { $0.isSign(">") }),
            close + 1 < nodes.endIndex, nodes[close + 1].group("(") != nil || nodes[close + 1].group("{") != nil
        {
            call.isGeneric = true
            at = close + 1
        }
        if at < nodes.endIndex, let arguments = nodes[at].group("(") {
            call.arguments = arguments
            at += 1
        }
        if at < nodes.endIndex, let block = nodes[at].group("{") {
            call.block = block
            at += 1
        }
        call.end = at
        call.tail = nodes[at...]
        if call.arguments == nil, call.block == nil, let next = call.tail.first {
            call.hasTail = next.word != nil || next.text != nil || next.group("[") != nil
        }
        return call
    }

    /// The name after a dot (`.`, `?.`), also on the next line.
    private static func member(_ nodes: ArraySlice<GradleNode>, _ start: Int) -> (String, Int)? {
        var at = start
        while at < nodes.endIndex, nodes[at].isLineBreak { at += 1 }
        if at < nodes.endIndex, nodes[at].isSign("?") { at += 1 }
        guard at + 1 < nodes.endIndex, nodes[at].isSign("."), let name = nodes[at + 1].word else { return nil }
        return (name, at + 2)
    }

    /// What it is called with: in parentheses, or on the rest of the statement.
    var values: ArraySlice<GradleNode> {
        if let arguments { return arguments[...] }
        return hasTail ? tail : []
    }

    /// The first argument, when it is a text that is not computed.
    var firstText: String? { values.first?.plainText }

    func mentions(_ name: String) -> Bool { values.contains { $0.word == name } }

    /// The text passed under a name: `name: "x"`, `name = "x"` and `"name" to "x"`.
    func named(_ name: String) -> String? { GradleCall.after(name, in: values)?.plainText }

    /// The first text passed under a name, also within a call such as `file("x")`, where code decides no more of it than
    /// the directory it starts from.
    func path(of name: String) -> String? {
        guard var node = GradleCall.after(name, in: values) else { return nil }
        if node.word != nil {
            let rest = values.drop { $0.word != name }
            guard let arguments = rest.lazy.compactMap({ $0.group("(") }).first, let text = arguments.last?.text,
                arguments.last?.text != nil
            else { return nil }
            node = arguments[arguments.count - 1]
            return GradlePaths.isReadable(text) ? text : nil
        }
        guard let text = node.text, GradlePaths.isReadable(text) else { return nil }
        return text
    }

    private static func after(_ name: String, in nodes: ArraySlice<GradleNode>) -> GradleNode? {
        for index in nodes.indices where nodes[index].word == name || nodes[index].plainText == name {
            var next = index + 1
            while next < nodes.endIndex,
                nodes[next].isSign(":") || nodes[next].isSign("=") || nodes[next].word == "to"
                    || nodes[next].isLineBreak
            {
                next += 1
            }
            if next > index + 1, next < nodes.endIndex { return nodes[next] }
        }
        return nil
    }

    // MARK: Projects

    /// The project this names; `nil` when it names none.
    func projectTarget(isInDependencies: Bool, call: String?) -> GradleScript.ProjectUse.Target? {
        let name = names[names.count - 1]
        if names[0] == "projects", names.count > 1, arguments == nil { return .accessor(Array(names.dropFirst())) }
        if isInDependencies, names.contains("subprojects") || names.contains("allprojects") { return .prefix("") }
        if isInDependencies, arguments == nil, call != nil {
            let own = names.first == "project" ? Array(names.dropFirst()) : names
            if own == ["rootProject"] { return .path(":") }
            // Which one that is hangs on the project that the script is for.
            if own == ["parent"] { return .prefix("") }
        }
        guard name == "project" || name == "findProject" else { return nil }
        // Groovy's `project ':x'`; a plain `project` is the script's own.
        guard arguments?.isEmpty == false || (hasTail && tail.first?.text != nil) else { return nil }
        var values = values
        if let map = values.first(where: { $0.group("(") != nil })?.group("("), values.first?.word == "mapOf" {
            values = map[...]
        }
        guard let node = GradleCall.after("path", in: values) ?? values.first else { return nil }
        guard let text = node.text else { return .prefix("") }
        let isWhole = node.plainText != nil && !values.contains { $0.isSign("+") }
        return isWhole ? .path(text) : .prefix(String(text.prefix { $0 != "$" }))
    }

    /// Whether it takes more of the project than its main result: a configuration or source set that tests are in.
    func takesTests(after nodes: ArraySlice<GradleNode>) -> Bool {
        let isTest = { (name: String) in name.lowercased().contains("test") }
        if mentions("configuration") || values.contains(where: { $0.plainText == "configuration" }) {
            return named("configuration").map(isTest) ?? true
        }
        if let arguments, arguments.count > 2, let text = arguments.last?.text, isTest(text) { return true }
        var index = end
        while index + 1 < nodes.endIndex, nodes[index].isSign("."), let name = nodes[index + 1].word {
            if isTest(name) { return true }
            index += 2
        }
        return false
    }
}
