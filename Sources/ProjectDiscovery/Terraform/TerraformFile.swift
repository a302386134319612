internal import JSONText

/// What Ripple reads of one configuration file of Terraform or OpenTofu:
/// https://developer.hashicorp.com/terraform/language/files, in native syntax and in JSON.
struct TerraformFile: Sendable {
    struct Call: Sendable, Equatable {
        var name: String
        /// `nil` when it hangs on a variable, as OpenTofu allows.
        var source: String?
        var line: Int

        /// The path when the module lies in the same repository.
        var localPath: String? {
            source.flatMap { $0.hasPrefix("./") || $0.hasPrefix("../") || $0 == "." || $0 == ".." ? $0 : nil }
        }
    }

    /// A path that begins at the module: the text after `${path.module}/`, or a relative path.
    struct Path: Sendable, Hashable {
        /// What it begins at.
        enum Start: Sendable, Hashable { case module, root }

        var start: Start
        /// The text up to the first part that is not known.
        var text: String
        /// Whether this is all of it.
        var isWhole: Bool
        var line: Int
    }

    var calls: [Call] = []
    /// Where state is kept, with its line: only a root module says so.
    var backendLine: Int?
    /// The first provider that is configured here.
    var provider: (name: String, line: Int)?
    /// The sources of providers by the names they have in the module.
    var requiredProviders: [String: String] = [:]
    /// The names of providers that resources and data sources imply.
    var usedProviders: Set<String> = []
    var paths: Set<Path> = []
    /// Lines of calls that read a file whose path is not known at all.
    var unknownPaths: [Int] = []

    init(parsing bytes: [UInt8], isJSON: Bool) throws(HCLProblem) {
        if isJSON {
            try readJSON(bytes)
        } else {
            try read(HCLBody(parsing: bytes))
        }
    }

    /// The functions that read files: https://developer.hashicorp.com/terraform/language/functions/file.
    private static let readers: Set<String> = [
        "file", "templatefile", "fileset", "filebase64", "filemd5", "filesha1", "filesha256", "filesha512",
        "filebase64sha256", "filebase64sha512", "fileexists",
    ]

    // MARK: Native syntax

    private mutating func read(_ body: HCLBody) {
        // Values of variables (`*.tfvars`) stand in no block.
        for attribute in body.attributes { readPaths(attribute.expression) }
        for block in body.blocks {
            switch (block.type, block.labels.count) {
            case ("module", 1):
                if let source = block.body.attribute("source") {
                    calls.append(Call(name: block.labels[0], source: source.text, line: source.line))
                }
                readPaths(block.body, skipping: "source")
                continue
            case ("terraform", _): readSettings(block.body)
            case ("provider", 1):
                if provider == nil { provider = (block.labels[0], block.line) }
                usedProviders.insert(block.labels[0])
            case ("resource", 2), ("data", 2), ("ephemeral", 2): use(block.labels[0])
            default: break
            }
            readPaths(block.body, skipping: nil)
        }
    }

    private mutating func readSettings(_ body: HCLBody) {
        for block in body.blocks {
            switch block.type {
            case "backend", "cloud": backendLine = backendLine ?? block.line
            case "required_providers":
                for attribute in block.body.attributes {
                    // `aws = { source = "hashicorp/aws", version = "~> 5.0" }`, or only a version.
                    let tokens = attribute.expression
                    let at = tokens.firstIndex { $0.identifier == "source" || $0.plainText == "source" }
                    let source = at.flatMap { $0 + 2 < tokens.count ? tokens[$0 + 2].plainText : nil }
                    requiredProviders[attribute.name] = source ?? "hashicorp/\(attribute.name)"
                }
            default: break
            }
        }
    }

    /// The type of a resource begins with its provider's name.
    private mutating func use(_ type: String) {
        if type == "terraform_remote_state" || type == "terraform_data" { return }
        usedProviders.insert(String(type.prefix { $0 != "_" }))
    }

    private mutating func readPaths(_ body: HCLBody, skipping name: String?) {
        for attribute in body.attributes where attribute.name != name { readPaths(attribute.expression) }
        for block in body.blocks { readPaths(block.body, skipping: nil) }
    }

    private mutating func readPaths(_ tokens: [HCLToken]) {
        for (index, token) in tokens.enumerated() {
            if case .template(let parts) = token.kind { addPaths(parts, token.line) }
            guard let name = token.identifier, TerraformFile.readers.contains(name), index + 2 < tokens.count,
                tokens[index + 1].isSymbol("(")
            else { continue }
            switch tokens[index + 2].kind {
            case .template(let parts):
                if case .interpolation(let text) = parts.first, TerraformFile.start(text) == nil {
                    unknownPaths.append(token.line)
                }
            // `fileset(path.module, "*.json")` names what is inside.
            case .identifier("path"): break
            default: unknownPaths.append(token.line)
            }
        }
    }

