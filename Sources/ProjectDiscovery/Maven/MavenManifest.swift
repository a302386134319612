/// A pom.xml, as written.
struct MavenManifest: Sendable {
    /// What one element of `dependencies`, `plugins` or alike names.
    struct Entry: Sendable {
        enum Role: Sendable, Hashable {
            case dependency, managed, plugin
        }

        var role: Role
        var group: String
        var artifact: String
        var version: String?
        var scope: String?
        var type: String?
        /// The whole element as canonical text.
        var text: String
        var line: Int
    }

    struct Parent: Sendable {
        var group: String
        var artifact: String
        var text: String
        /// `nil` when it is given as empty: the parent is then no file.
        var path: String?
        var line: Int
    }

    /// A part of the manifest that is inherited as a whole.
    struct Section: Sendable {
        var field: String
        var text: String
        var line: Int
    }

    var group: String?
    var artifact: String
    var version: String?
    var packaging: String
    var parent: Parent?
    var modules: [(path: String, line: Int)]
    var properties: [String: (value: String, line: Int)]
    /// Of the manifest itself and of all its profiles, whichever is active.
    var entries: [Entry]
    var sections: [Section]
    /// Names of properties used in dependencies and managed dependencies, and anywhere else.
    var usedInEntries: Set<String>
    var usedElsewhere: Set<String>
    /// The plugin that makes the artifact runnable.
    var appPlugin: String?
    /// Texts that lead out of the project's directory, relative to it.
    var outsidePaths: [String]

    /// What a child does not inherit, or what changes no build.
    private static let passedOver: Set<String> = [
        "modelVersion", "groupId", "artifactId", "version", "packaging", "parent", "modules", "name", "description",
        "url",
        "licenses", "developers", "contributors", "scm", "issueManagement", "ciManagement", "distributionManagement",
        "mailingLists", "organization", "inceptionYear", "prerequisites", "properties", "dependencies",
        "dependencyManagement",
    ]

    init(parsing bytes: [UInt8]) throws(XMLProblem) {
        let root = try XMLReader.parse(bytes)
        guard root.name == "project" else {
            throw XMLProblem(line: root.line, problem: "the root element is <\(root.name)>, not <project>")
        }
        guard let artifact = root.value("artifactId") else {
            throw XMLProblem(line: root.line, problem: "the project has no artifactId")
        }
        self.artifact = artifact
        group = root.value("groupId")
        version = root.value("version")
        packaging = root.value("packaging") ?? "jar"
        if let node = root["parent"] {
            let path = node["relativePath"]
            parent = Parent(
                group: node.value("groupId") ?? "", artifact: node.value("artifactId") ?? "", text: node.canonicalText,
                path: path == nil ? "../pom.xml" : path.flatMap { $0.text.isEmpty ? nil : $0.text }, line: node.line)
        }
        let profiles = root.list("profiles", "profile")
        let parts = [root] + profiles
        modules = parts.flatMap { $0.list("modules", "module") }.map { ($0.text, $0.line) }
        properties = [:]
        let active = profiles.filter { $0["activation"]?.value("activeByDefault") == "true" }
        for part in [root] + active {
            for node in part["properties"]?.children ?? [] { properties[node.name] = (node.text, node.line) }
        }
        entries = parts.flatMap { MavenManifest.entries(of: $0) }
        sections = root.children.filter { !MavenManifest.passedOver.contains($0.name) }
            .map { Section(field: $0.name, text: $0.canonicalText, line: $0.line) }
        appPlugin = parts.flatMap { $0["build"]?.list("plugins", "plugin") ?? [] }.compactMap { $0.value("artifactId") }
            .first { ["spring-boot-maven-plugin", "quarkus-maven-plugin", "jib-maven-plugin"].contains($0) }
        (usedInEntries, usedElsewhere, outsidePaths) = MavenManifest.texts(root)
    }

    private static func entries(of part: XMLNode) -> [Entry] {
        func entry(_ role: Entry.Role, _ node: XMLNode) -> Entry {
            Entry(
                role: role, group: node.value("groupId") ?? (role == .plugin ? "org.apache.maven.plugins" : ""),
                artifact: node.value("artifactId") ?? "", version: node.value("version"), scope: node.value("scope"),
                type: node.value("type"), text: node.canonicalText, line: node.line)
        }
        var found = part.list("dependencies", "dependency").map { entry(.dependency, $0) }
        found += (part["dependencyManagement"]?.list("dependencies", "dependency") ?? []).map { entry(.managed, $0) }
        let build = part["build"]
        let plugins =
            (build?.list("plugins", "plugin") ?? []) + (build?["pluginManagement"]?.list("plugins", "plugin") ?? [])
        for plugin in plugins {
            found.append(entry(.plugin, plugin))
            found += plugin.list("dependencies", "dependency").map { entry(.plugin, $0) }
        }
        return found + (build?.list("extensions", "extension") ?? []).map { entry(.plugin, $0) }
    }

    private static func texts(_ root: XMLNode) -> (entries: Set<String>, elsewhere: Set<String>, outside: [String]) {
        var entries: Set<String> = [], elsewhere: Set<String> = [], outside: Set<String> = []
        func visit(_ node: XMLNode, _ isEntry: Bool) {
            if node.text.utf8.contains(UInt8(ascii: "$")) {
                for name in MavenProperties.names(in: node.text) {
                    if isEntry { entries.insert(name) } else { elsewhere.insert(name) }
                }
            }
            if node.name != "relativePath", node.name != "module" {
                var text = Substring(node.text)
                for prefix in ["${project.basedir}/", "${basedir}/", "./"] where text.hasPrefix(prefix) {
                    text = text.dropFirst(prefix.count)
                }
                if text.hasPrefix("../"), !text.contains("${") { outside.insert(String(text)) }
            }
            for child in node.children {
                let isList = child.name == "dependencies" || child.name == "dependencyManagement"
                visit(child, isEntry || (isList && ["project", "profile"].contains(node.name)))
            }
        }
        visit(root, false)
        return (entries, elsewhere, outside.sorted())
    }
}

/// The properties of one project, with those it inherits.
struct MavenProperties: Sendable {
    var values: [String: String]

    /// More than any manifest needs; what is over it stays as written.
    private static let longest = 1 << 14
    private static let deepest = 12

    /// The text with its properties replaced, and whether all of them are known.
    func resolve(_ text: String) -> (text: String, isComplete: Bool) {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return (text, true) }
        var isComplete = true
        var budget = 256
        let result = resolve(text, depth: 0, &budget, &isComplete)
        return (result, isComplete)
    }

    private func resolve(_ text: String, depth: Int, _ budget: inout Int, _ isComplete: inout Bool) -> String {
        var result = "", rest = Substring(text)
        while let start = rest.firstRange(of: "${") {
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else { break }
            result += rest[..<start.lowerBound]
            let name = String(rest[start.upperBound..<end])
            rest = rest[rest.index(after: end)...]
            budget -= 1
            if depth < MavenProperties.deepest, budget > 0, result.utf8.count < MavenProperties.longest,
                let value = values[name]
            {
                result += resolve(value, depth: depth + 1, &budget, &isComplete)
            } else {
                isComplete = false
                result += "${\(name)}"
            }
        }
        return result + rest
    }

    /// The names between `${` and `}`.
    static func names(in text: String) -> [String] {
        var names: [String] = [], rest = Substring(text)
        while let start = rest.firstRange(of: "${"), let end = rest[start.upperBound...].firstIndex(of: "}") {
            names.append(String(rest[start.upperBound..<end]))
            rest = rest[rest.index(after: end)...]
        }
        return names
    }
}
