/// Collects what a script says, from the outermost statement to the innermost.
struct GradleScriptWalker {
    struct Context {
        var reach = GradleScript.Reach.own
        var isShared = false
        var isTest = false
        var isInDependencies = false
        var isConstraint = false
        var isInPlugins = false
        var isInPluginDefinitions = false
        /// The outermost call whose arguments these are.
        var call: String?
    }

    var script = GradleScript()

    private static let shared: Set<String> = [
        "subprojects", "allprojects", "configure", "childProjects", "beforeProject", "afterProject",
    ]

    mutating func topLevel(_ nodes: ArraySlice<GradleNode>) {
        guard let first = nodes.first else { return }
        let head = GradleCall.read(nodes, at: nodes.startIndex)
        let names = head?.names ?? []
        var context = Context()
        context.reach = GradleScriptWalker.reach(names, head)
        if names.first == "package" {
            script.package = nodes.dropFirst().compactMap(\.word).joined(separator: ".")
            return
        }
        if names.first == "import" { return }
        note(assignment: names, nodes)
        script.statements.append(
            GradleScript.Statement(
                field: names.prefix(3).joined(separator: ".").isEmpty
                    ? "script" : names.prefix(3).joined(separator: "."),
                text: GradleNode.canonicalText(nodes), line: first.line, reach: context.reach))
        statement(nodes, context)
    }

    private static func reach(_ names: [String], _ head: GradleCall?) -> GradleScript.Reach {
        if ["dependencies", "description", "wrapper", "tasks.wrapper"].contains(names.joined(separator: ".")) {
            return .own
        }
        if names == ["project"], head?.block != nil, let path = head?.arguments?.first?.plainText {
            return .project(path)
        }
        return .below
    }

    private mutating func note(assignment names: [String], _ nodes: ArraySlice<GradleNode>) {
        let name = names.last ?? ""
        guard names.count == 1 || names.first == "project" else { return }
        if name == "version" { script.saysVersion = true }
        if name == "group" { script.group = nodes.lazy.compactMap(\.plainText).first }
    }

    // MARK: Statements

    mutating func nodes(_ nodes: [GradleNode], _ context: Context) {
        for statement in GradleStatements.split(nodes) { self.statement(statement, context) }
    }

    private mutating func statement(_ nodes: ArraySlice<GradleNode>, _ outer: Context) {
        var context = outer
        var index = nodes.startIndex
        let declared = GradleScriptWalker.declaredName(nodes)
        while index < nodes.endIndex {
            let node = nodes[index]
            let isMember = index > nodes.startIndex && nodes[index - 1].isSign(".")
            if case .word = node.kind, !isMember, let call = GradleCall.read(nodes, at: index) {
                handle(call, declared: declared, nodes, &context)
                index = call.end
                continue
            }
            switch node.kind {
            case .text(let text, let isPlain, let inner):
                let next = index + 1 < nodes.endIndex ? nodes[index + 1] : nil
                self.text(text, isPlain, inner, node.line, context)
                // `"testImplementation"(...)` calls by a text.
                if let arguments = next?.group("(") {
                    var inside = context
                    if inside.call == nil { inside.call = text }
                    self.nodes(arguments, inside)
                    index += 1
                }
            case .group(let bracket, let nodes):
                var inside = context
                if bracket == UInt8(ascii: "{") { inside.call = nil }
                self.nodes(nodes, inside)
            case .word(let name) where isMember:
                // A call on the result of another one: `.apply { }`, `.forEach { }`.
                if let call = GradleCall.read(nodes, at: index) {
                    if GradleScriptWalker.shared.contains(name) { context.isShared = true }
                    handle(call, declared: declared, nodes, &context)
                    index = call.end
                    continue
                }
            default: break
            }
            index += 1
        }
    }

    /// The name that `val name by` or `def name =` declares.
    private static func declaredName(_ nodes: ArraySlice<GradleNode>) -> String? {
        guard let first = nodes.first?.word, ["val", "var", "def"].contains(first) else { return nil }
        return nodes.dropFirst().first?.word
    }