    // MARK: Paths

    private static func start(_ interpolation: String) -> Path.Start? {
        switch interpolation {
        case "path.module": .module
        case "path.root", "path.cwd": .root
        default: nil
        }
    }

    /// Adds the paths in a text: one that begins with a place, such as `${path.module}/../x`, and one that is relative.
    mutating func addPaths(_ parts: [HCLToken.Part], _ line: Int) {
        for (index, part) in parts.enumerated() {
            guard case .interpolation(let text) = part, let start = TerraformFile.start(text) else { continue }
            add(start, parts[(index + 1)...], line)
        }
        if case .literal(let text) = parts.first, text.hasPrefix("./") || text.hasPrefix("../") {
            add(.root, parts[...], line)
        }
    }

    private mutating func add(_ start: Path.Start, _ parts: ArraySlice<HCLToken.Part>, _ line: Int) {
        guard case .literal(let literal) = parts.first else {
            if !parts.isEmpty { paths.insert(Path(start: start, text: "", isWhole: false, line: line)) }
            return
        }
        let path = literal.prefix { !$0.isWhitespace && !"\"'`;|&()<>,*?[{$".contains($0) }
        let isWhole = parts.count == 1 || path.endIndex < literal.endIndex && literal[path.endIndex].isWhitespace
        paths.insert(Path(start: start, text: String(path), isWhole: isWhole && !isCut(literal, path), line: line))
    }

    private func isCut(_ literal: String, _ path: Substring) -> Bool {
        path.endIndex < literal.endIndex && "*?[{$".contains(literal[path.endIndex])
    }

    // MARK: JSON syntax

    private mutating func readJSON(_ bytes: [UInt8]) throws(HCLProblem) {
        let document: JSONDocument
        do {
            document = try JSONDocument(parsing: bytes)
        } catch {
            throw HCLProblem(line: error.line, problem: error.problem)
        }
        func line(_ node: JSONNode) -> Int { document.position(of: node.offset).line }
        for node in TerraformFile.objects(document.root) {
            for member in node["module"].map(TerraformFile.members) ?? [] {
                guard let source = TerraformFile.objects(member.node).compactMap({ $0["source"] }).first,
                    let text = source.string
                else { continue }
                calls.append(Call(name: member.key, source: text, line: line(source)))
            }
            for settings in node["terraform"].map(TerraformFile.objects) ?? [] {
                if let backend = settings["backend"] ?? settings["cloud"] { backendLine = backendLine ?? line(backend) }
                for member in settings["required_providers"].map(TerraformFile.members) ?? [] {
                    requiredProviders[member.key] = member.node["source"]?.string ?? "hashicorp/\(member.key)"
                }
            }
            for member in node["provider"].map(TerraformFile.members) ?? [] {
                if provider == nil { provider = (member.key, document.position(of: member.keyOffset).line) }
                usedProviders.insert(member.key)
            }
            for kind in ["resource", "data", "ephemeral"] {
                for member in node[kind].map(TerraformFile.members) ?? [] { use(member.key) }
            }
        }
        let sources = Set(calls.compactMap(\.source))
        TerraformFile.eachText(document.root) { text, offset in
            guard !sources.contains(text) else { return }
            addPaths(TerraformFile.parts(text), document.position(of: offset).line)
        }
    }

    /// An object, or the objects of a list: both mean blocks.
    private static func objects(_ node: JSONNode) -> [JSONNode] { node.array ?? [node] }

    private static func members(_ node: JSONNode) -> [JSONMember] { objects(node).flatMap { $0.object ?? [] } }

    private static func eachText(_ node: JSONNode, _ body: (String, Int) -> Void) {
        if let text = node.string { body(text, node.offset) }
        for element in node.array ?? [] { eachText(element, body) }
        for member in node.object ?? [] { eachText(member.node, body) }
    }

    /// The parts of a text with interpolations that hold no braces, which is what paths have.
    private static func parts(_ text: String) -> [HCLToken.Part] {
        var parts: [HCLToken.Part] = [], rest = text[...]
        while let open = rest.firstRange(of: "${") {
            if open.lowerBound > rest.startIndex { parts.append(.literal(String(rest[..<open.lowerBound]))) }
            rest = rest[open.upperBound...]
            guard let close = rest.firstIndex(of: "}") else { return parts }
            parts.append(.interpolation(String(rest[..<close])))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.literal(String(rest))) }
        return parts
    }
}
