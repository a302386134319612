/// A file of MSBuild's project format, as written: a project, or one that projects import.
///
/// The format is that of learn.microsoft.com/visualstudio/msbuild/msbuild-project-file-schema-reference. Names of
/// properties, items and metadata are the same in any case.
struct MSBuildFile: Sendable {
    /// A condition that must hold, or must not: after a `When` that was not taken.
    struct Condition: Sendable, Hashable {
        var text: String
        var isNegated = false
    }

    /// One property, item or import, in the order of the file.
    struct Statement: Sendable {
        enum Content: Sendable {
            case property(name: String, value: String)
            case item(Item)
            /// The path of a file, or `nil` for a part of an SDK.
            case importing(project: String?, sdk: String?)
        }

        var content: Content
        /// Of the element and of all around it.
        var conditions: [Condition]
        var line: Int
    }

    struct Item: Sendable {
        var type: String
        var include: String?
        var update: String?
        var remove: String?
        /// Metadata by name in lower case, from attributes and from child elements, whatever their conditions.
        var metadata: [String: String]
    }

    /// A part of the file as canonical text, for what inherits it.
    struct Element: Sendable {
        /// What the part is called in messages: a property, an item's type, a target.
        var field: String
        var text: String
        var line: Int
        /// For a `PackageVersion`, the packages it names in lower case; `nil` for all else.
        var packages: [String]?
    }

    /// The SDKs that `Sdk` names, without versions.
    var sdks: [String]
    var statements: [Statement]
    /// Texts inside targets that may be paths, with the line of their element.
    var targetTexts: [(text: String, line: Int)]
    var elements: [Element]
    /// Whether it uses the list of all `PackageVersion` items.
    var readsVersions: Bool

    init(parsing bytes: [UInt8]) throws(XMLProblem) {
        let root = try XMLReader.parse(bytes)
        guard root.name == "Project" else {
            throw XMLProblem(line: root.line, problem: "the root element is <\(root.name)>, not <Project>")
        }
        var reader = MSBuildFileReader()
        reader.sdks = MSBuildFile.sdkNames(root.attributes["Sdk"] ?? "")
        reader.read(root.children, [])
        sdks = reader.sdks
        statements = reader.statements
        targetTexts = reader.targetTexts
        elements = MSBuildElements.list(root)
        readsVersions = elements.contains { $0.text.lowercased().contains("@(packageversion") }
    }

    /// The names in `Name/Version;Name`.
    static func sdkNames(_ text: String) -> [String] {
        text.split(separator: ";").map { String($0.prefix { $0 != "/" }.filter { !$0.isWhitespace }) }
            .filter { !$0.isEmpty }
    }
}

/// Walks the elements of a project file.
private struct MSBuildFileReader {
    var sdks: [String] = []
    var statements: [MSBuildFile.Statement] = []
    var targetTexts: [(text: String, line: Int)] = []

    mutating func read(_ nodes: [XMLNode], _ outer: [MSBuildFile.Condition]) {
        for node in nodes {
            let conditions = outer + MSBuildFileReader.condition(of: node)
            switch node.name {
            case "PropertyGroup": for child in node.children { property(child, conditions) }
            case "ItemGroup": for child in node.children { item(child, conditions) }
            case "ItemDefinitionGroup": break
            case "ImportGroup": read(node.children, conditions)
            case "Import": importing(node, conditions)
            case "Sdk": if let name = node.attributes["Name"] { sdks += MSBuildFile.sdkNames(name) }
            case "Choose": choose(node, outer)
            case "Target", "UsingTask": node.visit { collect($0) }
            default: break
            }
        }
    }

    private static func condition(of node: XMLNode) -> [MSBuildFile.Condition] {
        guard let text = node.attributes["Condition"], !text.isEmpty else { return [] }
        return [MSBuildFile.Condition(text: text)]
    }

    /// The first `When` whose condition holds is taken, else `Otherwise`.
    private mutating func choose(_ node: XMLNode, _ outer: [MSBuildFile.Condition]) {
        var before = outer
        for branch in node.children where branch.name == "When" || branch.name == "Otherwise" {
            let own = MSBuildFileReader.condition(of: branch)
            read(branch.children, before + own)
            before += own.map { MSBuildFile.Condition(text: $0.text, isNegated: true) }
        }
    }

