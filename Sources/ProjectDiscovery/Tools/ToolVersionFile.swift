internal import GitObjects
internal import WorkspaceModel

/// One file that pins versions of tools, read entry by entry, so that comments and formatting do not count.
///
/// Formats: .tool-versions of asdf (https://asdf-vm.com/manage/configuration.html), mise.toml and mise.lock of mise
/// (https://mise.jdx.dev/configuration.html).
struct ToolVersionFile: Sendable {
    /// One entry: a tool with its version, or another setting of the file under its own name.
    struct Entry: Sendable, Hashable {
        var name: String
        var line: Int?
        /// As written; canonical text where it is more than one version.
        var value: String
        /// The tool that is meant; `nil` for a setting, which may matter to all.
        var tool: String?

        /// Whose tasks may see the entry; `nil` for everybody's.
        var ecosystem: Ecosystem? { tool.flatMap { ToolEcosystems.of($0) } }
    }

    /// Sorted by name.
    let entries: [Entry]

    init(parsing bytes: [UInt8], at path: RepoPath) throws(TOMLProblem) {
        let name = path.lastComponent
        if name.elementsEqual(".tool-versions".utf8) {
            entries = ToolVersionFile.lines(bytes)
        } else {
            entries = try ToolVersionFile.tables(bytes, isLock: name.suffix(5).elementsEqual(".lock".utf8))
        }
    }

    /// `NAME VERSION [VERSION...] [# comment]` a line; where a name is met again its versions are added.
    private static func lines(_ bytes: [UInt8]) -> [Entry] {
        var entries: [String: Entry] = [:]
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let text = line.prefix { $0 != UInt8(ascii: "#") }
            let words = text.split { $0 == UInt8(ascii: " ") || (9...13).contains($0) }
                .map { String(decoding: $0, as: UTF8.self) }
            guard let name = words.first else { continue }
            let versions = words.dropFirst().joined(separator: " ")
            if let known = entries[name]?.value {
                entries[name]?.value = known + ", " + versions
            } else {
                entries[name] = Entry(name: name, line: number, value: versions, tool: name)
            }
        }
        return entries.values.sorted { $0.name < $1.name }
    }

    private static func tables(_ bytes: [UInt8], isLock: Bool) throws(TOMLProblem) -> [Entry] {
        let document = try TOMLDocument(parsing: bytes)
        var entries: [Entry] = []
        for (key, node) in document.root {
            guard key == "tools", let tools = node.table else {
                entries.append(
                    Entry(name: "[\(key)]", line: document.lines.line(key), value: short(node.canonicalText)))
                continue
            }
            for (tool, version) in tools {
                let line = document.lines.line("tools", tool)
                guard isLock, let locked = version.array else {
                    entries.append(Entry(name: tool, line: line, value: text(version), tool: tool))
                    continue
                }
                let versions = locked.compactMap { $0.table?["version"]?.string }.joined(separator: " ")
                entries.append(Entry(name: tool, line: line, value: versions, tool: tool))
                // Addresses and checksums are too long to be shown.
                entries.append(
                    Entry(name: "\(tool) (files)", line: line, value: digest(version.canonicalText), tool: tool))
            }
        }
        return entries.sorted { $0.name < $1.name }
    }

    private static func text(_ node: TOMLNode) -> String {
        if let text = node.string { return text }
        if let versions = node.array?.map(\.string), !versions.contains(nil) {
            return versions.compactMap { $0 }.joined(separator: " ")
        }
        if let table = node.table, table.count == 1, let version = table["version"]?.string { return version }
        return short(node.canonicalText)
    }

    /// The text, or its digest where it is long: equal texts, equal results.
    private static func short(_ text: String) -> String { text.utf8.count <= 60 ? text : digest(text) }

    private static func digest(_ text: String) -> String {
        String("\(ObjectFormat.sha256.id(of: Array(text.utf8), kind: .blob))".prefix(16))
    }
}

/// Which ecosystem a tool belongs to, by the names that asdf and mise call it.
enum ToolEcosystems {
    /// `nil` for a tool that anybody may run.
    static func of(_ tool: String) -> Ecosystem? {
        // `core:node`, `aqua:hashicorp/terraform`, `ubi:astral-sh/uv[exe=uv]`; what installs a tool does not say who runs it.
        let plain = tool.prefix { $0 != "[" }
        let name = plain.split(separator: ":").last?.split(separator: "/").last.map { $0.lowercased() } ?? ""
        if name.hasPrefix("cargo-") { return .cargo }
        return names[name]
    }

    private static let names: [String: Ecosystem] = {
        let table: [(Ecosystem, [String])] = [
            (.javaScript, ["node", "nodejs", "npm", "pnpm", "yarn", "bun", "deno", "corepack"]),
            (.cargo, ["rust", "rustup", "cargo"]),
            (.go, ["go", "golang", "golangci-lint", "gotestsum"]),
            (.python, ["python", "uv", "poetry", "pdm", "hatch", "pipenv", "rye", "ruff", "mypy"]),
            (.jvm, ["java", "kotlin"]), (.maven, ["maven", "mvnd"]), (.gradle, ["gradle"]),
            (.swift, ["swift", "swiftlint", "swiftformat"]),
            (.dotnet, ["dotnet", "dotnet-core", "dotnet-sdk", "dotnetcore"]),
            (.terraform, ["terraform", "opentofu", "tofu", "terragrunt", "tflint", "terraform-docs"]),
        ]
        var names: [String: Ecosystem] = [:]
        for (ecosystem, tools) in table { for tool in tools { names[tool] = ecosystem } }
        return names
    }()
}
