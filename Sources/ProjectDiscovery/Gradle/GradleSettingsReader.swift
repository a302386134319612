/// Collects what one statement of a settings script says.
struct GradleSettingsReader {
    struct Context {
        var isInPlugins = false
        var isInCatalogs = false
        /// The catalog that a block declares.
        var catalog: String?
    }

    var settings = GradleSettings()

    /// Whether a statement does nothing but name projects and builds: it counts through these, not as text.
    func isStructure(_ nodes: ArraySlice<GradleNode>) -> Bool {
        guard let call = GradleCall.read(nodes, at: nodes.startIndex) else { return false }
        switch call.names {
        case ["include"], ["includeFlat"], ["includeBuild"], ["settings", "include"]:
            return call.block == nil && GradleSettingsReader.literals(call.values) != nil
        case ["project"]:
            let rest = nodes[call.end...].prefix(2).compactMap(\.word)
            return rest == ["projectDir"] && GradleSettingsReader.directory(nodes[call.end...]) != nil
        default: return false
        }
    }

    mutating func statement(_ nodes: ArraySlice<GradleNode>, _ context: Context) {
        var index = nodes.startIndex
        while index < nodes.endIndex {
            let node = nodes[index]
            if case .word = node.kind, let call = GradleCall.read(nodes, at: index) {
                handle(call, nodes, context)
                index = call.end
                continue
            }
            switch node.kind {
            case .group(_, let inner): self.nodes(inner, context)
            case .text(_, _, let inner): self.nodes(inner, context)
            default: break
            }
            index += 1
        }
    }

    private mutating func nodes(_ nodes: [GradleNode], _ context: Context) {
        for statement in GradleStatements.split(nodes) { self.statement(statement, context) }
    }

    private mutating func handle(_ call: GradleCall, _ nodes: ArraySlice<GradleNode>, _ outer: Context) {
        var context = outer
        let name = call.names[call.names.count - 1]
        switch name {
        case "include", "includeFlat": include(call, isFlat: name == "includeFlat")
        case "includeBuild": includeBuild(call)
        case "project": project(call, nodes[call.end...])
        case "name" where call.names.first == "rootProject":
            settings.rootName = call.tail.lazy.compactMap(\.plainText).first ?? settings.rootName
        case "projectDir", "buildFileName":
            // Set on what is no literal project.
            if call.names.count > 1, call.tail.first?.isSign("=") == true, name == "projectDir" {
                computed("the directory of a project", call.line)
            }
        case "id" where context.isInPlugins: if let id = call.firstText { settings.plugins.append(id) }
        case "apply":
            if let id = call.named("plugin") { settings.plugins.append(id) }
            if call.mentions("from") {
                if let path = call.path(of: "from") {
                    settings.scripts.append((path, call.line))
                } else {
                    computed("which script is applied", call.line)
                }
            }
        case "from": if let catalog = context.catalog { self.catalog(catalog, from: call) }
        default: break
        }
        if name == "plugins" { context.isInPlugins = true }
        if context.isInCatalogs, call.block != nil, context.catalog == nil {
            context.catalog = ["create", "register", "named"].contains(name) ? call.firstText : name
            if let catalog = context.catalog {
                settings.catalogs.append(GradleSettings.Catalog(name: catalog, file: nil, line: call.line))
            }
        }
        if name == "versionCatalogs" { context.isInCatalogs = true }
        self.nodes(call.arguments ?? [], context)
        self.nodes(call.block ?? [], context)
    }

    private mutating func computed(_ what: String, _ line: Int) {
        settings.computed.append(GradleSettings.Computed(what: what, line: line))
    }

    private mutating func include(_ call: GradleCall, isFlat: Bool) {
        // A pattern set's `include`, as that of a file tree, names files.
        guard let texts = GradleSettingsReader.literals(call.values), !texts.contains(where: { $0.contains("*") })
        else {
            if !call.values.isEmpty || call.arguments != nil {
                computed("which projects there are", call.line)
            }
            return
        }
        for text in texts where !text.isEmpty && text != ":" {
            let path = (text.hasPrefix(":") ? "" : ":") + text
            settings.includes.append(GradleSettings.Include(path: path, isFlat: isFlat, line: call.line))
        }
    }

    private mutating func includeBuild(_ call: GradleCall) {
        guard let text = call.firstText ?? GradleSettingsReader.directory(call.values) else {
            return computed("which builds are included", call.line)
        }
        settings.builds.append(GradleSettings.IncludedBuild(path: text, line: call.line))
    }

    /// `project(":x").projectDir = file("y")`, `project(":x").name = "z"`, and the same in a block.
    private mutating func project(_ call: GradleCall, _ rest: ArraySlice<GradleNode>) {
        var rest = rest
        if let block = call.block { rest = block[...] }
        let words = rest.prefix(4).compactMap(\.word)
        guard let path = call.firstText else {
            if rest.contains(where: { $0.word == "projectDir" }) { computed("the directory of a project", call.line) }
            return
        }
        if let member = rest.firstIndex(where: { $0.word == "projectDir" }) {
            if let directory = GradleSettingsReader.directory(rest[member...]) {
                settings.directories[path] = (directory, call.line)
            } else {
                computed("the directory of \(path)", call.line)
            }
        }
        if words.first == "name" { settings.names[path] = rest.lazy.compactMap(\.plainText).first }
    }

    private mutating func catalog(_ name: String, from call: GradleCall) {
        let arguments = call.values
        guard let files = arguments.first, files.word == "files", let inner = arguments.dropFirst().first?.group("("),
            let text = inner.first?.text
        else { return }
        settings.catalogs.removeAll { $0.name == name }
        settings.catalogs.append(GradleSettings.Catalog(name: name, file: text, line: call.line))
    }

    /// The texts of a list of plain texts, in whatever brackets; `nil` when there is something else.
    static func literals(_ nodes: some Collection<GradleNode>) -> [String]? {
        var found: [String] = []
        for node in nodes {
            switch node.kind {
            case .text(let text, true, _): found.append(text)
            case .group(let bracket, let inner) where bracket != UInt8(ascii: "{"):
                // `String[]` has nothing in its brackets.
                if inner.isEmpty { break }
                guard let texts = literals(inner) else { return nil }
                found += texts
            case .word(let word) where ["listOf", "arrayOf", "as", "String", "setOf", "toTypedArray"].contains(word):
                break
            case .sign(let sign) where ",*.".utf8.contains(sign): break
            case .lineBreak: break
            default: return nil
            }
        }
        return found.isEmpty ? nil : found
    }

    /// The path in `= file("x")`, `= new File(settingsDir, "x")`, `= "$rootDir/x" as File`: the only text of the
    /// statement, relative to the settings script. `nil` when code decides more.
    static func directory(_ nodes: some Collection<GradleNode>) -> String? {
        var texts: [String] = []
        func visit(_ nodes: some Collection<GradleNode>) {
            for node in nodes {
                if let text = node.text { texts.append(text) }
                if case .group(_, let inner) = node.kind { visit(inner) }
            }
        }
        // Up to the end of the line: in a block, other statements follow.
        visit(nodes.prefix { !$0.isLineBreak })
        guard texts.count == 1, GradlePaths.isReadable(texts[0]), !nodes.contains(where: { $0.isSign("+") }) else {
            return nil
        }
        return GradlePaths.stripped(texts[0]).path
    }
}