    private mutating func property(_ node: XMLNode, _ outer: [MSBuildFile.Condition]) {
        add(.property(name: node.name, value: node.text), outer + MSBuildFileReader.condition(of: node), node)
    }

    private mutating func importing(_ node: XMLNode, _ conditions: [MSBuildFile.Condition]) {
        let sdk = node.attributes["Sdk"]
        add(.importing(project: sdk == nil ? node.attributes["Project"] : nil, sdk: sdk), conditions, node)
    }

    private mutating func item(_ node: XMLNode, _ outer: [MSBuildFile.Condition]) {
        var metadata: [String: String] = [:]
        for (name, value) in node.attributes { metadata[name.lowercased()] = value }
        for name in ["include", "update", "remove", "exclude", "condition"] { metadata[name] = nil }
        for child in node.children { metadata[child.name.lowercased()] = child.text }
        let item = MSBuildFile.Item(
            type: node.name, include: node.attributes["Include"], update: node.attributes["Update"],
            remove: node.attributes["Remove"], metadata: metadata)
        add(.item(item), outer + MSBuildFileReader.condition(of: node), node)
    }

    private mutating func add(
        _ content: MSBuildFile.Statement.Content, _ conditions: [MSBuildFile.Condition], _ node: XMLNode
    ) {
        statements.append(MSBuildFile.Statement(content: content, conditions: conditions, line: node.line))
    }

    /// Keeps what may be a path, to be resolved when properties are known.
    private mutating func collect(_ node: XMLNode) {
        for text in [node.text] + node.attributes.sorted(by: { $0.key < $1.key }).map(\.value)
        where text.contains("/") || text.contains("\\") || text.contains("$(") {
            targetTexts.append((text, node.line))
        }
    }
}

/// Takes a file apart into what can change by itself.
///
/// An element that uses a property counts together with how often that property was set before it, because a property has
/// the value that was set last. So the digests of a file are equal exactly when it says the same, comments aside.
enum MSBuildElements {
    static func list(_ root: XMLNode) -> [MSBuildFile.Element] {
        var found: [MSBuildFile.Element] = []
        var assigned: [String: Int] = [:]
        for (name, value) in root.attributes.sorted(by: { $0.key < $1.key })
        where !["xmlns", "ToolsVersion"].contains(name) {
            found.append(MSBuildFile.Element(field: name, text: value, line: root.line))
        }
        for group in root.children {
            switch group.name {
            case "PropertyGroup", "ItemGroup":
                for node in group.children { found.append(element(node, in: group, &assigned)) }
            default:
                let name = group.attributes["Name"] ?? group.attributes["Project"]
                let field = group.name + (name.map { " \($0)" } ?? "")
                found.append(MSBuildFile.Element(field: field, text: text(group, nil, assigned), line: group.line))
                // What an import or a choice sets is not known here.
                assigned["*", default: 0] += 1
            }
        }
        return found
    }

    private static func element(
        _ node: XMLNode, in group: XMLNode, _ assigned: inout [String: Int]
    ) -> MSBuildFile.Element {
        var element = MSBuildFile.Element(field: node.name, text: text(node, group, assigned), line: node.line)
        if group.name == "PropertyGroup" {
            assigned[node.name.lowercased(), default: 0] += 1
        } else if node.name.lowercased() == "packageversion" {
            let names = ["Include", "Update", "Remove"].compactMap { node.attributes[$0] }.joined(separator: ";")
            let list = names.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
            // A name that is put together counts for all.
            if !names.contains("("), !list.isEmpty { element.packages = list.filter { !$0.isEmpty } }
        }
        return element
    }

    private static func text(_ node: XMLNode, _ group: XMLNode?, _ assigned: [String: Int]) -> String {
        var text = node.canonicalText
        if let group {
            for (name, value) in group.attributes.sorted(by: { $0.key < $1.key }) { text += "\n@\(name) \(value)" }
        }
        guard text.contains("$(") else { return text }
        let lowered = text.lowercased()
        if assigned.count > 1000 { return text + "\n* \(assigned.values.reduce(0, +))" }
        for (name, count) in assigned.sorted(by: { $0.key < $1.key }) where name == "*" || lowered.contains(name) {
            text += "\n\(name) \(count)"
        }
        return text
    }
}