    private mutating func handle(
        _ call: GradleCall, declared: String?, _ nodes: ArraySlice<GradleNode>, _ context: inout Context
    ) {
        let name = call.names[call.names.count - 1]
        let reach = context.reach
        if call.names.count > 1 || name.lowercased().hasSuffix("libs") {
            script.chains.insert(GradleScript.Chain(names: call.names, line: call.line, reach: reach))
        }
        if let project = call.projectTarget(isInDependencies: context.isInDependencies, call: context.call) {
            use(project, call, nodes, context)
        }
        plugin(call, context)
        var inside = context
        inside.isConstraint = context.isConstraint || name == "constraints"
        if !Set(call.names).isDisjoint(with: GradleScriptWalker.shared) { inside.isShared = true }
        if let arguments = call.arguments {
            var within = inside
            if within.call == nil { within.call = name == "add" ? arguments.first?.text ?? name : name }
            self.nodes(arguments, within)
        } else if call.hasTail, context.call == nil {
            // `implementation project(':x')`: the rest of the statement is what it is called with.
            context.call = name == "add" ? nodes[call.end...].first?.text ?? name : name
        }
        guard let block = call.block else { return }
        inside.call = nil
        inside.isInDependencies = context.isInDependencies || name == "dependencies"
        inside.isInPluginDefinitions = context.isInPluginDefinitions || name == "gradlePlugin"
        inside.isInPlugins = context.isInPlugins || (name == "plugins" && !inside.isInPluginDefinitions)
        inside.isTest = context.isTest || GradleScriptWalker.isTestBlock(call, declared)
        if call.names == ["project"], let path = call.arguments?.first?.plainText {
            inside.reach = .project(path)
            inside.isShared = true
        }
        self.nodes(block, inside)
    }

    private static func isTestBlock(_ call: GradleCall, _ declared: String?) -> Bool {
        var names = call.names
        if let declared { names.append(declared) }
        if let arguments = call.arguments, arguments.count == 1, let text = arguments[0].plainText {
            names.append(text)
        }
        guard !["if", "when", "for", "while", "else", "switch"].contains(call.names[0]) else { return false }
        return names.contains { name in
            (name == "test" || name.hasSuffix("Test")) && name.utf8.allSatisfy { $0 > 0x2F && $0 != UInt8(ascii: ":") }
        }
    }

    // MARK: What a call says

    private mutating func use(
        _ target: GradleScript.ProjectUse.Target, _ call: GradleCall, _ nodes: ArraySlice<GradleNode>,
        _ context: Context
    ) {
        // `project(":x") { }` at the start of a statement configures the other project.
        if call.block != nil, context.call == nil, call.names.last == "project" { return }
        let configuration = context.isInDependencies ? context.call : nil
        script.projects.append(
            GradleScript.ProjectUse(
                target: target,
                place: GradleScript.Place(
                    line: call.line, reach: context.reach, isShared: context.isShared,
                    isTest: context.isTest || GradleConfigurations.isTest(configuration ?? "")),
                call: configuration, isInDependencies: context.isInDependencies, isConstraint: context.isConstraint,
                takesTests: call.takesTests(after: nodes)))
    }

    private mutating func plugin(_ call: GradleCall, _ context: Context) {
        func add(_ id: String) {
            script.plugins.append(
                GradleScript.PluginUse(
                    id: id, line: call.line, reach: context.reach, isShared: context.isShared))
        }
        let name = call.names[call.names.count - 1]
        switch name {
        case "id" where call.tail.first?.isSign("=") == true, "set" where call.names.dropLast().last == "id":
            guard context.isInPluginDefinitions else { break }
            if let id = call.firstText ?? call.tail.dropFirst().first?.plainText {
                script.definedPlugins.append(id)
            } else {
                script.definesComputedPlugins = true
            }
        case "id": if let id = call.firstText { add(id) }
        case "kotlin" where context.isInPlugins: if let id = call.firstText { add("org.jetbrains.kotlin.\(id)") }
        case "apply":
            if let id = call.named("plugin") { add(id) }
            if call.mentions("from") {
                script.scripts.append(
                    GradleScript.Applied(
                        path: call.path(of: "from"), line: call.line, reach: context.reach, isShared: context.isShared))
            } else if call.names.count > 1 {
                if let id = call.firstText { add(id) } else if call.arguments != nil { script.appliesClasses = true }
            } else if call.mentions("plugin"), call.named("plugin") == nil || call.isGeneric {
                script.appliesClasses = true
            } else if call.isGeneric {
                script.appliesClasses = true
            }
        case "findLibrary", "findVersion", "findPlugin", "findBundle":
            script.finds.append((name: call.firstText, line: call.line, reach: context.reach))
        default:
            if context.isInPlugins, call.names.count == 1, call.arguments == nil, !call.hasTail { add(name) }
        }
    }

    private mutating func text(_ text: String, _ isPlain: Bool, _ inner: [GradleNode], _ line: Int, _ context: Context)
    {
        if !text.isEmpty, text.utf8.count < 512 {
            script.texts.insert(GradleScript.Text(text: text, line: line, reach: context.reach))
        }
        if isPlain, context.call == "dependsOn" || context.call == "evaluationDependsOn", text.hasPrefix(":") {
            let isTask = context.call == "dependsOn"
            script.projects.append(
                GradleScript.ProjectUse(
                    target: isTask ? .task(text) : .path(text),
                    place: GradleScript.Place(
                        line: line, reach: context.reach, isShared: context.isShared, isTest: context.isTest),
                    call: nil, isInDependencies: false, isConstraint: false, takesTests: false))
        }
        nodes(inner, context)
    }
}
